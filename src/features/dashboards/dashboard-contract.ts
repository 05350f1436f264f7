import { z } from "zod";
import { MEASURES } from "#features/analytics/analytics-contract.ts";
import { projectQuerySchema } from "#platform/http/http-contract.ts";

/** The measures of the overview, in the order they are shown. */
export const OVERVIEW_MEASURES = [
  "executions",
  "error_rate",
  "duration_p50_ms",
  "duration_p95_ms",
  "llm_calls",
  "tool_calls",
  "tokens_total",
  "cost_usd",
  "users",
] as const;

const rangeQuery = projectQuerySchema.extend({
  from: z.string().max(40).optional().describe("RFC 3339 or epoch; 24 hours before `to` unless told."),
  to: z.string().max(40).optional().describe("RFC 3339 or epoch; now unless told."),
  timezone: z.string().max(64).default("UTC"),
  environment: z.union([z.string().min(1).max(500), z.array(z.string().min(1).max(500)).max(20)]).optional(),
});

/** `GET /dashboard/overview`. Latency and errors of the overview are those of executions' root spans. */
export const overviewQuerySchema = rangeQuery.extend({
  agent: z.union([z.string().min(1).max(500), z.array(z.string().min(1).max(500)).max(20)]).optional(),
});
export type OverviewQuery = z.infer<typeof overviewQuerySchema>;

const moverSchema = z.object({
  dimension: z.enum(["agent", "model", "tool"]),
  value: z.string(),
  measure: z.enum(MEASURES),
  now: z.number(),
  previous: z.number(),
  change: z.number().nullable().describe("(now - previous) / previous; null when there was nothing before."),
});
export type TopMover = z.infer<typeof moverSchema>;

export const overviewSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    previous_from: z.string(),
    agents: z
      .object({
        total: z.number().int(),
        running: z.number().int(),
        idle: z.number().int(),
        degraded: z.number().int(),
        offline: z.number().int(),
      })
      .nullable()
      .describe("Agents by status now; null where no agent is known yet."),
    times: z.array(z.string()).describe("Starts of the sparklines' buckets."),
    measures: z.array(
      z.object({
        measure: z.enum(MEASURES),
        value: z.number().nullable(),
        previous: z.number().nullable(),
        change: z.number().nullable().describe("(value - previous) / previous."),
        values: z.array(z.number().nullable()).describe("One per bucket of `times`."),
      }),
    ),
    top_movers: z.array(moverSchema).describe("What changed most against the previous period."),
    recent_failures: z.array(
      z.object({
        trace_id: z.string(),
        span_id: z.string(),
        name: z.string(),
        operation: z.string(),
        agent: z.string(),
        tool: z.string(),
        model: z.string(),
        service: z.string(),
        start_time: z.string(),
        duration_ms: z.number(),
        error: z.object({ type: z.string(), message: z.string() }),
      }),
    ),
  })
  .meta({
    examples: [
      {
        from: "2026-11-20T09:00:00.000Z",
        to: "2026-11-21T09:00:00.000Z",
        previous_from: "2026-11-19T09:00:00.000Z",
        agents: { total: 12, running: 3, idle: 7, degraded: 1, offline: 1 },
        times: ["2026-11-20T09:00:00.000Z"],
        measures: [{ measure: "executions", value: 812, previous: 700, change: 0.16, values: [812] }],
        top_movers: [
          {
            dimension: "agent",
            value: "support-triage",
            measure: "cost_usd",
            now: 12.5,
            previous: 8,
            change: 0.5625,
          },
        ],
        recent_failures: [
          {
            trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
            span_id: "b7ad6b7169203331",
            name: "execute_tool web_search",
            operation: "execute_tool",
            agent: "support-triage",
            tool: "web_search",
            model: "",
            service: "support-agent",
            start_time: "2026-11-21T08:59:00.000000000Z",
            duration_ms: 1250,
            error: { type: "TimeoutError", message: "no answer within 1 s" },
          },
        ],
      },
    ],
  });
export type Overview = z.infer<typeof overviewSchema>;

/** Names of the ranges of `/dashboard/metrics/{timerange}`. */
export const TIME_RANGES = ["1h", "6h", "24h", "7d", "30d", "90d"] as const;
export type TimeRangeName = (typeof TIME_RANGES)[number];

/** `GET /dashboard/metrics/{timerange}`: the overview's measures over a range that ends now. */
export const dashboardMetricsQuerySchema = rangeQuery.omit({ from: true, to: true }).extend({
  agent: z.union([z.string().min(1).max(500), z.array(z.string().min(1).max(500)).max(20)]).optional(),
});
export const dashboardMetricsSchema = z
  .object({
    timerange: z.enum(TIME_RANGES),
    from: z.string(),
    to: z.string(),
    step: z.string(),
    times: z.array(z.string()),
    metrics: z.partialRecord(
      z.enum(MEASURES),
      z.object({
        value: z.number().nullable(),
        previous: z.number().nullable(),
        values: z.array(z.number().nullable()),
      }),
    ),
  })
  .meta({
    examples: [
      {
        timerange: "24h" as const,
        from: "2026-11-20T09:00:00.000Z",
        to: "2026-11-21T09:00:00.000Z",
        step: "30m",
        times: ["2026-11-20T09:00:00.000Z"],
        metrics: { cost_usd: { value: 12.5, previous: 8, values: [12.5] } },
      },
    ],
  });
export type DashboardMetrics = z.infer<typeof dashboardMetricsSchema>;

/** `GET /dashboard/agents/summary`: one row per agent seen in the range or registered, costliest first. */
export const agentsSummaryQuerySchema = rangeQuery.extend({
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const agentsSummarySchema = z
  .object({
    from: z.string(),
    to: z.string(),
    times: z.array(z.string()),
    data: z.array(
      z.object({
        agent: z.string(),
        status: z
          .enum(["running", "idle", "degraded", "offline"])
          .nullable()
          .describe("Null when the agent is known from telemetry alone."),
        executions: z.number(),
        llm_calls: z.number(),
        tool_calls: z.number(),
        errors: z.number(),
        error_rate: z.number().nullable(),
        duration_p50_ms: z.number().nullable(),
        duration_p95_ms: z.number().nullable(),
        tokens_total: z.number(),
        cost_usd: z.number().nullable(),
        users: z.number(),
        previous_cost_usd: z.number().nullable(),
        sparkline: z.array(z.number().nullable()).describe("Executions per bucket of `times`."),
      }),
    ),
  })
  .meta({
    examples: [
      {
        from: "2026-11-20T09:00:00.000Z",
        to: "2026-11-21T09:00:00.000Z",
        times: ["2026-11-20T09:00:00.000Z"],
        data: [
          {
            agent: "support-triage",
            status: "running" as const,
            executions: 812,
            llm_calls: 1650,
            tool_calls: 950,
            errors: 9,
            error_rate: 0.011,
            duration_p50_ms: 2100,
            duration_p95_ms: 5400,
            tokens_total: 1_250_000,
            cost_usd: 12.5,
            users: 240,
            previous_cost_usd: 8,
            sparkline: [812],
          },
        ],
      },
    ],
  });
export type AgentsSummary = z.infer<typeof agentsSummarySchema>;
