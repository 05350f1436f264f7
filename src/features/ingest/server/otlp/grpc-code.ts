/** gRPC codes that OTLP uses, over HTTP too, for the statuses we answer: https://opentelemetry.io/docs/specs/otlp/#failures */
const GRPC_CODES: Record<number, number> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  413: 8,
  415: 3,
  429: 8,
  503: 14,
};
const INTERNAL = 13;

/** The gRPC code of an HTTP status; `INTERNAL` for those that OTLP has none for. */
export function grpcCodeOf(httpStatus: number): number {
  return GRPC_CODES[httpStatus] ?? INTERNAL;
}
