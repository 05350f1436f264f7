import type { SpanOrigin } from "#features/telemetry/server/index.ts";
import type { Exemplar, MetricKind } from "../metrics/metric-point.ts";
import { attributeKey, isObject, type JsonObject, JsonPlainReader, parseInt64 } from "./json-any-value.ts";
import { readId } from "./json-ids.ts";
import { JsonFramingError, type JsonRange, JsonScanner } from "./json-scanner.ts";
import { parseExact } from "./json-text.ts";
import {
  MAX_BUCKETS,
  MAX_EXEMPLARS,
  MAX_JSON_NODES,
  MAX_JSON_REJECTED,
  MAX_NAME_BYTES,
  MAX_QUANTILES,
  MAX_RESOURCE_ATTRIBUTES,
  MAX_RESOURCE_VALUE_BYTES,
} from "./limits.ts";
import {
  draftPoint,
  type MetricHead,
  type PointDraft,
  type PointSink,
  settleExemplars,
  settlePoint,
  temporalityOf,
} from "./metric-rules.ts";
import { plainAsText } from "./plain-value.ts";
import type { OutcomeCounter } from "./read-outcome.ts";
import { Reason } from "./rejection-reasons.ts";
import { limitText } from "./utf8-text.ts";

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

const KINDS: ReadonlyMap<string, MetricKind> = new Map([
  ["gauge", "gauge"],
  ["sum", "sum"],
  ["histogram", "histogram"],
  ["exponentialHistogram", "exponential_histogram"],
  ["exponential_histogram", "exponential_histogram"],
  ["summary", "summary"],
]);
const TEMPORALITIES = ["UNSPECIFIED", "DELTA", "CUMULATIVE"];

/** Marks a shape that OTLP/JSON does not have; ends the reading of one point. */
class ShapeError extends Error {
  readonly reason: Reason;
  constructor(reason: Reason) {
    super(reason);
    this.reason = reason;
  }
}

/** Reads metrics of OTLP/JSON and hands on their data points. */
export class JsonMetricReader {
  private readonly bytes: Buffer;
  private readonly latestNs: number;
  private readonly outcome: OutcomeCounter;
  private readonly sink: PointSink;

  constructor(bytes: Buffer, latestNs: number, outcome: OutcomeCounter, sink: PointSink) {
    this.bytes = bytes;
    this.latestNs = latestNs;
    this.outcome = outcome;
    this.sink = sink;
  }

  /** Reads the metric in a range. A metric that is broken itself counts as one rejected point. */
  read(range: JsonRange, origin: SpanOrigin | undefined): void {
    const head = { name: "", description: "", unit: "" };
    let data: { kind: MetricKind; range: JsonRange } | undefined;
    const framed = this.members(range, (name, value) => {
      const kind = KINDS.get(name);
      if (kind !== undefined && this.bytes[value.start] === OPEN_BRACE) data = { kind, range: value };
      else if (name === "name" || name === "description" || name === "unit") head[name] = this.text(value);
    });
    if (!framed || data === undefined) return;
    const refusal = origin === undefined ? Reason.jsonResource : head.name === "" ? Reason.noMetricName : "";
    this.data(data.kind, data.range, { ...head, origin: origin! }, refusal);
  }

  private data(kind: MetricKind, range: JsonRange, head: MetricHead, refusal: Reason | ""): void {
    const { bytes, outcome } = this;
    const lists: JsonRange[] = [];
    let temporality = 0;
    let monotonic = false;
    const framed = this.members(range, (name, value) => {
      if (name === "dataPoints" || name === "data_points") lists.push(value);
      else if (name === "aggregationTemporality" || name === "aggregation_temporality")
        temporality = this.temporality(value);
      else if (name === "isMonotonic" || name === "is_monotonic")
        monotonic = bytes.toString("latin1", value.start, value.end) === "true";
    });
    if (!framed) return;
    for (const list of lists) {
      if (bytes[list.start] !== OPEN_BRACKET) continue;
      new JsonScanner(bytes, list.start, list.end).elements((item) => {
        if (outcome.rejected >= MAX_JSON_REJECTED) outcome.reject(Reason.unread);
        else if (refusal !== "") outcome.reject(refusal);
        else this.point(item, draftPoint(head, kind, temporalityOf(temporality), monotonic));
      });
    }
  }

