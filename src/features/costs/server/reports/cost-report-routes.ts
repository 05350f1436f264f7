import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { abortSignalOf } from "#platform/http/abort-signal.ts";
import { projectOf } from "#platform/http/access.ts";
import { projectQuerySchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { parseTimeRange } from "#platform/http/time-input.ts";
import {
  attributionQuerySchema,
  attributionSchema,
  attributionSeriesQuerySchema,
  attributionSeriesSchema,
  cacheSavingsQuerySchema,
  cacheSavingsSchema,
} from "../../cost-report-contract.ts";
import type { PriceBook } from "../prices/price-book.ts";
import { readAttribution, readAttributionSeries } from "./attribution-query.ts";
import { seriesOf, stepFor } from "./attribution-series.ts";
import { readCacheSavings } from "./cache-savings.ts";

/** Who caused the cost, and what caches saved. */
export function registerCostReportRoutes(
  app: HttpServer,
  parts: { telemetry: TelemetryStore; book: PriceBook },
): void {
  app.get(
    "/api/v1/costs/attribution",
    {
      config: { access: "costs:read" },
      schema: {
        tags: ["costs"],
        summary: "Agents, users, sessions or tags by what they cost, with the spans that do not name them",
        querystring: projectQuerySchema.extend(attributionQuerySchema.shape),
        response: { 200: attributionSchema },
      },
    },
    async (request, reply) => {
      const { by, environment = "", limit } = request.query;
      const ask = { by, environment, limit, ...parseTimeRange(request.query, Date.now()) };
      return {
        data: await readAttribution(parts.telemetry, projectOf(request).id, ask, abortSignalOf(reply)),
      };
    },
  );

  app.get(
    "/api/v1/costs/attribution/series",
    {
      config: { access: "costs:read" },
      schema: {
        tags: ["costs"],
        summary: "The cost of agents, users, sessions or tags over time",
        querystring: projectQuerySchema.extend(attributionSeriesQuerySchema.shape),
        response: { 200: attributionSeriesSchema },
      },
    },
    async (request, reply) => {
      const { by, environment = "", limit } = request.query;
      const range = parseTimeRange(request.query, Date.now());
      const stepMs = stepFor(range.fromMs, range.toMs);
      const ask = { by, environment, stepMs, ...range };
      const projectId = projectOf(request).id;
      const costs = await readAttributionSeries(parts.telemetry, projectId, ask, abortSignalOf(reply));
      return seriesOf(costs, { ...range, stepMs }, limit);
    },
  );

  app.get(
    "/api/v1/costs/cache-savings",
    {
      config: { access: "costs:read" },
      schema: {
        tags: ["costs"],
        summary: "What prompt caches saved, by model",
        querystring: projectQuerySchema.extend(cacheSavingsQuerySchema.shape),
        response: { 200: cacheSavingsSchema },
      },
    },
    (request, reply) => {
      const { environment = "" } = request.query;
      const range = { environment, ...parseTimeRange(request.query, Date.now()) };
      return readCacheSavings(
        parts.telemetry,
        parts.book,
        projectOf(request).id,
        range,
        abortSignalOf(reply),
      );
    },
  );
}
