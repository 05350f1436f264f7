import { RowBinaryWriter, uuidBytes } from "#platform/clickhouse/row-binary-writer.ts";
import type { ScoreRecord } from "./score-record.ts";

/** What a row of `scores` is written from. */
interface ScoreRowSource {
  projectId: Buffer;
  /** Microseconds since 1970: of two that say the same score anew the later one is the newer. */
  receivedAtUs: number;
  score: ScoreRecord;
}

/** The columns of `scores` in the order rows are written. */
export const SCORE_COLUMNS: readonly {
  name: string;
  write(out: RowBinaryWriter, row: ScoreRowSource): void;
}[] = [
  { name: "project_id", write: (out, row) => out.fixed(row.projectId) },
  { name: "score_id", write: (out, { score }) => out.string(score.id) },
  {
    name: "time",
    write: (out, { score }) =>
      out.u64Halves(Number((score.timeNs >> 32n) & 0xffff_ffffn), Number(score.timeNs & 0xffff_ffffn)),
  },
  { name: "received_at", write: (out, row) => out.u64(row.receivedAtUs) },
  { name: "name", write: (out, { score }) => out.internedString(score.name) },
  { name: "value", write: (out, { score }) => out.nullableF64(score.value) },
  { name: "label", write: (out, { score }) => out.internedString(score.label) },
  { name: "explanation", write: (out, { score }) => out.string(score.explanation) },
  { name: "source", write: (out, { score }) => out.internedString(score.source) },
  { name: "trace_id", write: (out, { score }) => out.fixed(idBytes(score.traceId, 16)) },
  { name: "span_id", write: (out, { score }) => out.fixed(idBytes(score.spanId, 8)) },
  { name: "session_id", write: (out, { score }) => out.string(score.sessionId) },
  { name: "response_id", write: (out, { score }) => out.string(score.responseId) },
  {
    name: "metadata",
    write: (out, { score }) => {
      const entries = Object.entries(score.metadata);
      out.varint(entries.length);
      for (const [key, value] of entries) {
        out.internedString(key);
        out.string(value);
      }
    },
  },
];

/** The scores of one request, encoded as rows and not stored yet. */
export class ScoreBatch {
  readonly projectId: string;
  size = 0;
  private readonly writer = new RowBinaryWriter(0);
  private readonly project: Buffer;
  private readonly receivedAtMs: number;

  constructor(projectId: string, receivedAtMs: number) {
    this.projectId = projectId;
    this.project = uuidBytes(projectId);
    this.receivedAtMs = receivedAtMs;
  }

  add(score: ScoreRecord): void {
    const receivedAtUs = this.receivedAtMs * 1000 + this.size++;
    const row = { projectId: this.project, receivedAtUs, score };
    for (const column of SCORE_COLUMNS) column.write(this.writer, row);
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

function idBytes(hex: string, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.write(hex, "hex");
  return bytes;
}
