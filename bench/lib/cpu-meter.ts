import { type ProcessRole, processTree, readProcess } from "./process-tree.ts";

/** CPU time by who spent it, in milliseconds. */
export type CpuByRole = Record<ProcessRole | "generator", number>;

const SAMPLE_MS = 200;

/** Measures CPU time and peak memory of a product's process tree, and the CPU time of this process. */
export class CpuMeter {
  /** Highest sum of resident memory seen, in bytes; pages shared between processes count more than once. */
  peakRssBytes = 0;
  private readonly root: number;
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
