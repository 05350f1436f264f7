import type { SpanOrigin } from "#features/telemetry/server/index.ts";
import type { Exemplar, MetricKind } from "../metrics/metric-point.ts";
import { spanNames } from "./interned-text.ts";
import {
  MAX_BUCKETS,
  MAX_EXEMPLARS,
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
import { type PlainValue, plainAsText } from "./plain-value.ts";
import { PlainReader } from "./protobuf-any-value.ts";
import { FIELDS, isKnownField, LAST_POINT_FIELD } from "./protobuf-metric-fields.ts";
import { guessMisplaced } from "./protobuf-signal.ts";
import type { OutcomeCounter } from "./read-outcome.ts";
import { Reason } from "./rejection-reasons.ts";
import { readShortLabel } from "./short-label.ts";
import { limitText } from "./utf8-text.ts";
import { type WireCursor, WireType } from "./wire-cursor.ts";

/** Tags of opentelemetry.proto.metrics.v1.Metric. */
const NAME = 0x0a;
const DESCRIPTION = 0x12;
const UNIT = 0x1a;
const KINDS: Readonly<Record<number, MetricKind>> = {
  42: "gauge",
  58: "sum",
  74: "histogram",
  82: "exponential_histogram",
  90: "summary",
};
const LAST_METRIC_FIELD = 12;
/** Tags of Gauge, Sum, Histogram, ExponentialHistogram and Summary. */
const DATA_POINT = 0x0a;
const TEMPORALITY = 0x10;
const IS_MONOTONIC = 0x18;

/** Reads Metric messages and hands on their data points. */
export class ProtobufMetricReader {
  private readonly cursor: WireCursor;
  private readonly latestNs: number;
  private readonly outcome: OutcomeCounter;
  private readonly sink: PointSink;

  constructor(cursor: WireCursor, latestNs: number, outcome: OutcomeCounter, sink: PointSink) {
    this.cursor = cursor;
    this.latestNs = latestNs;
    this.outcome = outcome;
    this.sink = sink;
  }

  /** Reads the Metric between `cursor.pos` and `end`. A metric that is broken itself counts as one rejected point. */
  read(end: number, origin: SpanOrigin | undefined): void {
    const { cursor, outcome } = this;
    const start = cursor.pos;
    const outer = cursor.end;
    cursor.end = end;
    const head: Partial<MetricHead> & { name: string; description: string; unit: string } = {
      name: "",
      description: "",
      unit: "",
    };
    let kind: MetricKind | undefined;
    let dataStart = end;
    let dataEnd = end;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === NAME) head.name = this.text();
      else if (tag === DESCRIPTION) head.description = this.text();
      else if (tag === UNIT) head.unit = this.text();
      else if (KINDS[tag] !== undefined) {
        kind = KINDS[tag];
        dataEnd = cursor.delimited();
        dataStart = cursor.pos;
        cursor.pos = dataEnd;
      } else if (tag !== 0 && tag >>> 3 <= LAST_METRIC_FIELD && !isReserved(tag))
        cursor.fail(Reason.wireType);
      else if (tag !== 0) cursor.skip(tag);
    }
    const failure = cursor.failure;
    cursor.failure = "";
    if (failure !== "") outcome.reject(guessMisplaced(cursor.bytes, start, end, "metric") || failure);
    else if (kind !== undefined) {
      const refusal = origin === undefined ? Reason.resource : head.name === "" ? Reason.noMetricName : "";
      this.points(kind, dataStart, dataEnd, { ...head, origin: origin! }, refusal);
    } else {
      const misplaced = guessMisplaced(cursor.bytes, start, end, "metric");
      if (misplaced !== "") outcome.reject(misplaced);
    }
    cursor.failure = "";
    cursor.pos = end;
    cursor.end = outer;
  }

  /** The points of one metric; with `refusal` they are only counted. */
  private points(kind: MetricKind, start: number, end: number, head: MetricHead, refusal: Reason | ""): void {
    const { cursor, outcome } = this;
    const { temporality, monotonic, readable } = this.nature(start, end);
    cursor.pos = start;
    cursor.end = end;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag !== DATA_POINT) {
        if (tag !== 0) cursor.skip(tag);
        continue;
      }
      const stop = cursor.delimited();
      if (cursor.failure !== "") break;
      if (refusal !== "" || !readable) outcome.reject(refusal || Reason.wireType);
      else {
        const point = draftPoint(head, kind, temporality, monotonic);
        const failure = this.point(stop, point);
        if (failure !== "") outcome.reject(failure);
        else settlePoint(point, this.latestNs, outcome, this.sink);
      }
      cursor.pos = stop;
    }
    if (cursor.failure !== "") outcome.reject(cursor.failure);
  }

  /** A message may hold its fields in any order, so what holds for all points is looked for before they are read. */
  private nature(start: number, end: number) {
    const { cursor } = this;
    cursor.pos = start;
    cursor.end = end;
    let temporality = 0;
    let monotonic = false;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === TEMPORALITY) temporality = cursor.varint();
      else if (tag === IS_MONOTONIC) monotonic = cursor.varint() !== 0;
      else if (tag !== 0) cursor.skip(tag);
    }
    const readable = cursor.failure === "";
    cursor.failure = "";
    return { temporality: temporalityOf(temporality), monotonic, readable };
  }

  /** Reads one data point, which ends at `end`; answers why it is unreadable, or the empty text. */
  private point(end: number, point: PointDraft): Reason | "" {
    const { cursor } = this;
    const outer = cursor.end;
    const fields = FIELDS[point.kind];
    const attributes: [string, string][] = [];
    const exemplars: Exemplar[] = [];
    cursor.end = end;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === 0) break;
      switch (fields[tag]) {
        case "attribute":
          this.attribute(attributes);
          break;
        case "start":
          point.startTimeNs = this.fixed64();
          break;
        case "time":
          point.timeNs = this.fixed64();
          break;
        case "double":
          point.value = cursor.double();
          point.hasValue = true;
          break;
        case "int":
          point.value = this.signed64();
          point.hasValue = true;
          break;
        case "exemplar": {
          const stop = cursor.delimited();
          const exemplar = exemplars.length < MAX_EXEMPLARS ? this.exemplar(stop) : undefined;
          if (exemplar) exemplars.push(exemplar);
          if (cursor.failure === "") cursor.pos = stop;
          break;
        }
        case "flags":
          point.flags = cursor.varint();
          break;
        case "count":
          point.count = this.unsigned64();
          break;
        case "sum":
          point.sum = cursor.double();
          break;
        case "min":
          point.min = cursor.double();
          break;
        case "max":
          point.max = cursor.double();
          break;
        case "bucketCounts":
          point.bucketCounts = this.repeated(tag, point.bucketCounts, () => this.unsigned64());
          break;
        case "bounds":
          point.bounds = this.repeated(tag, point.bounds, () => cursor.double());
          break;
        case "scale":
          point.scale = this.zigzag();
          break;
        case "zeroCount":
          point.zeroCount = this.unsigned64();
          break;
        case "zeroThreshold":
          point.zeroThreshold = cursor.double();
          break;
        case "positive": {
          const { offset, counts } = this.buckets();
          point.positiveOffset = offset;
          point.positiveCounts = counts;
          break;
        }
        case "negative": {
          const { offset, counts } = this.buckets();
          point.negativeOffset = offset;
          point.negativeCounts = counts;
          break;
        }
        case "quantile": {
          const quantile = this.quantile();
          const before = point.quantiles ?? [];
          if (before.length < MAX_QUANTILES) point.quantiles = [...before, quantile];
          break;
        }
        default:
          if (tag >>> 3 <= LAST_POINT_FIELD && isKnownField(fields, tag)) cursor.fail(Reason.wireType);
          else cursor.skip(tag);
      }
    }
    const failure = cursor.failure;
    cursor.failure = "";
    cursor.pos = end;
    cursor.end = outer;
    point.attributes = attributes;
    if (failure === "") settleExemplars(exemplars, point);
    return failure;
  }

  private exemplar(end: number): Exemplar | undefined {
    const { cursor } = this;
    const outer = cursor.end;
    const attributes: [string, string][] = [];
    const exemplar = { timeNs: 0n, value: Number.NaN, traceId: "", spanId: "", attributes };
    cursor.end = end;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === 0x3a) this.attribute(attributes);
      else if (tag === 0x11) exemplar.timeNs = this.fixed64();
      else if (tag === 0x19) exemplar.value = cursor.double();
      else if (tag === 0x31) exemplar.value = this.signed64();
      else if (tag === 0x22) exemplar.spanId = this.id(8);
      else if (tag === 0x2a) exemplar.traceId = this.id(16);
      else if (tag !== 0) cursor.skip(tag);
    }
    cursor.end = outer;
    if (cursor.failure !== "") {
      cursor.pos = outer;
      return undefined;
    }
    return Number.isNaN(exemplar.value) ? undefined : exemplar;
  }

  private buckets(): { offset: number; counts: readonly number[] } {
    const { cursor } = this;
    const end = cursor.delimited();
    const outer = cursor.end;
    let offset = 0;
    let counts: readonly number[] = [];
    cursor.end = end;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === 0x08) offset = this.zigzag();
      else if (tag === 0x12 || tag === 0x10) counts = this.repeated(tag, counts, () => this.varint64());
      else if (tag !== 0) cursor.skip(tag);
    }
    cursor.end = outer;
    cursor.pos = cursor.failure === "" ? end : outer;
    return { offset, counts };
  }

  private quantile(): readonly [number, number] {
    const { cursor } = this;
    const end = cursor.delimited();
    const outer = cursor.end;
    let quantile = 0;
    let value = 0;
    cursor.end = end;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === 0x09) quantile = cursor.double();
      else if (tag === 0x11) value = cursor.double();
      else if (tag !== 0) cursor.skip(tag);
    }
    cursor.end = outer;
    cursor.pos = cursor.failure === "" ? end : outer;
    return [quantile, value];
  }

  /** A repeated number, packed or not; more than `MAX_BUCKETS` are cut one above, which the rules then refuse. */
  private repeated(tag: number, before: readonly number[] | undefined, one: () => number): number[] {
    const { cursor } = this;
    const values = before === undefined ? [] : [...before];
    if ((tag & 7) !== WireType.bytes) {
      const value = one();
      if (values.length <= MAX_BUCKETS) values.push(value);
      return values;
    }
    const end = cursor.delimited();
    const outer = cursor.end;
    cursor.end = end;
    while (cursor.pos < end) {
      const value = one();
      if (values.length <= MAX_BUCKETS) values.push(value);
      else cursor.pos = end;
    }
    cursor.end = outer;
    if (cursor.failure !== "") cursor.pos = outer;
    return values;
  }

  private attribute(into: [string, string][]): void {
    const { cursor } = this;
    const stop = cursor.delimited();
    if (cursor.failure !== "") return;
    if (into.length >= MAX_RESOURCE_ATTRIBUTES) {
      cursor.pos = stop;
      return;
    }
    const label = readShortLabel(cursor.bytes, cursor.pos, stop);
    if (label !== undefined) {
      into.push(label);
      cursor.pos = stop;
      return;
    }
    const entry: Record<string, PlainValue> = Object.create(null);
    new PlainReader(cursor).entry(cursor.pos, stop, 0, entry);
    for (const key in entry) into.push([key, limitText(plainAsText(entry[key]!), MAX_RESOURCE_VALUE_BYTES)]);
  }

  private text(): string {
    const { cursor } = this;
    const stop = cursor.delimited();
    const text = spanNames.read(cursor.bytes, cursor.pos, stop, MAX_NAME_BYTES);
    cursor.pos = stop;
    return text;
  }

  /** An id as hex; one of zeros or of another length is none. */
  private id(size: number): string {
    const { cursor } = this;
    const stop = cursor.delimited();
    const hex = stop - cursor.pos === size ? cursor.bytes.toString("hex", cursor.pos, stop) : "";
    cursor.pos = stop;
    return /[1-9a-f]/.test(hex) ? hex : "";
  }

  private fixed64(): bigint {
    const low = this.cursor.fixed64();
    return (BigInt(this.cursor.high) << 32n) | BigInt(low);
  }

  private unsigned64(): number {
    const low = this.cursor.fixed64();
    return this.cursor.high * 4294967296 + low;
  }

  private signed64(): number {
    const low = this.cursor.fixed64();
    return (this.cursor.high | 0) * 4294967296 + low;
  }

  private varint64(): number {
    const low = this.cursor.varint();
    return this.cursor.high * 4294967296 + low;
  }

  private zigzag(): number {
    const low = this.cursor.varint();
    return (low >>> 1) ^ -(low & 1);
  }
}

/** Numbers that Metric once used and no longer means anything by: 4, 6, 8, and 12, its metadata. */
function isReserved(tag: number): boolean {
  return [4, 6, 8, 12].includes(tag >>> 3);
}
