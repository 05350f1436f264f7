/** What other features use of ingest. */
export { ingestPolicy } from "./ingest-policy.ts";
export { IngestService } from "./ingest-service.ts";
export { registerIngestStatusRoutes } from "./ingest-status-routes.ts";
export { registerOtlpRoutes } from "./otlp-routes.ts";
export type { SpansStored } from "./spans/span-writer.ts";
