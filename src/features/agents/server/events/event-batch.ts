import { RowBinaryWriter, uuidBytes } from "#platform/clickhouse/row-binary-writer.ts";
import type { ReadEvent } from "./event-input.ts";

interface EventRow {
  projectId: Buffer;
  agentId: Buffer;
  receivedAtMs: number;
  id: string;
  event: ReadEvent;
}

/** The columns of `agent_events` in the order they are written, and how. */
const COLUMNS: readonly { name: string; write(out: RowBinaryWriter, row: EventRow): void }[] = [
  { name: "project_id", write: (out, { projectId }) => out.fixed(projectId) },
  { name: "agent_id", write: (out, { agentId }) => out.fixed(agentId) },
  { name: "event_id", write: (out, { id }) => out.string(id) },
  { name: "time", write: (out, { event }) => out.u64(event.timeMs) },
  { name: "received_at", write: (out, { receivedAtMs }) => out.u64(receivedAtMs) },
  { name: "type", write: (out, { event }) => out.internedString(event.type) },
  { name: "content", write: (out, { event }) => out.string(event.content) },
  { name: "metadata", write: (out, { event }) => out.string(event.metadata) },
  { name: "error_type", write: (out, { event }) => out.string(event.errorType) },
  { name: "error_details", write: (out, { event }) => out.string(event.errorDetails) },
  { name: "response_time_ms", write: (out, { event }) => out.nullableF64(event.responseTimeMs) },
  { name: "token_count", write: (out, { event }) => out.u64(event.tokenCount) },
  { name: "model", write: (out, { event }) => out.internedString(event.model) },
  { name: "cost_usd", write: (out, { event }) => out.nullableF64(event.costUsd) },
  { name: "feedback_score", write: (out, { event }) => out.nullableF64(event.feedbackScore) },
  { name: "user_feedback", write: (out, { event }) => out.string(event.userFeedback) },
  { name: "user_id", write: (out, { event }) => out.string(event.userId) },
  { name: "session_id", write: (out, { event }) => out.string(event.sessionId) },
  { name: "trace_id", write: (out, { event }) => out.string(event.traceId) },
];
export const EVENT_COLUMN_NAMES = COLUMNS.map((column) => column.name);

/** The events of one request, encoded as rows and not stored yet. */
export class EventBatch {
  readonly projectId: string;
  readonly agentId: string;
  readonly ids: string[] = [];
  /** When each event was; 0 where the caller did not tell, so that nothing follows from it. */
  readonly toldTimesMs: number[] = [];
  /** Whether the id is ours, and the event therefore new. */
  readonly hasOurId: boolean[] = [];
  /** Start of each row in `rows()`. */
  readonly offsets: number[] = [];
  private readonly writer: RowBinaryWriter;
  private readonly row: Omit<EventRow, "id" | "event">;

  /** `sizeHint`: bytes of the request. */
  constructor(projectId: string, agentId: string, receivedAtMs: number, sizeHint: number) {
    this.projectId = projectId;
    this.agentId = agentId;
    this.writer = new RowBinaryWriter(sizeHint + 1024);
    this.row = { projectId: uuidBytes(projectId), agentId: uuidBytes(agentId), receivedAtMs };
  }

  add(event: ReadEvent, makeId: () => string): void {
    const id = event.id ?? makeId();
    this.ids.push(id);
    this.toldTimesMs.push(event.isTimed ? event.timeMs : 0);
    this.hasOurId.push(event.id === undefined);
    this.offsets.push(this.writer.length);
    const row: EventRow = { ...this.row, id, event };
    for (const column of COLUMNS) column.write(this.writer, row);
  }

  get size(): number {
    return this.ids.length;
  }

  get byteLength(): number {
    return this.writer.length;
  }

  rows(): Buffer {
    return this.writer.bytes();
  }

  /** Gives the memory of the rows away, once they are durable. */
  release(): void {
    this.writer.release();
  }
}
