import type { WireCursor } from "../otlp/wire-cursor.ts";
import { eachField, isStaleMarker, type PromSample, signedVarint } from "./write-request.ts";

/** Tags of Sample, the same in both versions; `START_TIMESTAMP` came late in version 2. */
const VALUE = 0x09;
const TIMESTAMP = 0x10;
const START_TIMESTAMP = 0x18;

/** Reads a Sample message that ends at `end`. */
export function readSample(cursor: WireCursor, end: number): PromSample {
  const sample: PromSample = { value: 0, stale: false, timeMs: 0, startMs: 0 };
  eachField(cursor, end, (tag) => {
    switch (tag) {
      case VALUE:
        sample.stale = isStaleMarker(cursor);
        sample.value = cursor.double();
        break;
      case TIMESTAMP:
        sample.timeMs = signedVarint(cursor);
        break;
      case START_TIMESTAMP:
        sample.startMs = signedVarint(cursor);
        break;
      default:
        cursor.skip(tag);
    }
  });
  return sample;
}
