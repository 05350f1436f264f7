/** What other features use of ingest. */

/** The machinery of durable, deduplicated writes, for features that take reports of their own. */
export { GroupCommit } from "./group-commit.ts";
export { type OtlpGrpcServer, startOtlpGrpcServer } from "./grpc/otlp-grpc-server.ts";
export { registerInfluxRoutes } from "./influx/influx-routes.ts";
export { ingestPolicy } from "./ingest-policy.ts";
export { IngestService } from "./ingest-service.ts";
export { registerIngestStatusRoutes } from "./ingest-status-routes.ts";
export type { LogsStored } from "./logs/log-writer.ts";
export type { MemoryShare } from "./memory-budget.ts";
export type { SamplesStored } from "./metrics/metric-writer.ts";
export { readJsonTraces } from "./otlp/trace-reader.ts";
export { registerOtlpRoutes } from "./otlp-routes.ts";
export { registerRemoteWriteRoutes } from "./remote-write/remote-write-routes.ts";
export { decodeBody } from "./request-body.ts";
export { collectRows } from "./row-slices.ts";
export { newScoreId } from "./scores/score-id.ts";
export type { ScoreRecord } from "./scores/score-record.ts";
export type { ScoresStored } from "./scores/score-writer.ts";
export { RecentSpanFilter } from "./spans/recent-span-filter.ts";
export type { SpansStored } from "./spans/span-writer.ts";
export { retryWhileAway } from "./store-retry.ts";
export { holdingMemory, registerTelemetryScope } from "./telemetry-scope.ts";
