import { isIPv6 } from "node:net";
import { type Metadata, Server, ServerCredentials, type StatusObject } from "@grpc/grpc-js";
import { authorizeProject } from "#platform/authorization/authorize.ts";
import type { Principal } from "#platform/authorization/principal.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { toFlightdeckError } from "#platform/http/problem.ts";
import type { Logger } from "#platform/observability/logger.ts";
import type { Metrics } from "#platform/observability/metrics.ts";
import type { IngestService } from "../ingest-service.ts";
import { encodeExportResponse } from "../otlp/otlp-response.ts";
import { OTLP_SIGNALS, type OtlpSignal } from "../otlp-signals.ts";
import { AdmittedCalls, type Sender } from "./admitted-calls.ts";
import { grpcStatusOf } from "./grpc-status.ts";

/** Exports under way on one connection; more wait at the client. */
const MAX_CONCURRENT_CALLS = 100;
const MESSAGE_WITHIN_MS = 60_000;
/** Connections whose other end has vanished are found by these pings. */
const KEEPALIVE = { everyMs: 60_000, answerWithinMs: 20_000 };

/** What the gRPC listener uses. */
export interface OtlpGrpcParts {
  ingest: IngestService;
  /** Who a key in these headers belongs to; null when there is none, `invalid_credentials` when it is unknown. */
  authenticate(headers: { authorization?: string; "x-api-key"?: string }): Promise<Principal | null>;
  metrics: Metrics;
  logger: Logger;
  /** Milliseconds that a sender has for its whole message; a minute unless told. */
  messageWithinMs?: number;
}

/** A listening OTLP/gRPC server. */
export interface OtlpGrpcServer {
  readonly port: number;
  /** Takes no new calls, and resolves when those under way are answered. */
  close(): Promise<void>;
  /** Ends all connections at once, answered or not. */
  cutOff(): void;
}

/**
 * Listens for OTLP/gRPC (https://opentelemetry.io/docs/specs/otlp/#otlpgrpc): the same pipeline, durability
 * and refusals as OTLP/HTTP. Port 0 takes any free port.
 */
export async function startOtlpGrpcServer(
  parts: OtlpGrpcParts,
  address: { host: string; port: number },
): Promise<OtlpGrpcServer> {
  const calls = new AdmittedCalls({
    memory: parts.ingest.memory,
    messageWithinMs: parts.messageWithinMs ?? MESSAGE_WITHIN_MS,
    authorize: (metadata) => authorizedSender(parts, metadata),
    refuse: (error, path) => refuse(parts, error, path),
  });
  const server = new Server({
    "grpc.max_receive_message_length": parts.ingest.maxBodyBytes,
    "grpc.max_concurrent_streams": MAX_CONCURRENT_CALLS,
    "grpc.keepalive_time_ms": KEEPALIVE.everyMs,
    "grpc.keepalive_timeout_ms": KEEPALIVE.answerWithinMs,
    interceptors: [calls.interceptor],
  });
  for (const signal of OTLP_SIGNALS) addSignal(server, signal, calls, parts);
  const port = await listen(server, address);
  return {
    port,
    close: () =>
      new Promise((resolve, reject) => server.tryShutdown((error) => (error ? reject(error) : resolve()))),
    cutOff: () => server.forceShutdown(),
  };
}

/** Messages pass as bytes: the readers of OTLP/HTTP decode them, and their answer is encoded already. */
const asBytes = (bytes: Buffer) => bytes;

function addSignal(server: Server, signal: OtlpSignal, calls: AdmittedCalls, parts: OtlpGrpcParts): void {
  server.addService(
    {
      Export: {
        path: signal.grpcPath,
        requestStream: false,
        responseStream: false,
        requestSerialize: asBytes,
        requestDeserialize: asBytes,
        responseSerialize: asBytes,
        responseDeserialize: asBytes,
      },
    },
    {
      Export: (
        call: { metadata: Metadata; request: Buffer },
        respond: (error: StatusObject | null, answer?: Buffer) => void,
      ) => {
        const { projectId, keyId, memory } = calls.take(call.metadata);
        const body = call.request;
        signal
          .take(parts.ingest, {
            projectId,
            keyId,
            body,
            contentEncoding: undefined,
            memory,
            encoding: "protobuf",
          })
          .finally(() => memory.release())
          .then(
            (outcome) => {
              parts.metrics.ingestRequests.inc({
                signal: signal.name,
                outcome: outcome.rejected > 0 ? "partial" : "accepted",
              });
              respond(null, encodeExportResponse(signal.name, "protobuf", outcome));
            },
            (error: unknown) => respond(refuse(parts, error, signal.grpcPath)),
          );
      },
    },
  );
}

/** The project a caller may send to, by its key: in `authorization: Bearer …` or `x-api-key`, as over HTTP. */
async function authorizedSender(parts: OtlpGrpcParts, metadata: Metadata): Promise<Sender> {
  const text = (name: string) => metadata.get(name)[0]?.toString() ?? "";
  const principal = await parts.authenticate({
    authorization: text("authorization"),
    "x-api-key": text("x-api-key"),
  });
  if (!principal) {
    throw new FlightdeckError(
      "Send an API key in the metadata, as authorization: Bearer <key> or as x-api-key: <key>.",
      { code: "not_authenticated", status: 401 },
    );
  }
  const { id } = authorizeProject(principal, undefined, "telemetry:write");
  return { projectId: id, keyId: principal.kind === "api_key" ? principal.id : undefined };
}

function refuse(parts: OtlpGrpcParts, thrown: unknown, path: string): StatusObject {
  const error = toFlightdeckError(thrown);
  const signal = OTLP_SIGNALS.find((known) => known.grpcPath === path);
  if (signal) parts.metrics.ingestRequests.inc({ signal: signal.name, outcome: "refused" });
  if (error.status >= 500)
    parts.logger.error({ err: error.cause ?? error, code: error.code, path }, "telemetry was refused");
  return grpcStatusOf(error);
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    const name = isIPv6(host) ? `[${host}]` : host;
    server.bindAsync(`${name}:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
}
