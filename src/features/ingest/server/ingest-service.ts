import type { Metrics } from "#platform/observability/metrics.ts";
import { GroupCommit } from "./group-commit.ts";
import { MemoryBudget, type MemoryShare } from "./memory-budget.ts";
import { type ReadOutcome, readJsonTraces, readProtobufTraces } from "./otlp/trace-reader.ts";
import { bodyTooLarge, decodeBody } from "./request-body.ts";
import { SpanBatch } from "./spans/span-batch.ts";
import { SpanWriter, type SpanWriterParts } from "./spans/span-writer.ts";

/** An OTLP request as it arrived. */
export interface OtlpRequest {
  projectId: string;
  body: Buffer;
  contentEncoding: string | undefined;
  /** Grows with what the request needs; whoever opened it releases it when the request is answered. */
  memory: MemoryShare;
  encoding: "protobuf" | "json";
}

/** The path of telemetry from a request's bytes to durable rows. */
export class IngestService {
  readonly maxBodyBytes: number;
  readonly memory: MemoryBudget;
  private readonly spans: GroupCommit<SpanBatch>;
  private readonly metrics: Metrics;

  private constructor(writer: SpanWriter, limits: IngestLimits, metrics: Metrics) {
    this.maxBodyBytes = limits.maxBodyBytes;
    this.metrics = metrics;
    this.spans = new GroupCommit((group) => writer.write(group));
    this.memory = new MemoryBudget(limits.maxBufferedBytes);
  }

  static async open(parts: SpanWriterParts, limits: IngestLimits, metrics: Metrics): Promise<IngestService> {
    return new IngestService(await SpanWriter.open(parts, Date.now()), limits, metrics);
  }

  /**
   * Takes in a trace export and returns when every accepted span is durable. Spans that are broken are told
   * in the outcome and cost their neighbours nothing; a body that cannot be read at all throws `malformed_otlp`.
   */
  async takeTraces(request: OtlpRequest): Promise<ReadOutcome> {
    const body = await decodeBody(request.body, request.contentEncoding, this.maxBodyBytes);
    if (body.length > this.maxBodyBytes) throw bodyTooLarge(this.maxBodyBytes);
    // The rows of a body are about as large as the body itself.
    request.memory.growTo(request.body.length + 2 * body.length);
    const nowMs = Date.now();
    const batch = new SpanBatch(request.projectId, nowMs, body.length);
    const read = request.encoding === "protobuf" ? readProtobufTraces : readJsonTraces;
    const outcome = read(body, nowMs, (span) => batch.add(span));
    if (outcome.rejected > 0) this.metrics.spansRejected.inc(outcome.rejected);
    if (batch.size > 0) await this.spans.submit(batch);
    // Not after a failure: a write that was given up may still be reading the rows.
    batch.release();
    return outcome;
  }

  /** Resolves when all that was accepted is durable or refused. */
  drain(): Promise<void> {
    return this.spans.drain();
  }
}

/** Bounds of memory and request size, in bytes. */
export interface IngestLimits {
  maxBodyBytes: number;
  maxBufferedBytes: number;
}
