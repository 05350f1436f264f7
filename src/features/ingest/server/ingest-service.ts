import type { EventBus } from "#platform/events/event-bus.ts";
import type { Metrics } from "#platform/observability/metrics.ts";
import { GroupCommit } from "./group-commit.ts";
import { LogBatch } from "./logs/log-batch.ts";
import { MemoryBudget, type MemoryShare } from "./memory-budget.ts";
import { KnownPieces } from "./messages/known-pieces.ts";
import { MetricBatch } from "./metrics/metric-batch.ts";
import { readJsonLogs, readProtobufLogs } from "./otlp/log-reader.ts";
import { readJsonMetrics, readProtobufMetrics } from "./otlp/metric-reader.ts";
import { type ReadOutcome, readJsonTraces, readProtobufTraces } from "./otlp/trace-reader.ts";
import { bodyTooLarge, decodeBody } from "./request-body.ts";
import { collectLogScore, collectScores } from "./scores/collect-scores.ts";
import { ScoreBatch } from "./scores/score-batch.ts";
import type { ScoreRecord } from "./scores/score-record.ts";
import { SignalWriters } from "./signal-writers.ts";
import type { SpanBatch } from "./spans/span-batch.ts";
import { SpanEncoder, type SpanEncoderParts } from "./spans/span-encoder.ts";
import { SpanWriter, type SpanWriterParts } from "./spans/span-writer.ts";

declare module "#platform/events/event-bus.ts" {
  interface DomainEvents {
    /** Agents, by the name spans know them by, sent spans with an API key. */
    agents_used_key: { projectId: string; keyId: string; agents: readonly string[] };
  }
}

/** An OTLP request as it arrived. */
export interface OtlpRequest {
  projectId: string;
  /** The API key it came with, if it did. */
  keyId?: string | undefined;
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
  private readonly encoder: SpanEncoder;
  private readonly spans: GroupCommit<SpanBatch>;
  private readonly signals: SignalWriters;
  private readonly metrics: Metrics;
  private readonly events: EventBus;

  private constructor(
    encoder: SpanEncoder,
    writer: SpanWriter,
    signals: SignalWriters,
    limits: IngestLimits,
    metrics: Metrics,
    events: EventBus,
  ) {
    this.maxBodyBytes = limits.maxBodyBytes;
    this.metrics = metrics;
    this.events = events;
    this.encoder = encoder;
    this.signals = signals;
    this.spans = new GroupCommit((group) => writer.write(group));
    this.memory = new MemoryBudget(limits.maxBufferedBytes);
  }

  static async open(parts: IngestParts, limits: IngestLimits, metrics: Metrics): Promise<IngestService> {
    const known = new KnownPieces();
    const writer = await SpanWriter.open(parts, known, Date.now());
    const signals = await SignalWriters.open({ ...parts, metrics }, Date.now());
    return new IngestService(
      new SpanEncoder({ ...parts, known }),
      writer,
      signals,
      limits,
      metrics,
      parts.events,
    );
  }

  /**
   * Takes in a trace export and returns when every accepted span is durable. Spans that are broken are told
   * in the outcome and cost their neighbours nothing; a body that cannot be read at all throws `malformed_otlp`.
   */
  async takeTraces(request: OtlpRequest): Promise<ReadOutcome> {
    const body = await this.decode(request);
    const nowMs = Date.now();
    const read = request.encoding === "protobuf" ? readProtobufTraces : readJsonTraces;
    const scores = new ScoreBatch(request.projectId, nowMs);
    const batch = this.encoder.encode(
      request.projectId,
      nowMs,
      (take) => read(body, nowMs, take),
      (span) => {
        if (span.events.length > 0) collectScores(span, (score) => scores.add(score));
      },
    );
    // Small bodies can grow more: a span that says little still has a value in each column.
    request.memory.growTo(request.body.length + body.length + batch.byteLength);
    const { outcome } = batch;
    if (outcome.rejected > 0) this.metrics.spansRejected.inc(outcome.rejected);
    if (batch.size > 0) await Promise.all([this.spans.submit(batch), this.signals.storeScores(scores)]);
    const { keyId, projectId } = request;
    if (keyId !== undefined && batch.agents.length > 0) {
      this.events.emit("agents_used_key", { projectId, keyId, agents: batch.agents.map(({ name }) => name) });
    }
    // Not after a failure: a write that was given up may still be reading it.
    batch.release();
    return outcome;
  }

  /** Takes in a metrics export as `takeTraces` does; the outcome counts data points. */
  async takeMetrics(request: OtlpRequest): Promise<ReadOutcome> {
    const body = await this.decode(request);
    const nowMs = Date.now();
    const batch = new MetricBatch(request.projectId, nowMs);
    const read = request.encoding === "protobuf" ? readProtobufMetrics : readJsonMetrics;
    const outcome = read(body, nowMs, (point) => batch.add(point));
    if (outcome.rejected > 0) this.metrics.itemsRejected.inc({ signal: "metrics" }, outcome.rejected);
    // Small bodies can grow more: a point of a few bytes still has a value in each column.
    request.memory.growTo(request.body.length + body.length + batch.byteLength);
    await this.signals.storeMetrics(batch);
    return outcome;
  }

  /** Takes in a log export as `takeTraces` does. Evaluation results among the records become scores as well. */
  async takeLogs(request: OtlpRequest): Promise<ReadOutcome> {
    const body = await this.decode(request);
    const nowMs = Date.now();
    const batch = new LogBatch(request.projectId, nowMs, body.length);
    const scores = new ScoreBatch(request.projectId, nowMs);
    const read = request.encoding === "protobuf" ? readProtobufLogs : readJsonLogs;
    const outcome = read(body, nowMs, (log) => {
      batch.add(log);
      collectLogScore(log, (score) => scores.add(score));
    });
    if (outcome.rejected > 0) this.metrics.itemsRejected.inc({ signal: "logs" }, outcome.rejected);
    request.memory.growTo(request.body.length + body.length + batch.byteLength);
    await Promise.all([this.signals.storeLogs(batch), this.signals.storeScores(scores)]);
    return outcome;
  }

  /** Stores points of any protocol; durable when it resolves. The caller accounts for their memory. */
  storeMetricBatch(batch: MetricBatch): Promise<void> {
    return this.signals.storeMetrics(batch);
  }

  /** Stores scores; durable when it resolves. One whose id is stored already takes its place. */
  async storeScores(projectId: string, scores: readonly ScoreRecord[]): Promise<void> {
    const batch = new ScoreBatch(projectId, Date.now());
    for (const score of scores) batch.add(score);
    await this.signals.storeScores(batch);
  }

  /** Resolves when all that was accepted is durable or refused. */
  async drain(): Promise<void> {
    await Promise.all([this.spans.drain(), this.signals.drain()]);
  }

  /** The body without its encoding; the request's memory grows by it and by what will become of it. */
  private async decode(request: OtlpRequest): Promise<Buffer> {
    const body = await decodeBody(request.body, request.contentEncoding, this.maxBodyBytes);
    if (body.length > this.maxBodyBytes) throw bodyTooLarge(this.maxBodyBytes);
    // Columns and rows of a body are about as large as the body itself.
    request.memory.growTo(request.body.length + 2 * body.length);
    return body;
  }
}

/** What an `IngestService` works with. */
export type IngestParts = SpanWriterParts & Omit<SpanEncoderParts, "known">;

/** Bounds of memory and request size, in bytes. */
export interface IngestLimits {
  maxBodyBytes: number;
  maxBufferedBytes: number;
}
