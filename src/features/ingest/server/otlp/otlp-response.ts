import type { OtlpEncoding } from "./otlp-encoding.ts";
import { type ReadOutcome, rejectionMessage } from "./read-outcome.ts";

export { type OtlpEncoding, otlpEncodingOf } from "./otlp-encoding.ts";

/**
 * ExportTraceServiceResponse: empty when everything was accepted, as OTLP demands, else with
 * `partial_success` (https://opentelemetry.io/docs/specs/otlp/#partial-success).
 */
export function encodeTraceResponse(encoding: OtlpEncoding, outcome: ReadOutcome): Buffer {
  const { rejected } = outcome;
  const message = rejectionMessage(outcome);
  if (encoding === "json") {
    // proto3 JSON writes 64-bit integers as strings.
    const partialSuccess = { rejectedSpans: String(rejected), errorMessage: message };
    return Buffer.from(JSON.stringify(rejected === 0 ? {} : { partialSuccess }));
  }
  if (rejected === 0) return Buffer.alloc(0);
  return bytesField(1, Buffer.concat([varintField(1, rejected), bytesField(2, Buffer.from(message))]));
}

/** google.rpc.Status, the body of every OTLP/HTTP error. */
export function encodeStatus(encoding: OtlpEncoding, status: { grpcCode: number; message: string }): Buffer {
  const { grpcCode, message } = status;
  if (encoding === "json") return Buffer.from(JSON.stringify({ code: grpcCode, message }));
  return Buffer.concat([varintField(1, grpcCode), bytesField(2, Buffer.from(message))]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return bytes;
}

function varintField(field: number, value: number): Buffer {
  return value === 0 ? Buffer.alloc(0) : Buffer.from([field << 3, ...varint(value)]);
}

function bytesField(field: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...varint(content.length)]), content]);
}
