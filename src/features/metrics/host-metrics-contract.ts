import { z } from "zod";
import { projectQuerySchema } from "#platform/http/http-contract.ts";

const rangeSchema = z.object({
  from: z.string().max(40).optional().describe("RFC 3339 or epoch; 24 hours before `to` unless told."),
  to: z.string().max(40).optional().describe("RFC 3339 or epoch; now unless told."),
});

/** `GET /hosts`: the hosts that metrics are about. */
export const hostsQuerySchema = projectQuerySchema.extend({ from: rangeSchema.shape.from });
export const hostsSchema = z
  .object({
    data: z.array(
      z.object({
        host: z.string(),
        agents: z.array(z.string()).describe("What sends its metrics: opentelemetry, prometheus, telegraf."),
        metrics: z.array(z.string()).describe("Canonical metrics that what it sends may tell."),
        last_seen: z.string().describe("When a series of it was last announced; about an hour coarse."),
      }),
    ),
    truncated: z.boolean(),
  })
  .meta({
    examples: [
      {
        data: [
          {
            host: "web-1",
            agents: ["prometheus"],
            metrics: ["host.cpu.utilization", "host.load.1m", "host.memory.utilization"],
            last_seen: "2026-11-21T09:12:30.104Z",
          },
        ],
        truncated: false,
      },
    ],
  });
export type Hosts = z.infer<typeof hostsSchema>;

/** `GET /hosts/{host}/metrics`: a canonical metric of one host over time. */
export const hostMetricQuerySchema = projectQuerySchema.extend(rangeSchema.shape).extend({
  metric: z
    .string()
    .min(1)
    .max(100)
    .default("host.cpu.utilization")
    .describe("A canonical name.")
    .meta({ examples: ["host.cpu.utilization"] }),
  step: z.coerce.number().int().min(1).max(2_678_400).optional().describe("Seconds per point."),
});
export const hostMetricSchema = z
  .object({
    host: z.string(),
    metric: z.string(),
    unit: z.string().describe("UCUM; shares are from 0 to 1."),
    step_seconds: z.number().int(),
    times: z.array(z.number()).describe("Start of each step, seconds since 1970."),
    sources: z
      .array(
        z.object({
          agent: z.string(),
          metric: z.string().describe("The stored metric that tells it."),
          values: z.array(z.number().nullable()).describe("One per time; null where there is no sample."),
        }),
      )
      .describe("One per agent that tells it; several agents on a host may see it differently."),
  })
  .meta({
    examples: [
      {
        host: "web-1",
        metric: "host.cpu.utilization",
        unit: "1",
        step_seconds: 60,
        times: [1795251600, 1795251660],
        sources: [{ agent: "prometheus", metric: "node_cpu_seconds_total", values: [0.31, null] }],
      },
    ],
  });
export type HostMetricValues = z.infer<typeof hostMetricSchema>;