  private point(range: JsonRange, point: PointDraft): void {
    try {
      if (range.nodes > MAX_JSON_NODES) throw new ShapeError(Reason.jsonShape);
      const json = parseExact(this.bytes, range);
      if (!isObject(json)) throw new ShapeError(Reason.jsonShape);
      readPoint(json, point);
    } catch (error) {
      if (error instanceof ShapeError) this.outcome.reject(error.reason);
      else if (error instanceof SyntaxError) this.outcome.reject(Reason.jsonSyntax);
      else if (error instanceof RangeError) this.outcome.reject(Reason.jsonShape);
      else throw error;
      return;
    }
    settlePoint(point, this.latestNs, this.outcome, this.sink);
  }

  /** The members of an object; false, and one rejection, when its brackets and commas do not fit. */
  private members(range: JsonRange, each: (name: string, value: JsonRange) => void): boolean {
    try {
      new JsonScanner(this.bytes, range.start, range.end).members(each);
      return true;
    } catch (error) {
      if (!(error instanceof JsonFramingError)) throw error;
      this.outcome.reject(Reason.jsonSyntax);
      return false;
    }
  }

  private text(range: JsonRange): string {
    const value = this.scalar(range);
    return typeof value === "string" ? limitText(value, MAX_NAME_BYTES) : "";
  }

  private temporality(range: JsonRange): number {
    const value = this.scalar(range);
    if (typeof value === "number") return value;
    if (typeof value !== "string") return 0;
    if (/^\d+$/.test(value)) return Number(value);
    return Math.max(0, TEMPORALITIES.indexOf(value.toUpperCase().replace("AGGREGATION_TEMPORALITY_", "")));
  }

  private scalar(range: JsonRange): unknown {
    if (range.nodes > 1) return undefined;
    try {
      return parseExact(this.bytes, range);
    } catch {
      return undefined;
    }
  }
}

function readPoint(json: JsonObject, point: PointDraft): void {
  const get = getter(json);
  point.attributes = attributesOf(get("attributes", "attributes"));
  point.startTimeNs = time(get("startTimeUnixNano", "start_time_unix_nano"));
  point.timeNs = time(get("timeUnixNano", "time_unix_nano"));
  const flags = count(get("flags", "flags"));
  if (flags !== undefined) point.flags = flags;
  readNumber(get, point);
  assign(point, "count", count(get("count", "count")));
  assign(point, "sum", double(get("sum", "sum")));
  assign(point, "min", double(get("min", "min")));
  assign(point, "max", double(get("max", "max")));
  assign(point, "bucketCounts", list(get("bucketCounts", "bucket_counts"), count));
  assign(point, "bounds", list(get("explicitBounds", "explicit_bounds"), double));
  assign(point, "scale", integer(get("scale", "scale")));
  assign(point, "zeroCount", count(get("zeroCount", "zero_count")));
  assign(point, "zeroThreshold", double(get("zeroThreshold", "zero_threshold")));
  const positive = buckets(get("positive", "positive"));
  assign(point, "positiveOffset", positive?.offset);
  assign(point, "positiveCounts", positive?.counts);
  const negative = buckets(get("negative", "negative"));
  assign(point, "negativeOffset", negative?.offset);
  assign(point, "negativeCounts", negative?.counts);
  assign(point, "quantiles", quantiles(get("quantileValues", "quantile_values")));
  settleExemplars(exemplarsOf(get("exemplars", "exemplars")), point);
}

type Get = (camel: string, snake: string) => unknown;

/** A member by either spelling; null counts as absent, as in proto3's JSON. */
const getter =
  (json: JsonObject): Get =>
  (camel, snake) =>
    json[camel] ?? json[snake] ?? undefined;

