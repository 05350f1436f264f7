import { z } from "zod";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { abortSignalOf } from "#platform/http/abort-signal.ts";
import { projectOf } from "#platform/http/access.ts";
import { decodeCursor, encodeCursor } from "#platform/http/cursor.ts";
import { problemSchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { parseTimeRange } from "#platform/http/time-input.ts";
import {
  metricExemplarsQuerySchema,
  metricExemplarsSchema,
  metricLabelsQuerySchema,
  metricLabelsSchema,
  metricNamesQuerySchema,
  metricNamesSchema,
  metricQueryResultSchema,
  metricQuerySchema,
  metricSeriesListSchema,
  metricSeriesQuerySchema,
} from "../metrics-contract.ts";
import { listOf } from "./label-filters.ts";
import { listExemplars } from "./metric-exemplars-query.ts";
import { listLabels } from "./metric-labels-query.ts";
import { listMetricNames } from "./metric-names-query.ts";
import { queryMetric } from "./metric-query.ts";
import { listSeries, metricExists } from "./metric-series-query.ts";

const nameCursorSchema = z.object({ name: z.string().max(1100) });
const seriesCursorSchema = z.object({ id: z.string().regex(/^[0-9a-f]{16}$/) });
const MAX_GROUP_LABELS = 5;

/** Reading metrics: which there are, their series and labels, and what they were over time. */
export function registerMetricRoutes(app: HttpServer, store: TelemetryStore): void {
  app.get(
    "/api/v1/metric-names",
    {
      config: { access: "metrics:read" },
      schema: {
        tags: ["metrics"],
        summary: "List metrics by name",
        querystring: metricNamesQuerySchema,
        response: { 200: metricNamesSchema },
      },
    },
    async (request, reply) => {
      const { limit, cursor, q, kind } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, nameCursorSchema).name;
      const signal = abortSignalOf(reply);
      const rows = await listMetricNames(store, projectOf(request).id, {
        q,
        kind,
        after,
        limit: limit + 1,
        signal,
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        data: page,
        next_cursor: rows.length > limit && last ? encodeCursor({ name: last.name }) : null,
      };
    },
  );

  app.get(
    "/api/v1/metric-series",
    {
      config: { access: "metrics:read" },
      schema: {
        tags: ["metrics"],
        summary: "List the series of a metric",
        querystring: metricSeriesQuerySchema,
        response: { 200: metricSeriesListSchema },
      },
    },
    async (request, reply) => {
      const { limit, cursor, metric, where } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, seriesCursorSchema).id;
      const signal = abortSignalOf(reply);
      const rows = await listSeries(store, projectOf(request).id, {
        metric,
        where,
        after,
        limit: limit + 1,
        signal,
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        data: page,
        next_cursor: rows.length > limit && last ? encodeCursor({ id: last.id }) : null,
      };
    },
  );

  app.get(
    "/api/v1/metric-labels",
    {
      config: { access: "metrics:read" },
      schema: {
        tags: ["metrics"],
        summary: "The labels of a metric, with their most frequent values",
        querystring: metricLabelsQuerySchema,
        response: { 200: metricLabelsSchema },
      },
    },
    async (request, reply) => {
      const { metric, where } = request.query;
      return {
        data: await listLabels(store, projectOf(request).id, { metric, where }, abortSignalOf(reply)),
      };
    },
  );

  app.get(
    "/api/v1/metric-query",
    {
      config: { access: "metrics:read", shared: true },
      schema: {
        tags: ["metrics"],
        summary: "A metric over time",
        description:
          "Growing sums become rates: a sender that starts anew from 0 is recognised, and sums told as differences " +
          "are added up. Quantiles of histograms are estimated from their buckets.",
        querystring: metricQuerySchema,
        response: { 200: metricQueryResultSchema, 400: problemSchema, 404: problemSchema },
      },
    },
    async (request, reply) => {
      const { metric, where, aggregation, step, limit, from, to } = request.query;
      const groupBy = listOf(request.query.group_by);
      if (groupBy.length > MAX_GROUP_LABELS) {
        throw new FlightdeckError(`Group by at most ${MAX_GROUP_LABELS} labels.`, {
          code: "too_many_groups",
          status: 400,
        });
      }
      const signal = abortSignalOf(reply);
      const projectId = projectOf(request).id;
      const range = parseTimeRange({ from, to }, Date.now());
      const query = { metric, where, groupBy, aggregation, range, step, limit, signal };
      const result = await queryMetric(store, projectId, query);
      if (result.series_matched === 0 && !(await metricExists(store, projectId, metric, signal))) {
        throw new FlightdeckError("There is no such metric in this project. It may not have arrived yet.", {
          code: "metric_not_found",
          status: 404,
        });
      }
      return result;
    },
  );

  app.get(
    "/api/v1/metric-exemplars",
    {
      config: { access: "metrics:read" },
      schema: {
        tags: ["metrics"],
        summary: "Single measurements behind a metric, with their traces",
        querystring: metricExemplarsQuerySchema,
        response: { 200: metricExemplarsSchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const { metric, where, limit, from, to } = request.query;
      const range = parseTimeRange({ from, to }, Date.now());
      const signal = abortSignalOf(reply);
      const found = { metric, where, range, limit: limit + 1, signal };
      const rows = await listExemplars(store, projectOf(request).id, found);
      return { data: rows.slice(0, limit), truncated: rows.length > limit };
    },
  );
}
