import { z } from "zod";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { projectOf } from "#platform/http/access.ts";
import { problemSchema, projectQuerySchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { openEventStream } from "#platform/realtime/event-stream.ts";
import type { LiveHub } from "./live-hub.ts";

/** Streams one process serves at once; more would starve the ordinary requests. */
const MAX_STREAMS = 2000;

/** A stream ends after this time and the browser opens it anew: a session or key that has ended meanwhile is refused then. */
const MAX_STREAM_MS = 5 * 60_000;

/** `GET /live`: what becomes durable, as it does. */
export function registerLiveRoutes(app: HttpServer, hub: LiveHub): void {
  const open = new Set<() => void>();
  app.addHook("preClose", async () => {
    for (const close of open) close();
  });

  app.get(
    "/api/v1/live",
    {
      config: { access: "traces:read" },
      schema: {
        tags: ["traces"],
        summary: "Follow spans, runs and agents as Server-Sent Events",
        description:
          "Sends `event: spans` (new spans: the touched traces), `event: executions` (runs that began or changed: their ids) and " +
          "`event: agents` (agents that appeared, changed or changed their status), a few times a second at most. Reconnect with " +
          "Last-Event-ID to get what came meanwhile; `event: reset` says that this is no longer known and lists must be loaded afresh.",
        querystring: projectQuerySchema,
        headers: z.object({ "last-event-id": z.string().max(100).optional() }),
        produces: ["text/event-stream"],
        response: { 200: z.string().describe("text/event-stream"), 503: problemSchema },
      },
    },
    async (request, reply) => {
      if (open.size >= MAX_STREAMS) {
        throw new FlightdeckError("Too many live streams are open. Reload less often, or close other tabs.", {
          code: "too_many_streams",
          status: 503,
          retryAfterSeconds: 10,
        });
      }
      const stream = openEventStream(request, reply);
      open.add(stream.close);
      const { missed, stop } = hub.follow(projectOf(request).id, request.headers["last-event-id"], (event) =>
        stream.sendEncoded(event.frame),
      );
      if (missed) stream.send("reset", "", {});
      const end = setTimeout(stream.close, MAX_STREAM_MS);
      stream.onClose(() => {
        clearTimeout(end);
        stop();
        open.delete(stream.close);
      });
      return reply;
    },
  );
}
