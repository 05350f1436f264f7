import { readFileSync } from "node:fs";
import { type ProcessRole, processTree, readProcess, TICKS_PER_SECOND } from "./process-tree.ts";

/** CPU time by who spent it, in milliseconds. */
export type CpuByRole = Record<ProcessRole | "generator", number>;

const SAMPLE_MS = 200;

/** Busy and total time of all cores since boot, in milliseconds. */
function readMachine(): { busyMs: number; totalMs: number } {
  const line = readFileSync("/proc/stat", "utf8").split("\n", 1)[0]!;
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const total = ticks.reduce((sum, value) => sum + value, 0);
  const idle = ticks[3]! + ticks[4]!;
  return { busyMs: ((total - idle) * 1000) / TICKS_PER_SECOND, totalMs: (total * 1000) / TICKS_PER_SECOND };
}

/** Measures CPU time and peak memory of a product's process tree, and the CPU time of this process. */
export class CpuMeter {
  /** Highest sum of resident memory seen, in bytes; pages shared between processes count more than once. */
  peakRssBytes = 0;
  /** Share of all cores that neither the product nor this process used though they were busy; set by `stop`. */
  othersShare = 0;
  private readonly root: number;
  private readonly startMachine = readMachine();
  private start: CpuByRole;
  private readonly timer: NodeJS.Timeout;

  constructor(rootPid: number) {
    this.root = rootPid;
    this.start = this.read();
    this.timer = setInterval(() => this.sampleMemory(), SAMPLE_MS);
  }

  /** Ends the measurement and tells what was spent since it began. */
  stop(): CpuByRole {
    clearInterval(this.timer);
    this.sampleMemory();
    const end = this.read();
    for (const role of Object.keys(end) as (keyof CpuByRole)[])
      end[role] = Math.max(0, end[role] - this.start[role]);
    const machine = readMachine();
    const busyMs = machine.busyMs - this.startMachine.busyMs;
    const ownMs = Object.values(end).reduce((sum, ms) => sum + ms, 0);
    this.othersShare = Math.max(0, busyMs - ownMs) / (machine.totalMs - this.startMachine.totalMs);
    return end;
  }

  private read(): CpuByRole {
    const spent: CpuByRole = { launcher: 0, server: 0, clickhouse: 0, postgres: 0, other: 0, generator: 0 };
    for (const info of processTree(this.root)) spent[info.role] += info.cpuMs;
    spent.generator = readProcess(process.pid)?.cpuMs ?? 0;
    return spent;
  }

  private sampleMemory(): void {
    const rss = processTree(this.root).reduce((sum, info) => sum + info.rssBytes, 0);
    this.peakRssBytes = Math.max(this.peakRssBytes, rss);
  }
}
