import { z } from "zod";
import type { HttpServer } from "#platform/http/server.ts";
import type { Metrics } from "#platform/observability/metrics.ts";

/** `/metrics` for Prometheus; `refresh` sets the gauges that are read rather than counted. */
export function registerMetricsRoute(app: HttpServer, metrics: Metrics, refresh: () => void): void {
  app.get(
    "/metrics",
    {
      config: { access: "public", rateLimit: false },
      schema: {
        tags: ["system"],
        summary: "Prometheus metrics of this process",
        produces: ["text/plain"],
        response: { 200: z.string() },
      },
    },
    async (_request, reply) => {
      refresh();
      return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
    },
  );
}