function assign<K extends keyof PointDraft>(
  point: PointDraft,
  key: K,
  value: PointDraft[K] | undefined,
): void {
  if (value !== undefined) point[key] = value;
}

function readNumber(get: Get, point: PointDraft): void {
  const value = double(get("asDouble", "as_double")) ?? double(get("asInt", "as_int"));
  if (value === undefined) return;
  point.value = value;
  point.hasValue = true;
}

function time(value: unknown): bigint {
  if (value === undefined) return 0n;
  const ns = parseInt64(value);
  if (ns === undefined || ns < 0) throw new ShapeError(Reason.timeFormat);
  return BigInt(ns);
}

/** A double, or a 64-bit integer as nearest double; NaN and the infinities come by name. */
function double(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "string" && value.trim() !== "" && value.length < 400) {
    const number = Number(value);
    if (!Number.isNaN(number) || value === "NaN") return number;
  }
  const whole = isObject(value) ? parseInt64(value) : undefined;
  if (whole === undefined) throw new ShapeError(Reason.jsonShape);
  return Number(whole);
}

function integer(value: unknown): number | undefined {
  const number = double(value);
  if (number === undefined) return undefined;
  if (!Number.isInteger(number) || Math.abs(number) > 2 ** 31) throw new ShapeError(Reason.jsonShape);
  return number;
}

function count(value: unknown): number | undefined {
  const number = double(value);
  if (number === undefined) return undefined;
  if (!Number.isInteger(number) || number < 0 || number >= 2 ** 64) throw new ShapeError(Reason.jsonShape);
  return number;
}

function list(value: unknown, one: (item: unknown) => number | undefined): number[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw new ShapeError(Reason.jsonShape);
  // One more than is taken, so that the rules refuse the point.
  return value.slice(0, MAX_BUCKETS + 1).map((item) => one(item) ?? 0);
}

function buckets(value: unknown): { offset: number; counts: number[] } | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) throw new ShapeError(Reason.jsonShape);
  const get = getter(value);
  return {
    offset: integer(get("offset", "offset")) ?? 0,
    counts: list(get("bucketCounts", "bucket_counts"), count) ?? [],
  };
}

function quantiles(value: unknown): [number, number][] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw new ShapeError(Reason.jsonShape);
  return value.slice(0, MAX_QUANTILES).map((item) => {
    if (!isObject(item)) throw new ShapeError(Reason.jsonShape);
    return [double(item.quantile) ?? 0, double(item.value) ?? 0];
  });
}

function attributesOf(value: unknown): [string, string][] {
  const entries: [unknown, unknown][] = Array.isArray(value)
    ? value.map((item) => (isObject(item) ? [item.key, item.value ?? null] : ["", null]))
    : Object.entries(isObject(value) ? value : {});
  const attributes: [string, string][] = [];
  for (const [key, item] of entries.slice(0, MAX_RESOURCE_ATTRIBUTES)) {
    const name = attributeKey(key);
    if (name === "") continue;
    const text = plainAsText(new JsonPlainReader().value(item, 0));
    attributes.push([name, limitText(text, MAX_RESOURCE_VALUE_BYTES)]);
  }
  return attributes;
}

function exemplarsOf(value: unknown): Exemplar[] {
  if (!Array.isArray(value)) return [];
  const exemplars: Exemplar[] = [];
  for (const item of value.slice(0, MAX_EXEMPLARS)) {
    if (!isObject(item)) continue;
    const get = getter(item);
    const measured = double(get("asDouble", "as_double")) ?? double(get("asInt", "as_int"));
    if (measured === undefined) continue;
    exemplars.push({
      timeNs: time(get("timeUnixNano", "time_unix_nano")),
      value: measured,
      traceId: idOf(get("traceId", "trace_id"), 16),
      spanId: idOf(get("spanId", "span_id"), 8),
      attributes: attributesOf(get("filteredAttributes", "filtered_attributes")),
    });
  }
  return exemplars;
}

function idOf(value: unknown, size: number): string {
  const bytes = Buffer.alloc(size);
  return readId(value, bytes) === "given" ? bytes.toString("hex") : "";
}
