import { z } from "zod";
import { Bindings } from "#features/traces/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { EventBus } from "#platform/events/event-bus.ts";
import { projectOf } from "#platform/http/access.ts";
import { problemSchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import type { Logger } from "#platform/observability/logger.ts";
import { openEventStream } from "#platform/realtime/event-stream.ts";
import { logTailQuerySchema } from "../logs-contract.ts";
import { logConditions } from "./log-filters.ts";
import { LogTail } from "./log-tail.ts";

/** Tails one process serves at once: each asks the store for itself. */
const MAX_TAILS = 200;
/** A tail ends after this time and the browser opens it anew: a session or key that has ended meanwhile is refused then. */
const MAX_STREAM_MS = 5 * 60_000;

/** What reading logs works with. */
export interface LogRouteParts {
  store: TelemetryStore;
  events: EventBus;
  logger: Logger;
}

/** `GET /logs/tail`: records as they become durable. */
export function registerLogTailRoute(app: HttpServer, parts: LogRouteParts): void {
  const open = new Set<() => void>();
  app.addHook("preClose", async () => {
    for (const close of open) close();
  });

  app.get(
    "/api/v1/logs/tail",
    {
      config: { access: "logs:read" },
      schema: {
        tags: ["logs"],
        summary: "Follow new log records as Server-Sent Events",
        description:
          "Sends `event: logs` with LogTailEvent as data, a few times a second at most; `sampled_one_in` says when " +
          "there were too many to send all. Reconnect with Last-Event-ID to get what came meanwhile; `event: reset` " +
          "says that this is too long ago and the list must be loaded afresh.",
        querystring: logTailQuerySchema,
        headers: z.object({ "last-event-id": z.string().max(100).optional() }),
        produces: ["text/event-stream"],
        response: { 200: z.string().describe("text/event-stream"), 400: problemSchema, 503: problemSchema },
      },
    },
    async (request, reply) => {
      const { project: _project, ...filter } = request.query;
      // A filter that cannot be read is told before the stream begins.
      logConditions(filter, new Bindings());
      if (open.size >= MAX_TAILS) {
        throw new FlightdeckError(
          "Too many live tails of logs are open. Close other tabs, or try again later.",
          {
            code: "too_many_streams",
            status: 503,
            retryAfterSeconds: 10,
          },
        );
      }
      const stream = openEventStream(request, reply);
      const tail = new LogTail({
        ...parts,
        projectId: projectOf(request).id,
        filter,
        send: (event, id) => stream.send("logs", id, event),
      });
      const end = setTimeout(stream.close, MAX_STREAM_MS);
      open.add(stream.close);
      stream.onClose(() => {
        clearTimeout(end);
        tail.stop();
        open.delete(stream.close);
      });
      const lastId = request.headers["last-event-id"];
      if (lastId !== undefined && !tail.resume(lastId, Date.now())) stream.send("reset", "", {});
      return reply;
    },
  );
}
