import { z } from "zod";
import { pageOf, pageQuerySchema, projectQuerySchema } from "#platform/http/http-contract.ts";

export const METRIC_KINDS = ["gauge", "sum", "histogram", "exponential_histogram", "summary"] as const;
export const TEMPORALITIES = ["unspecified", "delta", "cumulative"] as const;

/** How the samples of a step become one value. `rate` is per second, `increase` per step. */
export const AGGREGATIONS = [
  "avg",
  "sum",
  "min",
  "max",
  "last",
  "rate",
  "increase",
  "count",
  "p50",
  "p90",
  "p95",
  "p99",
] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

/** One value or a list of them, as a query string gives it. */
const oneOrMany = z.union([z.string().min(1).max(1000), z.array(z.string().min(1).max(1000)).max(20)]);

const rangeSchema = z.object({
  from: z.string().max(40).optional().describe("RFC 3339 or epoch; 24 hours before `to` unless told."),
  to: z.string().max(40).optional().describe("RFC 3339 or epoch; now unless told."),
});

const whereSchema = oneOrMany
  .optional()
  .describe(
    "Repeatable: `label=value`, `label!=value`, `label~text` (contains), or `label?` (is there). A label is an " +
      "attribute of the series, or one of its resource.",
  );

/** One metric, over all of its series. */
export const metricNameSchema = z.object({
  name: z.string(),
  kind: z.enum(METRIC_KINDS),
  unit: z.string().describe("UCUM as a rule; empty when the sender told none."),
  description: z.string(),
  temporality: z.enum(TEMPORALITIES),
  monotonic: z.boolean(),
  series_count: z.number().int(),
  first_seen: z.string(),
  last_seen: z.string().describe("When a series of it was last announced; about an hour coarse."),
});
export type MetricName = z.infer<typeof metricNameSchema>;

const METRIC_NAME_EXAMPLE: MetricName = {
  name: "gen_ai.client.operation.duration",
  kind: "histogram",
  unit: "s",
  description: "GenAI operation duration",
  temporality: "cumulative",
  monotonic: false,
  series_count: 12,
  first_seen: "2026-11-20T16:02:11.482Z",
  last_seen: "2026-11-21T09:12:30.104Z",
};

/** `GET /metric-names`: what there is, by name. */
export const metricNamesQuerySchema = projectQuerySchema.extend(pageQuerySchema.shape).extend({
  q: z.string().max(200).optional().describe("Part of the name."),
  kind: z.enum(METRIC_KINDS).optional(),
});
export const metricNamesSchema = pageOf(metricNameSchema).meta({
  examples: [{ data: [METRIC_NAME_EXAMPLE], next_cursor: null }],
});

/** One series of a metric. */
export const metricSeriesSchema = z.object({
  id: z.string().describe("16 hex digits."),
  metric: z.string(),
  kind: z.enum(METRIC_KINDS),
  unit: z.string(),
  temporality: z.enum(TEMPORALITIES),
  monotonic: z.boolean(),
  attributes: z.record(z.string(), z.string()),
  resource: z.record(z.string(), z.string()),
  scope: z.string(),
  first_seen: z.string(),
  last_seen: z.string(),
});
export type MetricSeries = z.infer<typeof metricSeriesSchema>;

/** `GET /metric-series`: the series of one metric. */
export const metricSeriesQuerySchema = projectQuerySchema.extend(pageQuerySchema.shape).extend({
  metric: z.string().min(1).max(1100),
  where: whereSchema,
});
export const metricSeriesListSchema = pageOf(metricSeriesSchema).meta({
  examples: [
    {
      data: [
        {
          id: "9f2c4a1be07d3358",
          metric: "gen_ai.client.operation.duration",
          kind: "histogram",
          unit: "s",
          temporality: "cumulative",
          monotonic: false,
          attributes: { "gen_ai.request.model": "gpt-4o-mini" },
          resource: { "service.name": "support-agent" },
          scope: "opentelemetry.instrumentation.openai",
          first_seen: "2026-11-20T16:02:11.482Z",
          last_seen: "2026-11-21T09:12:30.104Z",
        },
      ],
      next_cursor: null,
    },
  ],
});

