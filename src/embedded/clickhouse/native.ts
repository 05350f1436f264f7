import { createRequire } from "node:module";

/** Opaque handle of one chdb connection; each runs one query at a time. */
export type Connection = { readonly __connection: unique symbol };

/** What a buffered query returns. */
export interface NativeResult {
  bytes: Uint8Array;
  /** Seconds. */
  elapsed: number;
  rowsRead: number;
  bytesRead: number;
}

/** What a raw insert returns; rows and bytes include those written by materialized views. */
export interface NativeInsertResult {
  elapsed: number;
  rowsWritten: number;
  bytesWritten: number;
}

/**
 * The functions of chdb's native addon that the bridge uses. Below chdb's own `Session` class because only
 * here a binary insert body reaches the engine without a copy.
 */
export interface ChdbNative {
  CreateConnection(path: string, args: readonly string[]): Connection;
  CloseConnection(connection: Connection): void;
  /** Several statements separated by `;` run in turn; results are concatenated. */
  QueryAsyncConnection(connection: Connection, sql: string, format: string): Promise<NativeResult>;
  /** The addon puts the separator between prefix and data; `data` must not change until it settles. */
  InsertRawAsyncConnection(
    connection: Connection,
    prefix: string,
    data: Uint8Array,
    countLines: boolean,
  ): Promise<NativeInsertResult>;
}

/** Loads the addon of this platform (300 ms: the library has 560 MB). Throws when there is none. */
export function loadChdb(): ChdbNative {
  const require = createRequire(import.meta.url);
  const fromChdb = createRequire(require.resolve("chdb"));
  return fromChdb("./dist/loader.js").loadNative() as ChdbNative;
}
