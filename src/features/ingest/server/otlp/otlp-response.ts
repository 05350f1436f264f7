import type { OtlpEncoding } from "./otlp-encoding.ts";
import { type ReadOutcome, rejectionMessage } from "./read-outcome.ts";
import { bytesField, varintField } from "./wire-fields.ts";

export { type OtlpEncoding, otlpEncodingOf } from "./otlp-encoding.ts";

/** What the signals of OTLP count, and how their `partial_success` calls what was rejected. */
export const OTLP_ITEMS = {
  traces: { item: "span", rejectedField: "rejectedSpans" },
  metrics: { item: "data point", rejectedField: "rejectedDataPoints" },
  logs: { item: "log record", rejectedField: "rejectedLogRecords" },
} as const;
export type OtlpSignalName = keyof typeof OTLP_ITEMS;

/**
 * Export…ServiceResponse of a signal: empty when everything was accepted, as OTLP demands, else with
 * `partial_success` (https://opentelemetry.io/docs/specs/otlp/#partial-success), which has the same field numbers in
 * all signals.
 */
export function encodeExportResponse(
  signal: OtlpSignalName,
  encoding: OtlpEncoding,
  outcome: ReadOutcome,
): Buffer {
  const { rejected } = outcome;
  const { item, rejectedField } = OTLP_ITEMS[signal];
  const message = rejectionMessage(outcome, item);
  if (encoding === "json") {
    // proto3 JSON writes 64-bit integers as strings.
    const partialSuccess = { [rejectedField]: String(rejected), errorMessage: message };
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