/** One label of a metric's series with its most frequent values. */
export const metricLabelSchema = z.object({
  label: z.string(),
  source: z.enum(["attribute", "resource"]),
  distinct_values: z.number().int(),
  values: z.array(z.object({ value: z.string(), series_count: z.number().int() })).describe("At most 50."),
});
export type MetricLabel = z.infer<typeof metricLabelSchema>;

/** `GET /metric-labels`: by what a metric can be filtered and grouped. */
export const metricLabelsQuerySchema = projectQuerySchema.extend({
  metric: z.string().min(1).max(1100),
  where: whereSchema,
});
export const metricLabelsSchema = z.object({ data: z.array(metricLabelSchema) }).meta({
  examples: [
    {
      data: [
        {
          label: "gen_ai.request.model",
          source: "attribute",
          distinct_values: 2,
          values: [
            { value: "gpt-4o-mini", series_count: 8 },
            { value: "claude-sonnet-4-5", series_count: 4 },
          ],
        },
      ],
    },
  ],
});

/** `GET /metric-query`: a metric over time. */
export const metricQuerySchema = projectQuerySchema.extend(rangeSchema.shape).extend({
  metric: z.string().min(1).max(1100),
  where: whereSchema,
  group_by: oneOrMany
    .optional()
    .describe("Repeatable: labels whose values get a line each. One line over all series unless told."),
  aggregation: z
    .enum(AGGREGATIONS)
    .optional()
    .describe("rate for growing sums, p95 for histograms, avg for others unless told."),
  step: z.coerce
    .number()
    .int()
    .min(1)
    .max(2_678_400)
    .optional()
    .describe("Seconds per point; what gives about 200 points unless told. At most 2,000 points."),
  limit: z.coerce.number().int().min(1).max(100).default(20).describe("Most lines; the largest are kept."),
});

/** One line of a chart. */
export const metricLineSchema = z.object({
  labels: z.record(z.string(), z.string()).describe("Empty text where the series has no such label."),
  values: z.array(z.number().nullable()).describe("One per time; null where there is no sample."),
});
export type MetricLine = z.infer<typeof metricLineSchema>;

export const metricQueryResultSchema = z
  .object({
    metric: z.string(),
    kind: z.enum(METRIC_KINDS),
    unit: z.string().describe("Of the values: `/s` is added for rates of things that are counted."),
    aggregation: z.enum(AGGREGATIONS),
    step_seconds: z.number().int(),
    times: z.array(z.number()).describe("Start of each step, seconds since 1970."),
    series: z.array(metricLineSchema),
    series_matched: z.number().int().describe("Stored series that the filters found."),
    truncated: z
      .boolean()
      .describe("True when there are more lines or series than were read; the largest lines are here."),
  })
  .meta({
    examples: [
      {
        metric: "gen_ai.client.operation.duration",
        kind: "histogram",
        unit: "s",
        aggregation: "p95",
        step_seconds: 60,
        times: [1795251600, 1795251660],
        series: [{ labels: { "gen_ai.request.model": "gpt-4o-mini" }, values: [1.2, null] }],
        series_matched: 12,
        truncated: false,
      },
    ],
  });
export type MetricQueryResult = z.infer<typeof metricQueryResultSchema>;

/** `GET /metric-exemplars`: single measurements behind a metric, with their traces. */
export const metricExemplarsQuerySchema = projectQuerySchema.extend(rangeSchema.shape).extend({
  metric: z.string().min(1).max(1100),
  where: whereSchema,
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const metricExemplarSchema = z.object({
  time: z.string(),
  value: z.number().nullable(),
  trace_id: z.string().nullable(),
  span_id: z.string().nullable(),
  series: z.string(),
  attributes: z.record(z.string(), z.string()),
});
export type MetricExemplar = z.infer<typeof metricExemplarSchema>;
export const metricExemplarsSchema = z
  .object({ data: z.array(metricExemplarSchema), truncated: z.boolean() })
  .meta({
    examples: [
      {
        data: [
          {
            time: "2026-11-21T09:00:01.370000000Z",
            value: 1.25,
            trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
            span_id: "00f067aa0ba902b7",
            series: "9f2c4a1be07d3358",
            attributes: {},
          },
        ],
        truncated: false,
      },
    ],
  });
