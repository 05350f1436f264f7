import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { projectOf } from "#platform/http/access.ts";
import { toFlightdeckError, toProblem } from "#platform/http/problem.ts";
import type { HttpServer } from "#platform/http/server.ts";
import type { Metrics } from "#platform/observability/metrics.ts";
import type { IngestService } from "./ingest-service.ts";
import type { MemoryShare } from "./memory-budget.ts";
import {
  encodeStatus,
  encodeTraceResponse,
  type OtlpEncoding,
  otlpEncodingOf,
} from "./otlp/otlp-response.ts";
import type { ReadOutcome } from "./otlp/read-outcome.ts";
import { otlpTracesBody, otlpTracesSchema } from "./otlp-openapi.ts";
import { readBody } from "./request-body.ts";

/** gRPC codes that OTLP uses for the statuses we answer: https://opentelemetry.io/docs/specs/otlp/#failures-1 */
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

declare module "fastify" {
  interface FastifyRequest {
    /** What a telemetry request holds of ingest's memory. */
    memory: MemoryShare | null;
  }
}

const CONTENT_TYPES = { protobuf: "application/x-protobuf", json: "application/json" } as const;

/** OTLP/HTTP, in a scope of its own: bodies stay bytes, and errors speak the request's encoding. */
export async function registerOtlpRoutes(
  server: HttpServer,
  ingest: IngestService,
  metrics: Metrics,
): Promise<void> {
  await server.register(async (app: FastifyInstance) => {
    app.removeAllContentTypeParsers();
    app.decorateRequest("memory", null);
    app.addContentTypeParser("*", (request: FastifyRequest, payload: IncomingMessage) =>
      readBody(
        payload,
        ingest.maxBodyBytes,
        Number(request.headers["content-length"] ?? 0),
        memoryOf(request),
      ),
    );
    app.addHook("onRequest", async (request) => {
      request.memory = ingest.memory.open();
    });
    app.addHook("onResponse", async (request) => request.memory?.release());
    app.addHook("onRequestAbort", async (request) => request.memory?.release());
    app.setErrorHandler((error, request, reply) => {
      metrics.ingestRequests.inc({ signal: "traces", outcome: "refused" });
      return sendOtlpError(error, request, reply);
    });

    app.post(
      "/v1/traces",
      {
        config: {
          access: "telemetry:write",
          rateLimit: false,
          openapi: { requestBody: otlpTracesBody },
        },
        schema: otlpTracesSchema,
      },
      async (request, reply) => {
        const encoding = otlpEncodingOf(request.headers["content-type"]);
        if (!encoding) {
          throw new FlightdeckError("Send OTLP as Content-Type application/x-protobuf or application/json.", {
            code: "unsupported_media_type",
            status: 415,
          });
        }
        const outcome = await takeAndRelease(ingest, request, encoding);
        metrics.ingestRequests.inc({
          signal: "traces",
          outcome: outcome.rejected > 0 ? "partial" : "accepted",
        });
        return reply.type(CONTENT_TYPES[encoding]).send(encodeTraceResponse(encoding, outcome));
      },
    );
  });
}

/** From here on memory is held until the rows are durable, also when the sender has hung up meanwhile. */
async function takeAndRelease(
  ingest: IngestService,
  request: FastifyRequest,
  encoding: OtlpEncoding,
): Promise<ReadOutcome> {
  const memory = memoryOf(request);
  request.memory = null;
  try {
    return await ingest.takeTraces({
      projectId: projectOf(request).id,
      body: (request.body as Buffer | undefined) ?? Buffer.alloc(0),
      contentEncoding: request.headers["content-encoding"],
      memory,
      encoding,
    });
  } finally {
    memory.release();
  }
}

function memoryOf(request: FastifyRequest): MemoryShare {
  if (!request.memory) throw new Error("memoryOf is only for telemetry routes.");
  return request.memory;
}

/** A protobuf sender gets google.rpc.Status; others problem+json, which carries Status's `message` too. */
function sendOtlpError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toFlightdeckError(thrown);
  if (error.status >= 500)
    request.log.error({ err: error.cause ?? error, code: error.code }, "telemetry was refused");
  if (error.retryAfterSeconds !== undefined) reply.header("retry-after", String(error.retryAfterSeconds));
  reply.code(error.status);
  if (otlpEncodingOf(request.headers["content-type"]) === "protobuf") {
    const status = { grpcCode: GRPC_CODES[error.status] ?? 13, message: error.message };
    return reply.type(CONTENT_TYPES.protobuf).send(encodeStatus("protobuf", status));
  }
  const problem = { ...toProblem(error, request.id), message: error.message };
  return reply.type("application/problem+json").send(JSON.stringify(problem));
}
