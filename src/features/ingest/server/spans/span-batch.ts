import {
  createFacts,
  readSpanFacts,
  type SpanFacts,
  type SpanView,
} from "#features/telemetry/server/index.ts";
import { RowBinaryWriter, uuidBytes } from "#platform/clickhouse/row-binary-writer.ts";
import { AttributeMaps, SPAN_COLUMNS, type SpanRowSource } from "./span-columns.ts";
import { endMs } from "./span-time.ts";

/** Bytes of rows that a byte of request becomes, generously: growing would copy all that was written. */
const ROWS_PER_REQUEST_BYTE = 1.4;

/** The spans of one request, encoded as rows and not stored yet. */
export class SpanBatch {
  readonly projectId: string;
  /** Start of each row in `rows()`, and its span's end in milliseconds. */
  readonly offsets: number[] = [];
  readonly endsMs: number[] = [];
  private readonly writer: RowBinaryWriter;
  private readonly row: SpanRowSource;
  private readonly facts: SpanFacts = createFacts();

  /** `sizeHint`: bytes the request had; rows are larger by what a request says once for all its spans. */
  constructor(projectId: string, receivedAtMs: number, sizeHint: number) {
    this.projectId = projectId;
    this.writer = new RowBinaryWriter(Math.ceil(sizeHint * ROWS_PER_REQUEST_BYTE) + 1024);
    this.row = {
      projectId: uuidBytes(projectId),
      receivedAtMs,
      span: undefined as unknown as SpanView,
      facts: this.facts,
      dialect: "",
      maps: new AttributeMaps(),
    };
  }

  /** Reads a span's facts and writes its row. */
  add(span: SpanView): void {
    this.row.span = span;
    this.row.dialect = readSpanFacts(span, this.facts);
    this.row.maps.assign(span.attributes);
    this.offsets.push(this.writer.length);
    this.endsMs.push(endMs(span));
    for (let i = 0; i < SPAN_COLUMNS.length; i++) SPAN_COLUMNS[i]!.write(this.writer, this.row);
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

  /** Gives the memory of the rows away, once they are durable and nobody reads them any more. */
  release(): void {
    this.writer.release();
  }
}
