import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { WireCursor } from "../otlp/wire-cursor.ts";

/** What Prometheus says a metric is; `unknown` when the sender did not tell. */
export type PromType =
  | "unknown"
  | "counter"
  | "gauge"
  | "histogram"
  | "gaugehistogram"
  | "summary"
  | "info"
  | "stateset";

/** Labels in the order they were sent. */
export type PromLabels = (readonly [string, string])[];

/** A value at a time, in milliseconds since 1970; `startMs` is 0 when not told. */
export interface PromSample {
  value: number;
  /** The series has ended: the value is Prometheus' staleness marker. */
  stale: boolean;
  timeMs: number;
  startMs: number;
}

/** A value that was observed on the way to a sample. */
export interface PromExemplar {
  labels: PromLabels;
  value: number;
  timeMs: number;
}

/** Consecutive buckets: how many are skipped before the first (of the first span: its index), and how many follow. */
export interface BucketSpan {
  offset: number;
  length: number;
}

/** A native histogram with its bucket counts decoded to absolute numbers, one per bucket of the spans. */
export interface PromHistogram {
  count: number;
  /** Whether counts are floats, which need not add up exactly. */
  isFloat: boolean;
  sum: number;
  stale: boolean;
  schema: number;
  zeroThreshold: number;
  zeroCount: number;
  negativeSpans: BucketSpan[];
  negativeCounts: number[];
  positiveSpans: BucketSpan[];
  positiveCounts: number[];
  isGauge: boolean;
  timeMs: number;
  startMs: number;
  /** Upper bounds of custom buckets (schema -53). */
  customValues: number[];
}

/** One `TimeSeries` message of either version. */
export interface PromSeries {
  labels: PromLabels;
  /** Why the labels cannot be kept; empty when they can. */
  problem: string;
  samples: PromSample[];
  histograms: PromHistogram[];
  exemplars: PromExemplar[];
  type: PromType;
  help: string;
  unit: string;
  createdMs: number;
}

/** The versions of remote write, by their protobuf message. */
export type RemoteWriteVersion = 1 | 2;

/** The error for a body that is no such message; it must not be retried. */
export function malformedWriteRequest(version: RemoteWriteVersion, reason: string): FlightdeckError {
  const message = version === 1 ? "prometheus.WriteRequest" : "io.prometheus.write.v2.Request";
  return new FlightdeckError(
    `The body is not a protobuf ${message}: ${reason}. The message is named by Content-Type: application/x-protobuf;proto=….`,
    { code: "malformed_remote_write", status: 400 },
  );
}

/** Reads the series of a request one by one. Throws `malformed_remote_write` (400) where it cannot be read on. */
export function* eachSeries(
  cursor: WireCursor,
  version: RemoteWriteVersion,
  seriesTag: number,
  read: (cursor: WireCursor, end: number) => PromSeries,
): Generator<PromSeries> {
  while (cursor.pos < cursor.end) {
    const tag = cursor.tag();
    if (tag === seriesTag) {
      const series = inMessage(cursor, (end) => read(cursor, end));
      if (cursor.failure === "") yield series;
    } else if (tag !== 0) cursor.skip(tag);
  }
  if (cursor.failure !== "") throw malformedWriteRequest(version, cursor.failure);
}

/** Whether any series has this field. */
export function hasSeriesField(body: Buffer, seriesTag: number, fieldTag: number): boolean {
  const cursor = new WireCursor(body);
  let found = false;
  eachField(cursor, body.length, (tag) => {
    if (tag !== seriesTag || found) return cursor.skip(tag);
    inMessage(cursor, (end) =>
      eachField(cursor, end, (inner) => {
        if (inner === fieldTag) found = true;
        cursor.skip(inner);
      }),
    );
  });
  return found;
}

/** Calls `field` for each field between the cursor and `end`; it must move the cursor past the field's value. */
export function eachField(cursor: WireCursor, end: number, field: (tag: number) => void): void {
  const outer = cursor.end;
  cursor.end = end;
  while (cursor.pos < cursor.end) {
    const tag = cursor.tag();
    if (tag !== 0) field(tag);
  }
  cursor.end = outer;
  cursor.pos = cursor.failure === "" ? end : outer;
}

/** Calls `read` with the end of a length-delimited field, and goes on after it. */
export function inMessage<T>(cursor: WireCursor, read: (end: number) => T): T {
  const end = cursor.delimited();
  const value = read(end);
  if (cursor.failure === "") cursor.pos = end;
  return value;
}

/** A signed varint (int64, int32), as the nearest double. */
export function signedVarint(cursor: WireCursor): number {
  const low = cursor.varint();
  return (cursor.high | 0) * 2 ** 32 + low;
}

/** An unsigned varint (uint64), as the nearest double. */
export function unsignedVarint(cursor: WireCursor): number {
  const low = cursor.varint();
  return cursor.high * 2 ** 32 + low;
}

/** A zigzag varint (sint64, sint32), as the nearest double. */
export function zigzagVarint(cursor: WireCursor): number {
  const low = cursor.varint();
  const { high } = cursor;
  const half = (high >>> 1) * 2 ** 32 + (((low >>> 1) | ((high & 1) << 31)) >>> 0);
  return (low & 1) === 0 ? half : -half - 1;
}

/** Prometheus' staleness marker is the NaN with this bit pattern; any other NaN is a value. */
const STALE_HIGH = 0x7ff00000;
const STALE_LOW = 2;

/** True when the double at the cursor is the staleness marker. Does not move the cursor. */
export function isStaleMarker(cursor: WireCursor): boolean {
  const { bytes, pos, end } = cursor;
  return (
    end - pos >= 8 && bytes.readUInt32LE(pos) === STALE_LOW && bytes.readUInt32LE(pos + 4) === STALE_HIGH
  );
}
