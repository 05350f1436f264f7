import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { toFlightdeckError } from "#platform/http/problem.ts";
import type { HttpServer } from "#platform/http/server.ts";
import type { IngestService } from "./ingest-service.ts";
import type { MemoryShare } from "./memory-budget.ts";
import { readBody } from "./request-body.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What a telemetry request holds of ingest's memory. */
    memory: MemoryShare | null;
  }
}

/**
 * A scope for routes that take telemetry: bodies of any type stay bytes, their memory is taken before they are
 * held, and errors are answered by `sendError`, in the protocol's own way.
 */
export async function registerTelemetryScope(
  server: HttpServer,
  ingest: IngestService,
  sendError: (error: FlightdeckError, request: FastifyRequest, reply: FastifyReply) => FastifyReply,
  routes: (app: FastifyInstance) => void,
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
    app.setErrorHandler((thrown, request, reply) => {
      const error = toFlightdeckError(thrown);
      if (error.status >= 500)
        request.log.error({ err: error.cause ?? error, code: error.code }, "telemetry was refused");
      if (error.retryAfterSeconds !== undefined) reply.header("retry-after", String(error.retryAfterSeconds));
      return sendError(error, request, reply.code(error.status));
    });
    routes(app);
  });
}

/**
 * Does the work of a request while its memory is held: until the rows are durable, also when the sender has
 * hung up meanwhile.
 */
export async function holdingMemory<T>(
  request: FastifyRequest,
  work: (body: Buffer, memory: MemoryShare) => Promise<T>,
): Promise<T> {
  const memory = memoryOf(request);
  request.memory = null;
  try {
    return await work((request.body as Buffer | undefined) ?? Buffer.alloc(0), memory);
  } finally {
    memory.release();
  }
}

function memoryOf(request: FastifyRequest): MemoryShare {
  if (!request.memory) throw new Error("memoryOf is only for telemetry routes.");
  return request.memory;
}
