import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { constants, createGzip } from "node:zlib";
import { engineErrorText } from "./engine-error.ts";
import type { NativeResult } from "./native.ts";
import type { ResultPipe } from "./result-pipe.ts";

/** Rows held back before the answer begins, so that an early error still gets its own status code. */
const HELD_BACK_BYTES = 64 * 1024;

const CONTENT_TYPES: Record<string, string> = {
  JSON: "application/json; charset=UTF-8",
  JSONEachRow: "application/x-ndjson; charset=UTF-8",
  JSONCompactEachRow: "application/x-ndjson; charset=UTF-8",
  CSV: "text/csv; charset=UTF-8",
  CSVWithNames: "text/csv; charset=UTF-8",
  TabSeparated: "text/tab-separated-values; charset=UTF-8",
  RowBinary: "application/octet-stream",
  Native: "application/octet-stream",
};

/** A result to be sent. */
export interface RowsToSend {
  pipe: ResultPipe;
  /** Settles with the query. */
  finished: Promise<NativeResult>;
  response: ServerResponse;
  format: string;
  gone: AbortSignal;
  gzip: boolean;
}

/**
 * Sends rows as they come. An error before the first 64 kB is thrown, so that the caller answers with its
 * status; a later one ends the body with the exception block that ClickHouse's clients recognise.
 */
export async function sendRows({ pipe, finished, response, format, gone, gzip }: RowsToSend): Promise<void> {
  const closed = new Promise<void>((resolve) => pipe.stream.once("close", () => resolve()));
  const outcome = finished.then(
    (result) => ({ result, error: undefined }),
    (error: unknown) => ({ result: undefined, error }),
  );
  const held = await holdBack(pipe, closed);
  try {
    if (held.complete) {
      const { result, error } = await outcome;
      if (error !== undefined) throw error;
      if (result) response.setHeader("X-ClickHouse-Summary", readSummary(result));
    }
    if (gone.aborted) return;
    const tag = randomBytes(8).toString("hex");
    response.setHeader("Content-Type", CONTENT_TYPES[format] ?? "text/plain; charset=UTF-8");
    response.setHeader("X-ClickHouse-Format", format);
    response.setHeader("X-ClickHouse-Exception-Tag", tag);
    if (gzip) response.setHeader("Content-Encoding", "gzip");
    if (held.complete && !gzip) return void response.end(Buffer.concat(held.chunks));
    const rows = async function* () {
      yield* held.chunks;
      if (held.complete) return;
      yield* pipe.stream as AsyncIterable<Buffer>;
      const { error } = await outcome;
      if (error !== undefined) yield exceptionBlock(engineErrorText(error), tag);
    };
    const sent = gzip
      ? pipeline(rows, createGzip({ level: constants.Z_BEST_SPEED }), response)
      : pipeline(rows, response);
    await sent.catch((error: unknown) => {
      if (!gone.aborted) throw error;
    });
  } finally {
    if (!pipe.stream.destroyed) pipe.stream.resume();
    await outcome;
    await closed;
  }
}

/**
 * Collects rows until there are 64 kB or no more. A client that leaves meanwhile changes nothing here: the
 * engine must find a reader until it has noticed the kill, or opening its end of the pipe would hang.
 */
function holdBack(pipe: ResultPipe, closed: Promise<void>): Promise<{ chunks: Buffer[]; complete: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve) => {
    const hold = (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size < HELD_BACK_BYTES) return;
      pipe.stream.pause();
      pipe.stream.off("data", hold);
      resolve({ chunks, complete: false });
    };
    pipe.stream.on("data", hold);
    pipe.stream.resume();
    void closed.then(() => resolve({ chunks, complete: true }));
  });
}

function readSummary(result: NativeResult): string {
  return JSON.stringify({
    read_rows: String(result.rowsRead),
    read_bytes: String(result.bytesRead),
    result_rows: String(result.rowsRead),
    elapsed_ns: String(Math.round(result.elapsed * 1e9)),
  });
}

/** The trailer of a failed stream: ClickHouse's `__exception__` block of version 25.11 and later. */
function exceptionBlock(text: string, tag: string): Buffer {
  const message = Buffer.from(`${text}\n`);
  const head = `\r\n__exception__\r\n${tag}\n`;
  return Buffer.concat([
    Buffer.from(head),
    message,
    Buffer.from(`${message.length} ${tag}\r\n__exception__\r\n`),
  ]);
}
