import { readdirSync, readFileSync } from "node:fs";

/** Kernel clock ticks per second in /proc; 100 on every Linux that Node supports. */
export const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** Which part of the product a process belongs to. */
export type ProcessRole = "launcher" | "server" | "clickhouse" | "postgres" | "other";

/** One process as /proc shows it. */
export interface ProcessInfo {
  pid: number;
  parent: number;
  role: ProcessRole;
  command: string;
  /** User and system time, of the process itself, in milliseconds. */
  cpuMs: number;
  rssBytes: number;
}

/** The process and all its descendants; those that end while being read are left out. */
export function processTree(root: number): ProcessInfo[] {
  const all = new Map<number, ProcessInfo>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const info = readProcess(Number(name));
    if (info) all.set(info.pid, info);
  }
  const tree: ProcessInfo[] = [];
  const add = (pid: number) => {
    const info = all.get(pid);
    if (info) tree.push(info);
    for (const child of all.values()) if (child.parent === pid) add(child.pid);
  };
  add(root);
  return tree;
}

/** One process, or undefined when it is gone. */
export function readProcess(pid: number): ProcessInfo | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything; the fields after it are fixed.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return {
      pid,
      parent: Number(fields[1]),
      role: roleOf(command),
      command,
      cpuMs: ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND,
      rssBytes: Number(fields[21]) * PAGE_BYTES,
    };
  } catch {
    return undefined;
  }
}

/** Memory of a process with shared pages divided among those who share them, in bytes; 0 when it is gone. */
export function proportionalBytes(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function roleOf(command: string): ProcessRole {
  if (/embedded\/clickhouse\/child\.ts/.test(command)) return "clickhouse";
  if (/^postgres\b|bin\/postgres\b/.test(command)) return "postgres";
  if (/src\/main\.ts/.test(command)) return "server";
  if (/bin\/flightdeck\.js|^npm\b/.test(command)) return "launcher";
  return "other";
}
