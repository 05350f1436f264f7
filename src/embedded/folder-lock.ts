import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { processIdentity } from "./process-identity.ts";

/** A held lock. */
export interface FolderLock {
  /** Lets go; idempotent. */
  release(): void;
}

const LOCK_FILE = "flightdeck.lock";
const HOLDER_FILE = "flightdeck.pid";

/**
 * Locks a folder for this process. SQLite holds the lock because it is the one way in Node to a lock of the
 * kernel: the kernel drops it when the process dies, however it dies, so there is no stale lock to judge and no
 * race in taking one over. Who holds it is noted beside it, for the message only.
 * Throws `data_folder_locked`.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const database = new DatabaseSync(join(folder, LOCK_FILE));
  try {
    database.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    throw await lockedError(folder, cause);
  }
  const identity = await processIdentity(process.pid);
  await writeFile(join(folder, HOLDER_FILE), JSON.stringify({ pid: process.pid, identity }));
  let held = true;
  return {
    release: () => {
      if (held) database.close();
      held = false;
    },
  };
}

async function lockedError(folder: string, cause: unknown): Promise<FlightdeckError> {
  const holder = await readFile(join(folder, HOLDER_FILE), "utf8")
    .then((text) => (JSON.parse(text) as { pid?: number }).pid)
    .catch(() => undefined);
  const who = holder === undefined ? "Another process" : `Another Flightdeck (process ${holder})`;
  return new FlightdeckError(
    `${who} uses the data folder ${folder}. Stop it first, or set FLIGHTDECK_DATA to another folder.`,
    { code: "data_folder_locked", status: 503, cause },
  );
}
