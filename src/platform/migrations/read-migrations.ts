import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";

/** One numbered SQL file. */
export interface Migration {
  /** File name without `.sql`, e.g. `0001_spans`; sorts in the order to apply. */
  name: string;
  sql: string;
  /** SHA-256 of the file, hex. */
  checksum: string;
}

/** A migration as the store's ledger remembers it. */
export interface AppliedMigration {
  name: string;
  checksum: string;
}

/** Reads all migrations of a folder in order. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".sql")).sort();
  return Promise.all(
    files.map(async (file) => {
      const sql = await readFile(join(folder, file), "utf8");
      return { name: file.slice(0, -4), sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

/**
 * What is left to apply. Refuses a changed file (`migration_changed`) and a store that is ahead of this
 * version (`store_is_newer`), since running on would damage data.
 */
export function pendingMigrations(
  all: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration[] {
  const byName = new Map(all.map((migration) => [migration.name, migration]));
  for (const done of applied) {
    const migration = byName.get(done.name);
    if (!migration) {
      throw new FlightdeckError(
        `The store was migrated by a newer Flightdeck (it knows ${done.name}). Start that version, or restore a backup.`,
        { code: "store_is_newer" },
      );
    }
    if (migration.checksum !== done.checksum) {
      throw new FlightdeckError(
        `Migration ${done.name} was changed after it had been applied. Restore the file, and put the change into a new one.`,
        { code: "migration_changed" },
      );
    }
  }
  const names = new Set(applied.map((done) => done.name));
  return all.filter((migration) => !names.has(migration.name));
}

/**
 * The statements of a file, without comments and empty ones. Semicolons inside quotes or comments do not
 * end a statement; dollar quoting is not used in our files.
 */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let current = "";
  for (const [token] of sql.matchAll(/--[^\n]*|'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"|;|[^;'"-]+|-/g)) {
    if (token.startsWith("--")) continue;
    if (token === ";") {
      statements.push(current.trim());
      current = "";
    } else current += token;
  }
  statements.push(current.trim());
  return statements.filter((statement) => statement !== "");
}
