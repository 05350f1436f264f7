import type { FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { projectOf } from "#platform/http/access.ts";
import { toProblem } from "#platform/http/problem.ts";
import type { HttpServer } from "#platform/http/server.ts";
import type { Metrics } from "#platform/observability/metrics.ts";
import type { IngestService } from "../ingest-service.ts";
import { rejectionMessage } from "../otlp/read-outcome.ts";
import { bodyTooLarge, decodeBody } from "../request-body.ts";
import { holdingMemory, registerTelemetryScope } from "../telemetry-scope.ts";
import { lineProtocolBody, lineProtocolSchema } from "./influx-openapi.ts";
import { type LinesOutcome, readLines } from "./read-lines.ts";

/** Tells how many fields were passed over because they are text. */
const SKIPPED_HEADER = "x-flightdeck-string-fields-skipped";

/** `POST /api/v2/write`: InfluxDB line protocol, as Telegraf and InfluxDB's clients send it. */
export async function registerInfluxRoutes(
  server: HttpServer,
  ingest: IngestService,
  metrics: Metrics,
): Promise<void> {
  const sendError = (error: FlightdeckError, request: FastifyRequest, reply: FastifyReply) => {
    const outcome = error.code === "partial_write" ? "partial" : "refused";
    metrics.ingestRequests.inc({ signal: "line_protocol", outcome });
    // InfluxDB's clients show `message`.
    const problem = { ...toProblem(error, request.id), message: error.message };
    return reply.type("application/problem+json").send(JSON.stringify(problem));
  };
  await registerTelemetryScope(server, ingest, sendError, (scope) => {
    scope.withTypeProvider<ZodTypeProvider>().post(
      "/api/v2/write",
      {
        config: {
          access: "telemetry:write",
          rateLimit: false,
          openapi: { requestBody: lineProtocolBody },
        },
        schema: lineProtocolSchema,
      },
      async (request, reply) => {
        const encoding = request.headers["content-encoding"];
        const outcome = await holdingMemory(request, async (sent, memory) => {
          const body = await decodeBody(sent, encoding, ingest.maxBodyBytes);
          if (body.length > ingest.maxBodyBytes) throw bodyTooLarge(ingest.maxBodyBytes);
          memory.growTo(sent.length + 2 * body.length);
          const read = await readLines(body, request.query.precision, projectOf(request).id, Date.now());
          memory.growTo(body.length + read.batch.byteLength);
          if (read.batch.size > 0) await ingest.storeMetricBatch(read.batch);
          return read;
        });
        if (outcome.stringFields > 0) reply.header(SKIPPED_HEADER, String(outcome.stringFields));
        metrics.itemsRejected.inc({ signal: "metrics" }, outcome.lines.rejected);
        if (outcome.lines.rejected > 0) throw partialWrite(outcome);
        metrics.ingestRequests.inc({ signal: "line_protocol", outcome: "accepted" });
        return reply.code(204).send(null);
      },
    );
  });
}

/** InfluxDB answers a write in part with 400 too; clients do not send it again, which would be refused again. */
function partialWrite({ lines, errors }: LinesOutcome): FlightdeckError {
  return new FlightdeckError(`partial write: ${rejectionMessage(lines, "line")}`, {
    code: "partial_write",
    status: 400,
    errors: errors.map(({ line, reason }) => ({ path: `line ${line}`, code: "rejected", detail: reason })),
  });
}
