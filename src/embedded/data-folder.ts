import { randomBytes } from "node:crypto";
import { chown, mkdir, readFile, rm, stat, statfs, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { type FolderLock, lockFolder } from "./folder-lock.ts";

/** Bytes that must be free before the engines start: below this, a first merge or checkpoint could fail. */
const MIN_FREE_BYTES = 256 * 1024 * 1024;

/** The operating-system user PostgreSQL runs as when Flightdeck itself runs as root. */
export interface PostgresUser {
  uid: number;
  gid: number;
}

/** A folder that is ours alone until `release` is called. */
export interface DataFolder {
  /** Absolute path. */
  path: string;
  release(): void;
}

/** Options of {@link openDataFolder}. */
export interface OpenDataFolderOptions {
  /** Least free space in bytes; default 256 MiB. */
  minFreeBytes?: number;
}

/**
 * Makes the data folder ready: creates it, checks that it can be written and has room, and locks it.
 * Throws FlightdeckErrors `data_folder_not_writable`, `disk_full`, `data_folder_locked`.
 */
export async function openDataFolder(path: string, options: OpenDataFolderOptions = {}): Promise<DataFolder> {
  const folder = resolve(path);
  await checkWritable(folder);
  await checkFreeSpace(folder, options.minFreeBytes ?? MIN_FREE_BYTES);
  const lock: FolderLock = await lockFolder(folder);
  await mkdir(join(folder, "secrets"), { recursive: true, mode: 0o700 });
  await mkdir(join(folder, "run"), { recursive: true, mode: 0o700 });
  return { path: folder, release: () => lock.release() };
}

async function checkWritable(folder: string): Promise<void> {
  const probe = join(folder, `.write-check-${process.pid}-${randomBytes(4).toString("hex")}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await writeFile(probe, "x");
    await rm(probe);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    await rm(probe, { force: true }).catch(() => {});
    if (code === "ENOSPC" || code === "EDQUOT") throw diskFull(folder, 0, MIN_FREE_BYTES, cause);
    throw new FlightdeckError(
      `The data folder ${folder} cannot be written (${code ?? cause}). ` +
        "Give this user write access to it, or set FLIGHTDECK_DATA to another folder.",
      { code: "data_folder_not_writable", status: 503, cause },
    );
  }
}

async function checkFreeSpace(folder: string, wanted: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free < wanted) throw diskFull(folder, free, wanted);
}

function diskFull(folder: string, free: number, wanted: number, cause?: unknown): FlightdeckError {
  const mib = (bytes: number) => `${Math.floor(bytes / 1024 / 1024)} MiB`;
  return new FlightdeckError(
    `The disk of ${folder} has ${mib(free)} free; at least ${mib(wanted)} are needed. ` +
      "Free some space, or set FLIGHTDECK_DATA to a folder on another disk.",
    { code: "disk_full", status: 507, cause },
  );
}

/**
 * The user to run PostgreSQL as: `undefined` for ourselves, or `nobody` when we are root, as which
 * PostgreSQL refuses to run.
 */
export async function postgresUser(): Promise<PostgresUser | undefined> {
  if (process.geteuid?.() !== 0) return undefined;
  const passwd = await readFile("/etc/passwd", "utf8").catch(() => "");
  const entry = passwd.split("\n").find((line) => line.startsWith("nobody:"));
  const [, , uid, gid] = entry?.split(":") ?? [];
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) };
}

/** Creates a folder and gives it, and nothing around it, to the given user. */
export async function makeFolderFor(folder: string, user: PostgresUser | undefined): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (user) await chown(folder, user.uid, user.gid);
}

/** The nearest ancestor that the user may not pass through, or `undefined` when the way is free. */
export async function blockedAncestor(folder: string, user: PostgresUser): Promise<string | undefined> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const { mode, uid, gid } = await stat(at);
    const passable = uid === user.uid ? mode & 0o100 : gid === user.gid ? mode & 0o010 : mode & 0o001;
    if (!passable) return at;
    if (at === dirname(at)) return undefined;
  }
}
