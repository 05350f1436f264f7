import type { FastifyReply, FastifyRequest } from "fastify";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { projectOf } from "#platform/http/access.ts";
import { toProblem } from "#platform/http/problem.ts";
import type { HttpServer } from "#platform/http/server.ts";
import type { Metrics } from "#platform/observability/metrics.ts";
import type { IngestService } from "../ingest-service.ts";
import { rejectionMessage } from "../otlp/read-outcome.ts";
import { bodyTooLarge } from "../request-body.ts";
import { holdingMemory, registerTelemetryScope } from "../telemetry-scope.ts";
import { readWriteRequest, type WriteOutcome } from "./read-write-request.ts";
import { remoteWriteBody, remoteWriteSchema } from "./remote-write-openapi.ts";
import { decodeSnappy } from "./snappy.ts";
import type { RemoteWriteVersion } from "./write-request.ts";

/** `POST /api/v1/write`: Prometheus remote write 1.0 and 2.0, told apart by the message that Content-Type names. */
export async function registerRemoteWriteRoutes(
  server: HttpServer,
  ingest: IngestService,
  metrics: Metrics,
): Promise<void> {
  const sendError = (error: FlightdeckError, request: FastifyRequest, reply: FastifyReply) => {
    const outcome = error.code === "partial_write" ? "partial" : "refused";
    metrics.ingestRequests.inc({ signal: "remote_write", outcome });
    return reply.type("application/problem+json").send(JSON.stringify(toProblem(error, request.id)));
  };
  await registerTelemetryScope(server, ingest, sendError, (app) => {
    app.post(
      "/api/v1/write",
      {
        config: {
          access: "telemetry:write",
          rateLimit: false,
          openapi: { requestBody: remoteWriteBody },
        },
        schema: remoteWriteSchema,
      },
      async (request, reply) => {
        const version = versionOf(request.headers["content-type"]);
        refuseOtherEncodings(request.headers["content-encoding"]);
        const outcome = await holdingMemory(request, async (body, memory) => {
          const decoded = decodeSnappy(body, ingest.maxBodyBytes, () => bodyTooLarge(ingest.maxBodyBytes));
          memory.growTo(body.length + 2 * decoded.length);
          const read = await readWriteRequest(decoded, version, projectOf(request).id, Date.now());
          memory.growTo(decoded.length + read.batch.byteLength);
          if (read.batch.size > 0) await ingest.storeMetricBatch(read.batch);
          return read;
        });
        reply.headers(writtenHeaders(outcome));
        metrics.itemsRejected.inc({ signal: "metrics" }, outcome.refused.rejected);
        if (outcome.refused.rejected > 0) throw partialWrite(outcome);
        metrics.ingestRequests.inc({ signal: "remote_write", outcome: "accepted" });
        return reply.code(204).send();
      },
    );
  });
}

/** The messages of the two versions; version 1 senders need not name theirs. */
const MESSAGES: Record<string, RemoteWriteVersion> = {
  "": 1,
  "prometheus.WriteRequest": 1,
  "io.prometheus.write.v2.Request": 2,
};

/** The version that a Content-Type stands for. Throws `unsupported_media_type` (415). */
export function versionOf(contentType: string | undefined): RemoteWriteVersion {
  const [type, ...parameters] = (contentType ?? "").split(";").map((part) => part.trim());
  const proto =
    parameters.find((parameter) => /^proto\s*=/i.test(parameter))?.replace(/^[^=]*=\s*/, "") ?? "";
  const message = proto.replace(/^"(.*)"$/, "$1");
  const version = Object.hasOwn(MESSAGES, message) ? MESSAGES[message] : undefined;
  if (type!.toLowerCase() === "application/x-protobuf" && version) return version;
  throw new FlightdeckError(
    "Send remote write as Content-Type application/x-protobuf, with proto=prometheus.WriteRequest or proto=io.prometheus.write.v2.Request.",
    { code: "unsupported_media_type", status: 415 },
  );
}

/** Snappy is the only encoding of remote write; some senders of version 1 do not name it. */
function refuseOtherEncodings(encoding: string | undefined): void {
  if (encoding === undefined || encoding.trim().toLowerCase() === "snappy") return;
  throw new FlightdeckError("Remote write is compressed by Snappy: send Content-Encoding: snappy.", {
    code: "unsupported_encoding",
    status: 415,
  });
}

function writtenHeaders(outcome: WriteOutcome): Record<string, string> {
  return {
    "x-prometheus-remote-write-samples-written": String(outcome.samples),
    "x-prometheus-remote-write-histograms-written": String(outcome.histograms),
    "x-prometheus-remote-write-exemplars-written": String(outcome.exemplars),
  };
}

/** Senders do not retry a 400, which is right: the same series would be refused again, and the rest is stored. */
function partialWrite({ refused }: WriteOutcome): FlightdeckError {
  return new FlightdeckError(rejectionMessage(refused, "sample"), {
    code: "partial_write",
    status: 400,
    errors: [...refused.reasons].map(([reason, count]) => ({
      path: "timeseries",
      code: "rejected",
      detail: `${count} × ${reason}`,
    })),
  });
}
