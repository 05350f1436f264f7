import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ChdbNative, Connection } from "./native.ts";
import { sqlString } from "./query-request.ts";

/** Counts of one insert. Rows and bytes written include materialized views when the engine reports them. */
export interface InsertCounts {
  rows: number;
  bytes: number;
  elapsedSeconds: number;
}

const INLINE_FORMATS = new Set(["jsoneachrow", "jsoncompacteachrow"]);
const BLANK_LINE = Buffer.from("\n\n");

/**
 * Whether data may follow the statement in memory. chdb ends inline data at the first empty line and takes
 * what follows for another statement, so only formats that escape line breaks qualify, and only without
 * an empty line between their rows.
 */
export function mayInline(format: string, data: Buffer): boolean {
  return INLINE_FORMATS.has(format.toLowerCase()) && data[0] !== 0x0a && !data.includes(BLANK_LINE);
}

/** One insert to be run. */
export interface InsertData {
  native: ChdbNative;
  connection: Connection;
  /** `SET …; ` or nothing. */
  prelude: string;
  /** `INSERT INTO t (a, b)`, and what stands before the format. */
  into: string;
  format: string;
  data: Buffer;
  /** Folder for data that cannot be inlined; in memory when possible. */
  folder: string;
  /** Name unique among the running inserts. */
  name: string;
}

/** Inserts a whole body, whatever bytes it holds. */
export async function insertData(insert: InsertData): Promise<InsertCounts> {
  const { native, connection, prelude, into, format, data } = insert;
  if (mayInline(format, data)) {
    const sql = `${prelude}${into} FORMAT ${format}`;
    const result = await native.InsertRawAsyncConnection(connection, sql, data, false);
    return { rows: result.rowsWritten, bytes: result.bytesWritten, elapsedSeconds: result.elapsed };
  }
  const file = join(insert.folder, `insert-${insert.name}`);
  try {
    await writeFile(file, data, { mode: 0o600 });
    const sql = `${prelude}${into} FROM INFILE ${sqlString(file)} COMPRESSION 'none' FORMAT ${format}`;
    const result = await native.QueryAsyncConnection(connection, sql, "TabSeparated");
    return { rows: result.rowsRead, bytes: result.bytesRead, elapsedSeconds: result.elapsed };
  } finally {
    await rm(file, { force: true });
  }
}
