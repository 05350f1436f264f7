import type { Rollups } from "#features/rollups/server/index.ts";
import type { SpanFilter } from "#features/traces/trace-contract.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { abortSignalOf } from "#platform/http/abort-signal.ts";
import { projectOf } from "#platform/http/access.ts";
import { problemSchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { parseTime, parseTimeRange } from "#platform/http/time-input.ts";
import {
  attributesQuerySchema,
  attributesSchema,
  breakdownQuerySchema,
  breakdownSchema,
  differenceQuerySchema,
  differenceSchema,
  FACET_DIMENSIONS,
  facetsQuerySchema,
  facetsSchema,
  seriesQuerySchema,
  seriesSchema,
} from "../analytics-contract.ts";
import type { Ask } from "./ask.ts";
import { readAttributes } from "./attributes-query.ts";
import { readBreakdown } from "./breakdown-query.ts";
import { readDifference } from "./difference-query.ts";
import { readFacets } from "./facets-query.ts";
import { readSeries } from "./series-query.ts";

type Many<T> = T | T[] | undefined;
const many = <T>(value: Many<T>): T[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** Asking: measures over time and by dimension, facets, attributes in use, and what is different about a selection. */
export function registerAnalyticsRoutes(
  app: HttpServer,
  parts: { store: TelemetryStore; rollups: Rollups },
): void {
  const ask = (
    request: Parameters<typeof projectOf>[0],
    reply: Parameters<typeof abortSignalOf>[0],
  ): Ask => ({
    ...parts,
    projectId: projectOf(request).id,
    signal: abortSignalOf(reply),
  });

  app.get(
    "/api/v1/analytics/series",
    {
      config: { access: "analytics:read", shared: true },
      schema: {
        tags: ["analytics"],
        summary: "Measures over time",
        querystring: seriesQuerySchema,
        response: { 200: seriesSchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const { measure, step, timezone, group_by, limit, compare, ...filter } = request.query;
      return readSeries(ask(request, reply), {
        filter: filterOf(filter),
        range: parseTimeRange(filter, Date.now()),
        measures: many(measure),
        step,
        timezone,
        dimension: group_by,
        limit,
        compare: compare === "previous",
      });
    },
  );

  app.get(
    "/api/v1/analytics/breakdown",
    {
      config: { access: "analytics:read", shared: true },
      schema: {
        tags: ["analytics"],
        summary: "Measures by the values of one or more dimensions",
        querystring: breakdownQuerySchema,
        response: { 200: breakdownSchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const { measure, group_by, sort, order, limit, compare, ...filter } = request.query;
      const measures = many(measure);
      return readBreakdown(ask(request, reply), {
        filter: filterOf(filter),
        range: parseTimeRange(filter, Date.now()),
        measures,
        dimensions: many(group_by),
        sort: sort ?? measures[0]!,
        order,
        limit,
        compare: compare === "previous",
      });
    },
  );

  app.get(
    "/api/v1/analytics/facets",
    {
      config: { access: "analytics:read", shared: true },
      schema: {
        tags: ["analytics"],
        summary:
          "The most frequent values of every dimension, with counts of spans; words of messages do not narrow them",
        querystring: facetsQuerySchema,
        response: { 200: facetsSchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const { dimension, search, limit, message: _words, ...filter } = request.query;
      const dimensions = many(dimension);
      return readFacets(ask(request, reply), {
        filter: filterOf(filter),
        range: parseTimeRange(filter, Date.now()),
        dimensions: dimensions.length > 0 ? dimensions : FACET_DIMENSIONS,
        search,
        limit,
      });
    },
  );

  app.get(
    "/api/v1/analytics/attributes",
    {
      config: { access: "analytics:read" },
      schema: {
        tags: ["analytics"],
        summary: "The attribute keys in use",
        querystring: attributesQuerySchema,
        response: { 200: attributesSchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const { search, limit, ...filter } = request.query;
      return readAttributes(ask(request, reply), {
        filter: filterOf(filter),
        range: parseTimeRange(filter, Date.now()),
        search,
        limit,
      });
    },
  );

  app.get(
    "/api/v1/analytics/difference",
    {
      config: { access: "analytics:read", shared: true },
      schema: {
        tags: ["analytics"],
        summary: "What is different about a selection of spans",
        querystring: differenceQuerySchema,
        response: { 200: differenceSchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const { select, select_from, select_to, limit, ...filter } = request.query;
      const conditions = many(select);
      if (conditions.length === 0 && select_from === undefined && select_to === undefined) {
        throw new FlightdeckError("Say which spans are selected: select, select_from or select_to.", {
          code: "nothing_selected",
          status: 400,
        });
      }
      return readDifference(ask(request, reply), {
        filter: filterOf(filter),
        range: parseTimeRange(filter, Date.now()),
        select: conditions,
        selectFromMs: select_from === undefined ? undefined : parseTime(select_from, "select_from"),
        selectToMs: select_to === undefined ? undefined : parseTime(select_to, "select_to"),
        limit,
      });
    },
  );
}

/** What is left of a query once the question is taken out; its time range is read by itself. */
function filterOf(filter: SpanFilter): SpanFilter {
  if (filter.message !== undefined) {
    throw new FlightdeckError(
      "Sums cannot be filtered by words of messages. Use the lists of traces or spans.",
      {
        code: "filter_not_supported",
        status: 400,
      },
    );
  }
  const { from: _from, to: _to, project: _project, ...rest } = filter;
  return rest;
}
