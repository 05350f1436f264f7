import type { IncomingMessage, ServerResponse } from "node:http";
import compress from "@fastify/compress";
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  LogController,
  type RawServerDefault,
} from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { uuidv7 } from "uuidv7";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { Logger } from "#platform/observability/logger.ts";
import type { Metrics } from "#platform/observability/metrics.ts";
import { type Authenticate, registerAccess } from "./access.ts";
import { sendProblem } from "./problem.ts";
import { registerSharedReads } from "./shared-reads.ts";

/** A Fastify app whose routes are typed by zod schemas. */
export type HttpServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface HttpServerOptions {
  logger: Logger;
  metrics: Metrics;
  authenticate: Authenticate;
  trustProxy: boolean;
  /** Whether browsers reach us by https: switches HSTS on. */
  secure: boolean;
}

/** Largest body of an ordinary API request; telemetry routes set their own. */
const API_BODY_LIMIT = 1024 * 1024;
/** Requests a minute of one caller; generous, it is there to stop a runaway script. */
const REQUESTS_PER_MINUTE = 6000;

/** An app with everything all routes share: access, errors, security headers, limits, request ids, metrics. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const app = Fastify({
    loggerInstance: options.logger as FastifyBaseLogger,
    // One line per request is the proxy's job; failures are logged where they happen.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustProxy,
    bodyLimit: API_BODY_LIMIT,
    genReqId: requestId,
    requestIdHeader: false,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
  });
  app.addHook("onResponse", async (request, reply) => {
    options.metrics.httpDuration.observe(
      {
        method: request.method,
        route: request.routeOptions.url ?? "(none)",
        status: String(reply.statusCode),
      },
      reply.elapsedTime / 1000,
    );
  });
  closeConnectionsWhenStopping(app);
  await app.register(helmet, securityHeaders(options.secure));
  await app.register(cookie);
  await app.register(compress, {
    global: true,
    // Compressed bodies are for telemetry, which bounds and undoes the encoding itself.
    globalDecompression: false,
    threshold: 1024,
    encodings: ["br", "gzip"],
  });
  await app.register(rateLimit, {
    max: REQUESTS_PER_MINUTE,
    timeWindow: 60_000,
    enableDraftSpec: true,
    keyGenerator: (request) => request.principal?.id ?? request.ip,
    hook: "preHandler",
    errorResponseBuilder: (_request, context) =>
      new FlightdeckError(
        `Too many requests: ${context.max} in ${context.after} are allowed. Try again later.`,
        {
          code: "rate_limited",
          status: 429,
        },
      ),
  });
  registerAccess(app, options.authenticate);
  registerSharedReads(app);
  return app;
}

/** A connection that carries an answer while the server stops is not kept open: it would hold up the stop. */
function closeConnectionsWhenStopping(app: HttpServer): void {
  let isStopping = false;
  app.addHook("preClose", async () => {
    isStopping = true;
  });
  app.addHook("onSend", async (_request, reply) => {
    if (isStopping) reply.header("connection", "close");
  });
}

/** A caller's own id is kept when it is harmless to log, so that a request can be followed across systems. */
function requestId(request: { headers: Record<string, string | string[] | undefined> }): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && /^[\w.:-]{8,100}$/.test(given) ? given : uuidv7();
}

function securityHeaders(secure: boolean) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        objectSrc: ["'none'"],
      },
    },
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: "same-origin" as const },
    xFrameOptions: { action: "deny" as const },
  };
}
