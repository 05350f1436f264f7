import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "#embedded/free-port.ts";

const CACHE = resolve(import.meta.dirname, "../../../node_modules/.cache/prometheus");
const DOWNLOAD_WITHIN_MS = 60_000;

/**
 * A Prometheus that runs: `PROMETHEUS_PATH`, one on the PATH, or Debian's package, fetched once and unpacked
 * beside the packages without being installed. Undefined where none of these is to be had.
 */
export function findPrometheus(): string | undefined {
  const unpacked = join(CACHE, "usr/bin/prometheus");
  const candidates = [process.env.PROMETHEUS_PATH, "prometheus", unpacked].filter(
    (path) => path !== undefined,
  );
  const found = candidates.find(runs);
  if (found) return found;
  fetchDebianPackage();
  return runs(unpacked) ? unpacked : undefined;
}

function runs(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore", timeout: 10_000 }).status === 0;
}

function fetchDebianPackage(): void {
  mkdirSync(CACHE, { recursive: true });
  const options = { cwd: CACHE, stdio: "ignore", timeout: DOWNLOAD_WITHIN_MS } as const;
  if (spawnSync("apt-get", ["download", "prometheus"], options).status !== 0) return;
  for (const file of readdirSync(CACHE).filter((name) => name.endsWith(".deb"))) {
    spawnSync("dpkg-deb", ["-x", file, "."], options);
    rmSync(join(CACHE, file));
  }
}

/** A Prometheus of a test's own. */
export interface RunningPrometheus {
  output(): string;
  stop(): Promise<void>;
}

/** Starts Prometheus with a configuration file of this content. */
export async function startPrometheus(program: string, config: string): Promise<RunningPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), "flightdeck-prometheus-"));
  const file = join(folder, "prometheus.yml");
  await writeFile(file, config);
  const child: ChildProcess = spawn(
    program,
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${await freePort()}`,
      "--log.level=warn",
      "--enable-feature=exemplar-storage",
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const output: string[] = [];
  for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (text) => output.push(String(text)));
  const exited = once(child, "exit");
  return {
    output: () => output.join(""),
    stop: async () => {
      child.kill("SIGTERM");
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
