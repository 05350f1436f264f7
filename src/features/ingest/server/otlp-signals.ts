import type { IngestService, OtlpRequest } from "./ingest-service.ts";
import type { OtlpSignalName } from "./otlp/otlp-response.ts";
import type { ReadOutcome } from "./otlp/read-outcome.ts";

/** A signal of OTLP: where it comes in, and what takes it. */
export interface OtlpSignal {
  name: OtlpSignalName;
  /** Path over HTTP. */
  httpPath: `/v1/${OtlpSignalName}`;
  /** Method over gRPC. */
  grpcPath: string;
  take(ingest: IngestService, request: OtlpRequest): Promise<ReadOutcome>;
}

const COLLECTOR = "/opentelemetry.proto.collector";

/** The signals served, at the paths the specification gives them: https://opentelemetry.io/docs/specs/otlp/ */
export const OTLP_SIGNALS: readonly OtlpSignal[] = [
  {
    name: "traces",
    httpPath: "/v1/traces",
    grpcPath: `${COLLECTOR}.trace.v1.TraceService/Export`,
    take: (ingest, request) => ingest.takeTraces(request),
  },
  {
    name: "metrics",
    httpPath: "/v1/metrics",
    grpcPath: `${COLLECTOR}.metrics.v1.MetricsService/Export`,
    take: (ingest, request) => ingest.takeMetrics(request),
  },
  {
    name: "logs",
    httpPath: "/v1/logs",
    grpcPath: `${COLLECTOR}.logs.v1.LogsService/Export`,
    take: (ingest, request) => ingest.takeLogs(request),
  },
];
