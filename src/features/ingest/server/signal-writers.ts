import { GroupCommit } from "./group-commit.ts";
import type { LogBatch } from "./logs/log-batch.ts";
import { LogWriter } from "./logs/log-writer.ts";
import type { MetricBatch } from "./metrics/metric-batch.ts";
import { MetricWriter, type SignalWriterParts } from "./metrics/metric-writer.ts";
import type { ScoreBatch } from "./scores/score-batch.ts";
import { ScoreWriter } from "./scores/score-writer.ts";

/** Groups and writes what is not spans; each signal has groups of its own, so that none waits for another. */
export class SignalWriters {
  private readonly metrics: GroupCommit<MetricBatch>;
  private readonly logs: GroupCommit<LogBatch>;
  private readonly scores: GroupCommit<ScoreBatch>;

  private constructor(metrics: MetricWriter, logs: LogWriter, scores: ScoreWriter) {
    this.metrics = new GroupCommit((group) => metrics.write(group));
    this.logs = new GroupCommit((group) => logs.write(group));
    this.scores = new GroupCommit((group) => scores.write(group));
  }

  static async open(parts: SignalWriterParts, nowMs: number): Promise<SignalWriters> {
    const [metrics, logs] = await Promise.all([
      MetricWriter.open(parts, nowMs),
      LogWriter.open(parts, nowMs),
    ]);
    return new SignalWriters(metrics, logs, new ScoreWriter(parts));
  }

  /** Each resolves when the batch is durable, and gives its memory away then; an empty one is done at once. */
  async storeMetrics(batch: MetricBatch): Promise<void> {
    if (batch.size > 0) await this.metrics.submit(batch);
    batch.release();
  }

  async storeLogs(batch: LogBatch): Promise<void> {
    if (batch.size > 0) await this.logs.submit(batch);
    batch.release();
  }

  async storeScores(batch: ScoreBatch): Promise<void> {
    if (batch.size > 0) await this.scores.submit(batch);
    batch.release();
  }

  /** Resolves when all that was submitted is durable or refused. */
  async drain(): Promise<void> {
    await Promise.all([this.metrics.drain(), this.logs.drain(), this.scores.drain()]);
  }
}
