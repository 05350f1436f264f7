import { hash } from "node:crypto";
import { RowBinaryWriter, uuidBytes } from "#platform/clickhouse/row-binary-writer.ts";
import { LOG_COLUMNS, LOG_ID_BYTES, type LogRowSource, RECEIVED_AT_BYTES } from "./log-columns.ts";
import { readLogFacts } from "./log-facts.ts";
import type { LogView } from "./log-view.ts";

/** Bytes of rows that a byte of request becomes, generously. */
const ROWS_PER_REQUEST_BYTE = 1.4;

/**
 * The log records of one request, encoded as rows and not stored yet. A record is known by a hash of all that was
 * sent of it; equal records within one request are told apart by their number, since a program may well say the same
 * twice in one moment, and the request that is sent again numbers them alike.
 */
export class LogBatch {
  readonly projectId: string;
  /** Start of each row in `rows()`, and when its record happened in milliseconds (the later of its times). */
  readonly offsets: number[] = [];
  readonly endsMs: number[] = [];
  /** Milliseconds since 1970. */
  readonly receivedAtMs: number;
  private readonly writer: RowBinaryWriter;
  private readonly row: LogRowSource;
  private readonly repeats = new Map<string, number>();

  /** `sizeHint`: bytes the request had. */
  constructor(projectId: string, receivedAtMs: number, sizeHint: number) {
    this.projectId = projectId;
    this.receivedAtMs = receivedAtMs;
    this.writer = new RowBinaryWriter(Math.ceil(sizeHint * ROWS_PER_REQUEST_BYTE) + 1024);
    this.row = {
      projectId: uuidBytes(projectId),
      receivedAtMs,
      log: undefined as unknown as LogView,
      facts: { eventName: "", environment: "", agent: "", sessionId: "" },
    };
  }

  /** Reads a record's facts and writes its row. */
  add(log: LogView): void {
    const { row, writer } = this;
    row.log = log;
    row.facts = readLogFacts(log);
    const offset = writer.length;
    for (let i = 0; i < LOG_COLUMNS.length; i++) LOG_COLUMNS[i]!.write(writer, row);
    const rows = writer.bytes();
    this.identify(rows.subarray(offset + LOG_ID_BYTES, rows.length - RECEIVED_AT_BYTES)).copy(rows, offset);
    this.offsets.push(offset);
    this.endsMs.push(Math.max(Number(log.timeNs), Number(log.observedNs)) / 1e6);
  }

  get size(): number {
    return this.offsets.length;
  }

  get byteLength(): number {
    return this.writer.length;
  }

  rows(): Buffer {
    return this.writer.bytes();
  }

  /** A record's id as 32 hex digits, and its time in nanoseconds since 1970. */
  identityOf(index: number): { id: string; timeNs: bigint } {
    const rows = this.rows();
    const offset = this.offsets[index]!;
    return {
      id: rows.toString("hex", offset, offset + LOG_ID_BYTES),
      timeNs: rows.readBigInt64LE(offset + LOG_ID_BYTES + 16),
    };
  }

  /** Gives the memory of the rows away, once they are durable and nobody reads them any more. */
  release(): void {
    this.writer.release();
  }

  private identify(content: Buffer): Buffer {
    const digest = hash("sha256", content, "buffer").subarray(0, LOG_ID_BYTES);
    const key = digest.toString("latin1");
    const repeat = this.repeats.get(key) ?? 0;
    this.repeats.set(key, repeat + 1);
    if (repeat === 0) return digest;
    return hash("sha256", `${digest.toString("hex")}#${repeat}`, "buffer").subarray(0, LOG_ID_BYTES);
  }
}
