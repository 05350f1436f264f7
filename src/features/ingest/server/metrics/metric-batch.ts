import { RowBinaryWriter, uuidBytes } from "#platform/clickhouse/row-binary-writer.ts";
import type { MetricPoint } from "./metric-point.ts";
import {
  EXEMPLAR_COLUMNS,
  type PointRowSource,
  SAMPLE_COLUMNS,
  SERIES_COLUMNS,
  writeRow,
} from "./sample-columns.ts";
import { identifySeries } from "./series-identity.ts";

export type { MetricPoint } from "./metric-point.ts";

/** Bytes of a usual row of `samples`. */
const ROW_BYTES = 192;

/**
 * The points of one request, encoded as rows and not stored yet. A sample is identified by project, series and
 * time: storing the same again changes nothing, storing another value replaces the first.
 */
export class MetricBatch {
  readonly projectId: string;
  /** Start of each row in `rows()`. */
  readonly offsets: number[] = [];
  /** Of each row: its series as 16 hex digits, and its time in nanoseconds as the nearest double. */
  readonly series: string[] = [];
  readonly timesNs: number[] = [];
  /** A point of each series, to describe the series by. */
  private readonly sources = new Map<string, PointRowSource>();
  private readonly exemplars: { row: number; source: PointRowSource }[] = [];
  private readonly writer: RowBinaryWriter;
  private readonly receivedAtMs: number;
  private readonly project: Buffer;
  private kept = 0;

  /** @param points how many points are expected; more are fine */
  constructor(projectId: string, receivedAtMs: number, points = 64) {
    this.projectId = projectId;
    this.receivedAtMs = receivedAtMs;
    this.project = uuidBytes(projectId);
    this.writer = new RowBinaryWriter(points * ROW_BYTES);
  }

  /** Takes in a point; arrays of the point must not change before the batch is stored. */
  add(point: MetricPoint): void {
    const series = identifySeries(point);
    const { key } = series;
    const source = { projectId: this.project, receivedAtMs: this.receivedAtMs, series, point };
    if (!this.sources.has(key)) {
      this.sources.set(key, source);
      this.kept += ROW_BYTES;
      for (const [label, value] of point.attributes) this.kept += label.length + value.length;
    }
    if (point.exemplars !== undefined && point.exemplars.length > 0) {
      this.exemplars.push({ row: this.offsets.length, source });
      this.kept += point.exemplars.length * ROW_BYTES;
    }
    this.offsets.push(this.writer.length);
    this.series.push(key);
    this.timesNs.push(Number(point.timeNs));
    writeRow(SAMPLE_COLUMNS, this.writer, source);
  }

  /** Number of points. */
  get size(): number {
    return this.offsets.length;
  }

  get byteLength(): number {
    return this.writer.length + this.kept;
  }

  /** Rows of `samples`. */
  rows(): Buffer {
    return this.writer.bytes();
  }

  /** The series of the batch, by key, and their metrics. */
  seriesKeys(): Iterable<string> {
    return this.sources.keys();
  }

  /** Name of a series' metric. */
  metricOf(series: string): string {
    return this.sources.get(series)?.point.name ?? "";
  }

  /** Writes the row of `series` for one of the batch's series. */
  writeSeries(series: string, out: RowBinaryWriter): void {
    const source = this.sources.get(series);
    if (source) writeRow(SERIES_COLUMNS, out, source);
  }

  /** Writes rows of `exemplars` for all samples but the ones left out; answers how many. */
  writeExemplars(leaveOut: ReadonlySet<number> | undefined, out: RowBinaryWriter): number {
    let written = 0;
    for (const { row, source } of this.exemplars) {
      if (leaveOut?.has(row)) continue;
      for (const exemplar of source.point.exemplars ?? []) {
        writeRow(EXEMPLAR_COLUMNS, out, { ...source, exemplar });
        written++;
      }
    }
    return written;
  }

  /** Gives the memory of the rows away, once they are durable and nobody reads them any more. */
  release(): void {
    this.writer.release();
  }
}
