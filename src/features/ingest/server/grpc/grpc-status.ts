import { Metadata, type StatusObject } from "@grpc/grpc-js";
import type { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { grpcCodeOf } from "../otlp/grpc-code.ts";
import { bytesField, varintField } from "../otlp/wire-fields.ts";

/** What a client may do about a status is told in this trailer: a google.rpc.Status with details. */
const DETAILS_TRAILER = "grpc-status-details-bin";
const RETRY_INFO_TYPE = "type.googleapis.com/google.rpc.RetryInfo";

/**
 * The gRPC status of an error. One that a client should retry carries `RetryInfo`: without it OTLP clients
 * give up on `RESOURCE_EXHAUSTED`, which is what a message that is too large must get.
 */
export function grpcStatusOf(error: FlightdeckError): StatusObject {
  const code = grpcCodeOf(error.status);
  const metadata = new Metadata();
  if (error.retryAfterSeconds !== undefined) {
    metadata.set(DETAILS_TRAILER, encodeRetryStatus(code, error.message, error.retryAfterSeconds));
    metadata.set("retry-after", String(error.retryAfterSeconds));
  }
  return { code, details: error.message, metadata };
}

/**
 * google.rpc.Status with one google.rpc.RetryInfo:
 * https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto
 */
function encodeRetryStatus(code: number, message: string, delaySeconds: number): Buffer {
  const duration = varintField(1, delaySeconds);
  const retryInfo = bytesField(1, duration);
  const detail = Buffer.concat([bytesField(1, Buffer.from(RETRY_INFO_TYPE)), bytesField(2, retryInfo)]);
  return Buffer.concat([varintField(1, code), bytesField(2, Buffer.from(message)), bytesField(3, detail)]);
}
