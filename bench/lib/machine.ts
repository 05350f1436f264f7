import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { VERSION } from "#src/version.ts";

/** Where and with what a figure was made; every report carries it. */
export interface Machine {
  date: string;
  flightdeck: string;
  commit: string;
  node: string;
  chdb: string;
  cores: number;
  cpu: string;
  memoryGb: number;
  /** Other work on the machine when the run began: the one-minute load. */
  loadBefore: number;
}

/** Describes this machine and the versions under test. */
export function describeMachine(): Machine {
  const chdb = new URL("../../node_modules/chdb/package.json", import.meta.url);
  return {
    date: new Date().toISOString(),
    flightdeck: VERSION,
    commit: commitId(),
    node: process.version,
    chdb: (JSON.parse(readFileSync(chdb, "utf8")) as { version: string }).version,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? "unknown",
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    loadBefore: loadavg()[0]!,
  };
}

function commitId(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}
