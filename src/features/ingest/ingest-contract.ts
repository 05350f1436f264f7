import { z } from "zod";

/** `GET /ingest/status`: where to send telemetry, and whether any has arrived. */
export const ingestStatusSchema = z.object({
  otlp_http_endpoint: z.string().describe("Base URL for OTLP/HTTP exporters; they append /v1/traces."),
  first_span_at: z
    .string()
    .nullable()
    .describe("When the project's first span was started; null until one arrives."),
  last_span_at: z.string().nullable(),
  spans_last_24h: z.number().int(),
});
export type IngestStatus = z.infer<typeof ingestStatusSchema>;

/** Answer to `POST /ingest/test-trace`. */
export const testTraceSchema = z.object({ trace_id: z.string() });
