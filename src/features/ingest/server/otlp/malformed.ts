import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { OtlpEncoding } from "./otlp-encoding.ts";

/** The error for a body that is not the OTLP `message` it should be, with a guess at what it is instead. */
export function malformed(
  body: Buffer,
  encoding: OtlpEncoding,
  message: string,
  cause?: unknown,
): FlightdeckError {
  const expected = `a ${encoding === "json" ? "JSON" : "protobuf"} ${message}`;
  return new FlightdeckError(`The body is not ${expected}${hint(body, encoding)}.`, {
    code: "malformed_otlp",
    status: 400,
    cause,
  });
}

function hint(body: Buffer, encoding: OtlpEncoding): string {
  if (body[0] === 0x1f && body[1] === 0x8b) return ": it is gzip, send Content-Encoding: gzip with it";
  const start = body.toString("latin1", 0, 64).trimStart();
  if (encoding === "protobuf" && /^[{[]/.test(start))
    return ": it looks like JSON, send Content-Type: application/json with it";
  if (encoding === "json" && body[0] === 0x0a && !/^[{["]/.test(start))
    return ": it looks like protobuf, send Content-Type: application/x-protobuf with it";
  return body.length === 0 ? ": it is empty" : ": it is cut off or its bytes are damaged";
}
