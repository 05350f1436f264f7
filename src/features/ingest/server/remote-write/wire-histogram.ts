import type { WireCursor } from "../otlp/wire-cursor.ts";
import {
  type BucketSpan,
  eachField,
  inMessage,
  isStaleMarker,
  type PromHistogram,
  signedVarint,
  unsignedVarint,
  zigzagVarint,
} from "./write-request.ts";

/** `RESET_HINT_GAUGE`: a histogram of a state, whose counts may fall. */
const GAUGE_HINT = 3;

/** Fields of Histogram as `field << 3 | wire type`; repeated numbers come packed or one by one. */
const Tag = {
  countInt: 0x08,
  countFloat: 0x11,
  sum: 0x19,
  schema: 0x20,
  zeroThreshold: 0x29,
  zeroCountInt: 0x30,
  zeroCountFloat: 0x39,
  negativeSpans: 0x42,
  negativeDeltas: 0x4a,
  negativeDeltasUnpacked: 0x48,
  negativeCounts: 0x52,
  negativeCountsUnpacked: 0x51,
  positiveSpans: 0x5a,
  positiveDeltas: 0x62,
  positiveDeltasUnpacked: 0x60,
  positiveCounts: 0x6a,
  positiveCountsUnpacked: 0x69,
  resetHint: 0x70,
  timestamp: 0x78,
  customValues: 0x82,
  customValuesUnpacked: 0x81,
  startTimestamp: 0x88,
} as const;

/** Reads a Histogram message that ends at `end`; versions 1 and 2 have the same fields. */
export function readHistogram(cursor: WireCursor, end: number): PromHistogram {
  const histogram: PromHistogram = {
    count: 0,
    isFloat: false,
    sum: 0,
    stale: false,
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    negativeSpans: [],
    negativeCounts: [],
    positiveSpans: [],
    positiveCounts: [],
    isGauge: false,
    timeMs: 0,
    startMs: 0,
    customValues: [],
  };
  const negativeDeltas: number[] = [];
  const positiveDeltas: number[] = [];
  eachField(cursor, end, (tag) => {
    switch (tag) {
      case Tag.countInt:
        histogram.count = unsignedVarint(cursor);
        break;
      case Tag.countFloat:
        histogram.count = cursor.double();
        histogram.isFloat = true;
        break;
      case Tag.sum:
        histogram.stale = isStaleMarker(cursor);
        histogram.sum = cursor.double();
        break;
      case Tag.schema:
        histogram.schema = zigzagVarint(cursor);
        break;
      case Tag.zeroThreshold:
        histogram.zeroThreshold = cursor.double();
        break;
      case Tag.zeroCountInt:
        histogram.zeroCount = unsignedVarint(cursor);
        break;
      case Tag.zeroCountFloat:
        histogram.zeroCount = cursor.double();
        break;
      case Tag.negativeSpans:
        histogram.negativeSpans.push(inMessage(cursor, (to) => readSpan(cursor, to)));
        break;
      case Tag.negativeDeltas:
      case Tag.negativeDeltasUnpacked:
        eachOf(cursor, tag, negativeDeltas, () => zigzagVarint(cursor));
        break;
      case Tag.negativeCounts:
      case Tag.negativeCountsUnpacked:
        eachOf(cursor, tag, histogram.negativeCounts, () => cursor.double());
        break;
      case Tag.positiveSpans:
        histogram.positiveSpans.push(inMessage(cursor, (to) => readSpan(cursor, to)));
        break;
      case Tag.positiveDeltas:
      case Tag.positiveDeltasUnpacked:
        eachOf(cursor, tag, positiveDeltas, () => zigzagVarint(cursor));
        break;
      case Tag.positiveCounts:
      case Tag.positiveCountsUnpacked:
        eachOf(cursor, tag, histogram.positiveCounts, () => cursor.double());
        break;
      case Tag.resetHint:
        histogram.isGauge = cursor.varint() === GAUGE_HINT;
        break;
      case Tag.timestamp:
        histogram.timeMs = signedVarint(cursor);
        break;
      case Tag.customValues:
      case Tag.customValuesUnpacked:
        eachOf(cursor, tag, histogram.customValues, () => cursor.double());
        break;
      case Tag.startTimestamp:
        histogram.startMs = signedVarint(cursor);
        break;
      default:
        cursor.skip(tag);
    }
  });
  if (negativeDeltas.length > 0) histogram.negativeCounts = runningSums(negativeDeltas);
  if (positiveDeltas.length > 0) histogram.positiveCounts = runningSums(positiveDeltas);
  return histogram;
}

/** Reads a repeated number, packed or not, as protobuf lets the sender choose. */
export function eachOf(cursor: WireCursor, tag: number, into: number[], read: () => number): void {
  if ((tag & 7) !== 2) {
    into.push(read());
    return;
  }
  const outer = cursor.end;
  const end = cursor.delimited();
  if (cursor.failure !== "") return;
  cursor.end = end;
  while (cursor.pos < cursor.end) into.push(read());
  cursor.end = outer;
  if (cursor.failure !== "") cursor.pos = outer;
}

function readSpan(cursor: WireCursor, end: number): BucketSpan {
  const span: BucketSpan = { offset: 0, length: 0 };
  eachField(cursor, end, (tag) => {
    if (tag === 0x08) span.offset = zigzagVarint(cursor);
    else if (tag === 0x10) span.length = unsignedVarint(cursor);
    else cursor.skip(tag);
  });
  return span;
}

/** Integer counts come as the difference to the bucket before. */
function runningSums(deltas: readonly number[]): number[] {
  let sum = 0;
  return deltas.map((delta) => {
    sum += delta;
    return sum;
  });
}
