import type { RowBinaryWriter } from "#platform/clickhouse/row-binary-writer.ts";
import type { Exemplar, Labels, MetricPoint } from "./metric-point.ts";
import { canonicalLabels, type SeriesIdentity } from "./series-identity.ts";

/** What the rows of a point are written from. */
export interface PointRowSource {
  /** Project id in RowBinary order. */
  projectId: Buffer;
  receivedAtMs: number;
  series: SeriesIdentity;
  point: MetricPoint;
}

interface Column<Row> {
  name: string;
  write(out: RowBinaryWriter, row: Row): void;
}

/**
 * Where a row of `samples` says that it replaces one that is stored: behind project, series and time, which identify
 * it. Set after the row was written.
 */
export const REVISION_OFFSET = 32;

const NOT_TOLD = Number.NaN;
const NONE: readonly number[] = [];

/** The columns of `samples` in the order rows are written; duplicate detection reads and sets the first four. */
export const SAMPLE_COLUMNS: readonly Column<PointRowSource>[] = [
  { name: "project_id", write: (out, row) => out.fixed(row.projectId) },
  { name: "series", write: (out, { series }) => out.u64Halves(series.high, series.low) },
  { name: "time", write: (out, { point }) => writeNs(out, point.timeNs) },
  { name: "revision", write: (out) => out.u8(0) },
  { name: "metric", write: (out, { point }) => out.internedString(point.name) },
  { name: "received_at", write: (out, row) => out.u64(row.receivedAtMs) },
  { name: "start_time", write: (out, { point }) => writeNs(out, point.startTimeNs) },
  { name: "flags", write: (out, { point }) => out.u32(point.flags ?? 0) },
  { name: "value", write: (out, { point }) => out.f64(point.value) },
  { name: "count", write: (out, { point }) => out.u64(point.count ?? 0) },
  { name: "sum", write: (out, { point }) => out.f64(point.sum ?? NOT_TOLD) },
  { name: "min", write: (out, { point }) => out.f64(point.min ?? NOT_TOLD) },
  { name: "max", write: (out, { point }) => out.f64(point.max ?? NOT_TOLD) },
  { name: "bounds", write: (out, { point }) => writeF64s(out, point.bounds) },
  { name: "bucket_counts", write: (out, { point }) => writeU64s(out, point.bucketCounts) },
  { name: "scale", write: (out, { point }) => out.u32(point.scale ?? 0) },
  { name: "zero_count", write: (out, { point }) => out.u64(point.zeroCount ?? 0) },
  { name: "zero_threshold", write: (out, { point }) => out.f64(point.zeroThreshold ?? 0) },
  { name: "positive_offset", write: (out, { point }) => out.u32(point.positiveOffset ?? 0) },
  { name: "positive_counts", write: (out, { point }) => writeU64s(out, point.positiveCounts) },
  { name: "negative_offset", write: (out, { point }) => out.u32(point.negativeOffset ?? 0) },
  { name: "negative_counts", write: (out, { point }) => writeU64s(out, point.negativeCounts) },
  {
    name: "quantiles",
    write: (out, { point }) => {
      out.varint(point.quantiles?.length ?? 0);
      for (const [quantile, value] of point.quantiles ?? []) {
        out.f64(quantile);
        out.f64(value);
      }
    },
  },
];

/** The columns of `series`. */
export const SERIES_COLUMNS: readonly Column<PointRowSource>[] = [
  { name: "project_id", write: (out, row) => out.fixed(row.projectId) },
  { name: "metric", write: (out, { point }) => out.internedString(point.name) },
  { name: "series", write: (out, { series }) => out.u64Halves(series.high, series.low) },
  { name: "kind", write: (out, { point }) => out.internedString(point.kind) },
  { name: "unit", write: (out, { point }) => out.internedString(point.unit) },
  { name: "description", write: (out, { point }) => out.string(point.description) },
  { name: "temporality", write: (out, { point }) => out.internedString(point.temporality) },
  { name: "monotonic", write: (out, { point }) => out.u8(point.monotonic ? 1 : 0) },
  { name: "attributes", write: (out, { point }) => writeLabels(out, point.attributes) },
  { name: "resource_attributes", write: (out, { point }) => writeLabels(out, point.resource) },
  { name: "scope_name", write: (out, { point }) => out.internedString(point.scopeName) },
  { name: "first_seen", write: (out, row) => out.u64(row.receivedAtMs) },
  { name: "last_seen", write: (out, row) => out.u64(row.receivedAtMs) },
];

/** The columns of `exemplars`. */
export const EXEMPLAR_COLUMNS: readonly Column<PointRowSource & { exemplar: Exemplar }>[] = [
  { name: "project_id", write: (out, row) => out.fixed(row.projectId) },
  { name: "metric", write: (out, { point }) => out.internedString(point.name) },
  { name: "series", write: (out, { series }) => out.u64Halves(series.high, series.low) },
  { name: "time", write: (out, { exemplar }) => writeNs(out, exemplar.timeNs) },
  { name: "received_at", write: (out, row) => out.u64(row.receivedAtMs) },
  { name: "value", write: (out, { exemplar }) => out.f64(exemplar.value) },
  { name: "trace_id", write: (out, { exemplar }) => out.fixed(idBytes(exemplar.traceId, 16)) },
  { name: "span_id", write: (out, { exemplar }) => out.fixed(idBytes(exemplar.spanId, 8)) },
  { name: "attributes", write: (out, { exemplar }) => writeLabels(out, exemplar.attributes) },
];

/** Writes one row of a table. */
export function writeRow<Row>(columns: readonly Column<Row>[], out: RowBinaryWriter, row: Row): void {
  for (let i = 0; i < columns.length; i++) columns[i]!.write(out, row);
}

function writeNs(out: RowBinaryWriter, ns: bigint): void {
  out.u64Halves(Number((ns >> 32n) & 0xffff_ffffn), Number(ns & 0xffff_ffffn));
}

function writeF64s(out: RowBinaryWriter, values: readonly number[] = NONE): void {
  out.varint(values.length);
  for (const value of values) out.f64(value);
}

function writeU64s(out: RowBinaryWriter, values: readonly number[] = NONE): void {
  out.varint(values.length);
  for (const value of values) out.u64(value);
}

function writeLabels(out: RowBinaryWriter, labels: Labels): void {
  const canonical = canonicalLabels(labels);
  out.varint(canonical.length);
  for (const [key, value] of canonical) {
    out.internedString(key);
    out.internedString(value);
  }
}

function idBytes(hex: string, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.write(hex, "hex");
  return bytes;
}
