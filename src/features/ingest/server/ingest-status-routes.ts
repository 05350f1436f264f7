import { buildTestTrace } from "#features/demo/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { projectOf } from "#platform/http/access.ts";
import { projectQuerySchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { ingestStatusSchema, testTraceSchema } from "../ingest-contract.ts";
import { readArrival } from "./arrival-queries.ts";
import type { IngestService } from "./ingest-service.ts";

/** What the Connect page needs: where to send, whether anything arrived, and a trace to try it with. */
export function registerIngestStatusRoutes(
  app: HttpServer,
  parts: { store: TelemetryStore; ingest: IngestService; otlpEndpoint: () => string },
): void {
  app.get(
    "/api/v1/ingest/status",
    {
      config: { access: "telemetry:read" },
      schema: {
        tags: ["telemetry"],
        summary: "Where to send telemetry, and whether any has arrived",
        querystring: projectQuerySchema,
        response: { 200: ingestStatusSchema },
      },
    },
    async (request) => ({
      otlp_http_endpoint: parts.otlpEndpoint(),
      ...(await readArrival(parts.store, projectOf(request).id)),
    }),
  );

  app.post(
    "/api/v1/ingest/test-trace",
    {
      config: { access: "telemetry:write" },
      schema: {
        tags: ["telemetry"],
        summary: "Store a small made-up trace, to see that the way from agent to screen works",
        querystring: projectQuerySchema,
        response: { 201: testTraceSchema },
      },
    },
    async (request, reply) => {
      const trace = buildTestTrace(Date.now());
      const memory = parts.ingest.memory.open();
      try {
        await parts.ingest.takeTraces({
          projectId: projectOf(request).id,
          body: Buffer.from(JSON.stringify(trace)),
          contentEncoding: undefined,
          encoding: "json",
          memory,
        });
      } finally {
        memory.release();
      }
      return reply.code(201).send({ trace_id: trace.resourceSpans[0]!.scopeSpans[0]!.spans[0]!.traceId });
    },
  );
}
