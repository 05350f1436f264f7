import { z } from "zod";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { abortSignalOf } from "#platform/http/abort-signal.ts";
import { projectOf } from "#platform/http/access.ts";
import { problemSchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { parseTimeRange } from "#platform/http/time-input.ts";
import {
  hostMetricQuerySchema,
  hostMetricSchema,
  hostsQuerySchema,
  hostsSchema,
} from "../host-metrics-contract.ts";
import { hostExists, listHosts } from "./host-list-query.ts";
import { HOST_METRIC_UNITS, type HostMetric } from "./host-metric-names.ts";
import { queryHostMetric } from "./host-metrics-query.ts";

/** What the hosts of agents measure, under the same names whichever program sends it. */
export function registerHostMetricRoutes(app: HttpServer, store: TelemetryStore): void {
  app.get(
    "/api/v1/hosts",
    {
      config: { access: "metrics:read" },
      schema: {
        tags: ["metrics"],
        summary: "List the hosts that send metrics",
        querystring: hostsQuerySchema,
        response: { 200: hostsSchema },
      },
    },
    async (request, reply) => {
      const { fromMs } = parseTimeRange({ from: request.query.from }, Date.now());
      return listHosts(store, projectOf(request).id, fromMs, abortSignalOf(reply));
    },
  );

  app.get(
    "/api/v1/hosts/:host/metrics",
    {
      config: { access: "metrics:read" },
      schema: {
        tags: ["metrics"],
        summary: "A canonical metric of a host over time",
        description:
          "Reads OpenTelemetry's host metrics, node_exporter's and Telegraf's under one name: " +
          `${Object.keys(HOST_METRIC_UNITS).join(", ")}.`,
        params: z.object({ host: z.string().min(1).max(200) }),
        querystring: hostMetricQuerySchema,
        response: { 200: hostMetricSchema, 400: problemSchema, 404: problemSchema },
      },
    },
    async (request, reply) => {
      const { metric, step, from, to } = request.query;
      const { host } = request.params;
      if (!isHostMetric(metric)) {
        throw new FlightdeckError(
          `There is no host metric ${metric}. There are ${Object.keys(HOST_METRIC_UNITS).join(", ")}.`,
          { code: "host_metric_unknown", status: 404 },
        );
      }
      const range = parseTimeRange({ from, to }, Date.now());
      const signal = abortSignalOf(reply);
      const projectId = projectOf(request).id;
      const values = await queryHostMetric(store, projectId, { host, metric, range, step, signal });
      if (values.sources.length === 0 && !(await hostExists(store, projectId, host, signal))) {
        throw new FlightdeckError("No host of that name has sent metrics to this project.", {
          code: "host_not_found",
          status: 404,
        });
      }
      return values;
    },
  );
}

function isHostMetric(name: string): name is HostMetric {
  return Object.hasOwn(HOST_METRIC_UNITS, name);
}
