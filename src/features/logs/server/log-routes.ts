import { z } from "zod";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { abortSignalOf } from "#platform/http/abort-signal.ts";
import { projectOf } from "#platform/http/access.ts";
import { decodeCursor, encodeCursor } from "#platform/http/cursor.ts";
import { problemSchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { parseTime, parseTimeRange } from "#platform/http/time-input.ts";
import {
  logDetailSchema,
  logFacetsQuerySchema,
  logFacetsSchema,
  logHistogramQuerySchema,
  logHistogramSchema,
  logListQuerySchema,
  logListSchema,
  logQuerySchema,
} from "../logs-contract.ts";
import { readLogFacets } from "./log-facets-query.ts";
import { readLogHistogram } from "./log-histogram-query.ts";
import { findLog, listLogs, logCursorSchema } from "./log-list-query.ts";
import { presentLog } from "./log-row.ts";
import { type LogRouteParts, registerLogTailRoute } from "./log-tail-route.ts";

/** Reading logs: the list, its histogram and facets, one record, and the live tail. */
export function registerLogRoutes(app: HttpServer, parts: LogRouteParts): void {
  registerLogReads(app, parts.store);
  registerLogTailRoute(app, parts);
}

function registerLogReads(app: HttpServer, store: TelemetryStore): void {
  app.get(
    "/api/v1/logs",
    {
      config: { access: "logs:read", shared: true },
      schema: {
        tags: ["logs"],
        summary: "List log records, newest first",
        querystring: logListQuerySchema,
        response: { 200: logListSchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const { project: _project, limit, cursor, from, to, ...filter } = request.query;
      const rows = await listLogs(store, projectOf(request).id, {
        filter,
        range: parseTimeRange({ from, to }, Date.now()),
        limit: limit + 1,
        after: cursor === undefined ? undefined : decodeCursor(cursor, logCursorSchema),
        signal: abortSignalOf(reply),
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        data: page.map(presentLog),
        next_cursor:
          rows.length > limit && last ? encodeCursor({ time_ns: last.time_ns, id: last.id }) : null,
      };
    },
  );

  app.get(
    "/api/v1/logs/histogram",
    {
      config: { access: "logs:read" },
      schema: {
        tags: ["logs"],
        summary: "Count log records by severity over time",
        querystring: logHistogramQuerySchema,
        response: { 200: logHistogramSchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const { project: _project, from, to, step, ...filter } = request.query;
      const range = parseTimeRange({ from, to }, Date.now());
      return readLogHistogram(store, projectOf(request).id, {
        filter,
        range,
        step,
        signal: abortSignalOf(reply),
      });
    },
  );

  app.get(
    "/api/v1/logs/facets",
    {
      config: { access: "logs:read" },
      schema: {
        tags: ["logs"],
        summary: "The most frequent severities, services, agents and so on under the filters",
        querystring: logFacetsQuerySchema,
        response: { 200: logFacetsSchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const { project: _project, from, to, ...filter } = request.query;
      const range = parseTimeRange({ from, to }, Date.now());
      return readLogFacets(store, projectOf(request).id, { filter, range, signal: abortSignalOf(reply) });
    },
  );

  app.get(
    "/api/v1/logs/:id",
    {
      config: { access: "logs:read" },
      schema: {
        tags: ["logs"],
        summary: "One log record",
        params: z.object({ id: z.string().max(100) }),
        querystring: logQuerySchema,
        response: { 200: logDetailSchema, 404: problemSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { time } = request.query;
      const atMs = time === undefined ? undefined : parseTime(time, "time");
      const range = atMs === undefined ? undefined : { fromMs: atMs - 1000, toMs: atMs + 2000 };
      const row = /^[0-9a-fA-F]{32}$/.test(id)
        ? await findLog(store, projectOf(request).id, id, range, abortSignalOf(reply))
        : undefined;
      if (row) return presentLog(row);
      throw new FlightdeckError(
        "There is no such log record in this project. Its retention may have ended, or it is of another time.",
        { code: "log_not_found", status: 404 },
      );
    },
  );
}
