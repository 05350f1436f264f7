import type { FastifyReply, FastifyRequest } from "fastify";
import type { Principal } from "#platform/authorization/principal.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { principalOf, projectOf } from "#platform/http/access.ts";
import { toProblem } from "#platform/http/problem.ts";
import type { HttpServer } from "#platform/http/server.ts";
import type { Metrics } from "#platform/observability/metrics.ts";
import type { IngestService } from "./ingest-service.ts";
import { grpcCodeOf } from "./otlp/grpc-code.ts";
import { encodeExportResponse, encodeStatus, otlpEncodingOf } from "./otlp/otlp-response.ts";
import { describeOtlpSignal } from "./otlp-openapi.ts";
import { OTLP_SIGNALS } from "./otlp-signals.ts";
import { holdingMemory, registerTelemetryScope } from "./telemetry-scope.ts";

const CONTENT_TYPES = { protobuf: "application/x-protobuf", json: "application/json" } as const;

/** OTLP/HTTP: every signal, with errors that speak the request's encoding. */
export async function registerOtlpRoutes(
  server: HttpServer,
  ingest: IngestService,
  metrics: Metrics,
): Promise<void> {
  const refuse = (error: FlightdeckError, request: FastifyRequest, reply: FastifyReply) => {
    const signal =
      OTLP_SIGNALS.find(({ httpPath }) => request.routeOptions.url === httpPath)?.name ?? "unknown";
    metrics.ingestRequests.inc({ signal, outcome: "refused" });
    return sendOtlpError(error, request, reply);
  };
  await registerTelemetryScope(server, ingest, refuse, (app) => {
    for (const { name, httpPath, take } of OTLP_SIGNALS) {
      const { requestBody, schema } = describeOtlpSignal(name);
      app.post(
        httpPath,
        { config: { access: "telemetry:write", rateLimit: false, openapi: { requestBody } }, schema },
        async (request, reply) => {
          const encoding = otlpEncodingOf(request.headers["content-type"]);
          if (!encoding) {
            throw new FlightdeckError(
              "Send OTLP as Content-Type application/x-protobuf or application/json.",
              { code: "unsupported_media_type", status: 415 },
            );
          }
          const outcome = await holdingMemory(request, (body, memory) =>
            take(ingest, {
              projectId: projectOf(request).id,
              keyId: keyIdOf(principalOf(request)),
              body,
              contentEncoding: request.headers["content-encoding"],
              memory,
              encoding,
            }),
          );
          metrics.ingestRequests.inc({
            signal: name,
            outcome: outcome.rejected > 0 ? "partial" : "accepted",
          });
          return reply.type(CONTENT_TYPES[encoding]).send(encodeExportResponse(name, encoding, outcome));
        },
      );
    }
  });
}

function keyIdOf({ kind, id }: Principal): string | undefined {
  return kind === "api_key" ? id : undefined;
}

/** A protobuf sender gets google.rpc.Status; others problem+json, which carries Status's `message` too. */
function sendOtlpError(error: FlightdeckError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (otlpEncodingOf(request.headers["content-type"]) === "protobuf") {
    const status = { grpcCode: grpcCodeOf(error.status), message: error.message };
    return reply.type(CONTENT_TYPES.protobuf).send(encodeStatus("protobuf", status));
  }
  const problem = { ...toProblem(error, request.id), message: error.message };
  return reply.type("application/problem+json").send(JSON.stringify(problem));
}
