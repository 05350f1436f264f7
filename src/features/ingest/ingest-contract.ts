import { z } from "zod";

/** `GET /ingest/status`: where to send telemetry, and whether any has arrived. */
export const ingestStatusSchema = z
  .object({
    otlp_http_endpoint: z.string().describe("Base URL for OTLP/HTTP exporters; they append /v1/traces."),
    first_span_at: z
      .string()
      .nullable()
      .describe("When the project's first span was started; null until one arrives."),
    last_span_at: z.string().nullable(),
    spans_last_24h: z.number().int(),
  })
  .meta({
    examples: [
      {
        otlp_http_endpoint: "http://127.0.0.1:4318",
        first_span_at: "2026-11-20T16:02:11.482000000Z",
        last_span_at: "2026-11-21T09:12:30.104000000Z",
        spans_last_24h: 18_204,
      },
    ],
  });
export type IngestStatus = z.infer<typeof ingestStatusSchema>;

/** Answer to `POST /ingest/test-trace`. */
export const testTraceSchema = z
  .object({ trace_id: z.string() })
  .meta({ examples: [{ trace_id: "4bf92f3577b34da6a3ce929d0e0e4736" }] });
