import { z } from "zod";
import {
  activityCursorOf,
  activityCursorSchema,
  listActivity,
  listKeyTraces,
} from "#features/sessions/server/index.ts";
import { presentSummary } from "#features/traces/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { abortSignalOf } from "#platform/http/abort-signal.ts";
import { projectOf } from "#platform/http/access.ts";
import { decodeCursor, encodeCursor } from "#platform/http/cursor.ts";
import { problemSchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { parseTimeRange } from "#platform/http/time-input.ts";
import {
  endUserDetailSchema,
  endUserListQuerySchema,
  endUserListSchema,
  endUserQuerySchema,
} from "../end-user-contract.ts";
import { presentEndUser, sumEndUser } from "./end-user-presenter.ts";

/** Most traces of a user that are added up and, of those, listed. */
const MAX_TRACES = 2000;
const LISTED_TRACES = 100;

/** The people who use a project's agents: the list, and one of them with what they did. */
export function registerEndUserRoutes(app: HttpServer, store: TelemetryStore): void {
  app.get(
    "/api/v1/end-users",
    {
      config: { access: "end_users:read" },
      schema: {
        tags: ["traces"],
        summary: "List the agents' end users, those seen last first",
        querystring: endUserListQuerySchema,
        response: { 200: endUserListSchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const { limit, cursor, from, to, q, ...filter } = request.query;
      const rows = await listActivity(store, projectOf(request).id, {
        key: "user_id",
        filter,
        search: q,
        range: parseTimeRange({ from, to }, Date.now()),
        limit: limit + 1,
        after: cursor === undefined ? undefined : decodeCursor(cursor, activityCursorSchema),
        signal: abortSignalOf(reply),
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        data: page.map(presentEndUser),
        next_cursor: rows.length > limit && last ? encodeCursor(activityCursorOf(last)) : null,
      };
    },
  );

  app.get(
    "/api/v1/end-users/:id",
    {
      config: { access: "end_users:read" },
      schema: {
        tags: ["traces"],
        summary: "One end user: days, sessions and newest traces",
        params: z.object({ id: z.string().min(1).max(500) }),
        querystring: endUserQuerySchema,
        response: { 200: endUserDetailSchema, 404: problemSchema },
      },
    },
    async (request, reply) => {
      const rows = await listKeyTraces(store, projectOf(request).id, {
        key: "user_id",
        value: request.params.id,
        limit: MAX_TRACES + 1,
        signal: abortSignalOf(reply),
      });
      if (rows.length === 0) {
        throw new FlightdeckError(
          "No trace of this project names such a user. It may not have arrived yet, or its retention has ended.",
          { code: "end_user_not_found", status: 404 },
        );
      }
      const traces = rows.slice(0, MAX_TRACES).map(presentSummary);
      return {
        ...sumEndUser(request.params.id, traces),
        traces: traces.slice(0, LISTED_TRACES),
        truncated: rows.length > MAX_TRACES,
      };
    },
  );
}
