import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/**
 * A text that differs between any two processes, even when they have the same pid one after the other:
 * boot id and start tick on Linux, the start time elsewhere. `undefined` when there is no such process.
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  try {
    if (process.platform === "linux") {
      const [stat, boot] = await Promise.all([
        readFile(`/proc/${pid}/stat`, "utf8"),
        readFile("/proc/sys/kernel/random/boot_id", "utf8"),
      ]);
      // The command's name is in brackets and may hold spaces; field 22 of proc_pid_stat(5) is the start tick.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (fields[0] === "Z") return undefined;
      return `${boot.trim()}:${fields[19]}`;
    }
    const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)]);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
