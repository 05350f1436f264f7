import { constants } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import { freemem, totalmem } from "node:os";
import { dirname, join } from "node:path";
import type { DoctorCheck, Finding } from "./check.ts";

const GIB = 1024 ** 3;
const LOW_DISK_BYTES = 5 * GIB;
const FULL_DISK_BYTES = GIB / 2;
const LOW_MEMORY_BYTES = 1.5 * GIB;

const gib = (bytes: number) => `${(bytes / GIB).toFixed(1)} GiB`;

/** Judges free disk space; `bytes` is what an ordinary user may still write. */
export function judgeDisk(bytes: number, folder: string): Finding {
  const name = "disk";
  const detail = `${gib(bytes)} free for ${folder}`;
  if (bytes >= LOW_DISK_BYTES) return { name, status: "ok", detail };
  const remedy = "Free space, or set FLIGHTDECK_DATA to a folder on a larger disk.";
  return { name, status: bytes < FULL_DISK_BYTES ? "failed" : "warning", detail, remedy };
}

/** Judges memory by what the machine has in all. */
export function judgeMemory(total: number, free: number): Finding {
  const name = "memory";
  const detail = `${gib(free)} free of ${gib(total)}`;
  if (total >= LOW_MEMORY_BYTES) return { name, status: "ok", detail };
  return {
    name,
    status: "warning",
    detail,
    remedy: "Give the machine at least 2 GiB, or lower FLIGHTDECK_CLICKHOUSE_MEMORY_MIB.",
  };
}

/** Judges the runtime's version. */
export function judgeNode(version: string): Finding {
  const name = "node";
  if (Number(version.split(".")[0]) >= 24) return { name, status: "ok", detail: `Node ${version}` };
  return {
    name,
    status: "failed",
    detail: `Node ${version}`,
    remedy: "Install Node 24, or start with npm start, which brings its own.",
  };
}

/** The nearest folder that exists, the path itself or one above it. */
async function existingAncestor(path: string): Promise<string> {
  let folder = path;
  while (dirname(folder) !== folder) {
    try {
      await stat(folder);
      return folder;
    } catch {
      folder = dirname(folder);
    }
  }
  return folder;
}

/** Checks of the machine that need no database. */
export function machineChecks(options: { dataFolder: string; webFolder: string }): DoctorCheck[] {
  const { dataFolder, webFolder } = options;
  return [
    { name: "node", run: () => judgeNode(process.versions.node) },
    { name: "memory", run: () => judgeMemory(totalmem(), freemem()) },
    {
      name: "disk",
      run: async () => {
        const { bavail, bsize } = await statfs(await existingAncestor(dataFolder));
        return judgeDisk(bavail * bsize, dataFolder);
      },
    },
    {
      name: "permissions",
      run: async () => {
        const folder = await existingAncestor(dataFolder);
        try {
          await access(folder, constants.W_OK | constants.X_OK);
          return { name: "permissions", status: "ok", detail: `${folder} is writable` };
        } catch {
          return {
            name: "permissions",
            status: "failed",
            detail: `${folder} is not writable`,
            remedy: `Run chown on ${folder} for the user that runs Flightdeck, or set FLIGHTDECK_DATA to another folder.`,
          };
        }
      },
    },
    {
      name: "user interface",
      run: async () => {
        try {
          await access(join(webFolder, "index.html"));
          return { name: "user interface", status: "ok", detail: "built" };
        } catch {
          return {
            name: "user interface",
            status: "warning",
            detail: "not built",
            remedy: "Run npm run build.",
          };
        }
      },
    },
  ];
}
