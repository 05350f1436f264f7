import { z } from "zod";
import { spanFilterSchema } from "#features/traces/trace-contract.ts";

/** What can be measured over spans. Tokens are exclusive buckets; `tokens_total` is their sum. */
export const MEASURES = [
  "span_count",
  "trace_count",
  "executions",
  "llm_calls",
  "tool_calls",
  "errors",
  "error_rate",
  "cost_usd",
  "tokens_total",
  "tokens_input_uncached",
  "tokens_cache_read",
  "tokens_cache_write",
  "tokens_output",
  "tokens_reasoning",
  "tokens_input_audio",
  "tokens_output_audio",
  "duration_avg_ms",
  "duration_p50_ms",
  "duration_p90_ms",
  "duration_p95_ms",
  "duration_p99_ms",
  "time_to_first_token_p50_ms",
  "time_to_first_token_p90_ms",
  "time_to_first_token_p95_ms",
  "time_to_first_token_p99_ms",
  "users",
  "sessions",
] as const;
export type Measure = (typeof MEASURES)[number];

/** What spans can be grouped by, besides `attribute:<key>` for any attribute. */
export const DIMENSIONS = [
  "agent",
  "agent_version",
  "model",
  "provider",
  "operation",
  "tool",
  "environment",
  "service",
  "status",
  "error_type",
  "user_id",
  "session_id",
  "tag",
  "name",
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Widths of a bucket; `auto` picks one that gives 30 to 120 buckets. */
export const STEPS = [
  "auto",
  "10s",
  "1m",
  "5m",
  "15m",
  "30m",
  "1h",
  "3h",
  "6h",
  "12h",
  "1d",
  "1w",
  "1M",
] as const;
export type Step = (typeof STEPS)[number];

const measureSchema = z.enum(MEASURES);
const dimensionSchema = z.union([
  z.enum(DIMENSIONS),
  z.string().regex(/^attribute:.{1,200}$/, "must be a dimension or attribute:<key>"),
]);
const measuresSchema = z
  .union([measureSchema, z.array(measureSchema).min(1).max(12)])
  .default("span_count")
  .describe("One or several, as repeated parameters.");
const compareSchema = z
  .enum(["previous"])
  .optional()
  .describe("Also the same measures over the time of equal length just before the range.");

/** How an answer was made, and whether it is all of the truth. */
const provenance = {
  source: z
    .enum(["rollups", "spans", "both"])
    .describe("Whether the answer was read from settled hours, from the spans themselves, or from both."),
  truncated: z.boolean().describe("True when part of the range was left out to stay within bounds."),
  sampled: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe("Share of the spans that was looked at when counts are scaled up from a sample; null: all."),
};
const PROVENANCE = { source: "rollups" as const, truncated: false, sampled: null };

/** Values by measure; null where nothing was measured, e.g. a percentile of no spans or a cost without prices. */
const valuesSchema = z.partialRecord(measureSchema, z.number().nullable());
export type MeasureValues = z.infer<typeof valuesSchema>;

/** `GET /analytics/series`. */
export const seriesQuerySchema = spanFilterSchema.extend({
  measure: measuresSchema,
  step: z.enum(STEPS).default("auto"),
  timezone: z
    .string()
    .max(64)
    .default("UTC")
    .describe("IANA name; days, weeks (from Monday) and months begin at its midnight."),
  group_by: dimensionSchema.optional(),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(50)
    .default(8)
    .describe("Groups shown, largest by the first measure; what remains is summed up as `other`."),
  compare: compareSchema,
});
export type SeriesQuery = z.infer<typeof seriesQuerySchema>;

const oneSeriesSchema = z.object({
  group: z.string().nullable().describe("Value of `group_by`; null without it and for `other`."),
  other: z.boolean().describe("True for the sum of all groups beyond `limit`."),
  values: z
    .partialRecord(measureSchema, z.array(z.number().nullable()))
    .describe("One number per bucket of `times`."),
  total: valuesSchema.describe("The measures over the whole range."),
});
export type AnalyticsSeries = z.infer<typeof oneSeriesSchema>;

const seriesRangeSchema = z.object({
  from: z.string(),
  to: z.string(),
  times: z.array(z.string()).describe("RFC 3339 starts of the buckets; the first and last may be partial."),
  series: z.array(oneSeriesSchema),
});

export const seriesSchema = seriesRangeSchema
  .extend({
    step: z.enum(STEPS).describe("The width that was used."),
    timezone: z.string(),
    previous: seriesRangeSchema
      .nullable()
      .describe("With `compare=previous`: as many buckets, for the same groups."),
    ...provenance,
  })
  .meta({
    examples: [
      {
        from: "2026-11-21T08:00:00.000Z",
        to: "2026-11-21T10:00:00.000Z",
        step: "1h",
        timezone: "Europe/Berlin",
        times: ["2026-11-21T08:00:00.000Z", "2026-11-21T09:00:00.000Z"],
        series: [
          {
            group: "support-triage",
            other: false,
            values: { span_count: [120, 98], cost_usd: [0.42, 0.31] },
            total: { span_count: 218, cost_usd: 0.73 },
          },
        ],
        previous: null,
        ...PROVENANCE,
      },
    ],
  });
export type SeriesAnswer = z.infer<typeof seriesSchema>;

/** `GET /analytics/breakdown`. */
export const breakdownQuerySchema = spanFilterSchema.extend({
  measure: measuresSchema,
  group_by: z
    .union([dimensionSchema, z.array(dimensionSchema).min(1).max(3)])
    .describe("One dimension or up to three."),
  sort: measureSchema.optional().describe("The measure to order by; the first one unless told."),
  order: z.enum(["desc", "asc"]).default("desc"),
  limit: z.coerce.number().int().min(1).max(500).default(20),
  compare: compareSchema,
});
export type BreakdownQuery = z.infer<typeof breakdownQuerySchema>;

export const breakdownSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    data: z.array(
      z.object({
        group: z.array(z.string()).describe("One value per dimension of `group_by`; empty text: not set."),
        values: valuesSchema,
        previous: valuesSchema.nullable(),
      }),
    ),
    other: valuesSchema
      .nullable()
      .describe("What the groups beyond `limit` add up to; null if there are none."),
    total: valuesSchema.describe("All spans of the filter."),
    previous_total: valuesSchema.nullable(),
    ...provenance,
  })
  .meta({
    examples: [
      {
        from: "2026-11-20T09:00:00.000Z",
        to: "2026-11-21T09:00:00.000Z",
        data: [
          {
            group: ["support-triage"],
            values: { cost_usd: 12.5, duration_p95_ms: 4100 },
            previous: { cost_usd: 9.1, duration_p95_ms: 3900 },
          },
        ],
        other: null,
        total: { cost_usd: 12.5, duration_p95_ms: 4100 },
        previous_total: { cost_usd: 9.1, duration_p95_ms: 3900 },
        ...PROVENANCE,
      },
    ],
  });
export type BreakdownAnswer = z.infer<typeof breakdownSchema>;

/** Dimensions `GET /analytics/facets` shows unless told. */
export const FACET_DIMENSIONS = [
  "agent",
  "agent_version",
  "model",
  "provider",
  "operation",
  "tool",
  "environment",
  "service",
  "status",
  "error_type",
  "tag",
] as const satisfies readonly Dimension[];

/** `GET /analytics/facets`. */
export const facetsQuerySchema = spanFilterSchema.extend({
  dimension: z
    .union([dimensionSchema, z.array(dimensionSchema).max(20)])
    .optional()
    .describe("Which facets; all that are columns unless told."),
  search: z.string().max(100).optional().describe("Only values that contain this text."),
  limit: z.coerce.number().int().min(1).max(500).default(50).describe("Values per facet."),
});
export type FacetsQuery = z.infer<typeof facetsQuerySchema>;

/** Counts are spans. A dimension's own filter does not narrow its own facet, so that others may be added to it. */
export const facetsSchema = z
  .object({
    facets: z.array(
      z.object({
        dimension: z.string(),
        values: z.array(z.object({ value: z.string(), count: z.number().int() })),
        more: z.boolean().describe("True when there are more values than were asked for."),
      }),
    ),
    total: z.number().int().describe("Spans of the filter."),
    errors: z.number().int(),
    ...provenance,
  })
  .meta({
    examples: [
      {
        facets: [
          { dimension: "agent", values: [{ value: "support-triage", count: 812 }], more: false },
          { dimension: "status", values: [{ value: "unset", count: 803 }], more: false },
        ],
        total: 812,
        errors: 9,
        ...PROVENANCE,
      },
    ],
  });
export type FacetsAnswer = z.infer<typeof facetsSchema>;

/** `GET /analytics/attributes`: the attribute keys in use, for filter menus. */
export const attributesQuerySchema = spanFilterSchema.extend({
  search: z.string().max(100).optional().describe("Only keys that contain this text."),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const ATTRIBUTE_TYPES = ["string", "number", "bool", "json", "resource"] as const;
export const attributesSchema = z
  .object({
    data: z.array(z.object({ key: z.string(), type: z.enum(ATTRIBUTE_TYPES), count: z.number().int() })),
    ...provenance,
  })
  .meta({
    examples: [
      {
        data: [{ key: "gen_ai.request.temperature", type: "number" as const, count: 640 }],
        ...PROVENANCE,
        source: "spans" as const,
      },
    ],
  });
export type AttributesAnswer = z.infer<typeof attributesSchema>;

/** `GET /analytics/difference`: what is different about a selection among the spans of the filter. */
export const differenceQuerySchema = spanFilterSchema.extend({
  select: z
    .union([z.string().min(1).max(500), z.array(z.string().min(1).max(500)).max(10)])
    .optional()
    .describe("Conditions in the words of `where`, e.g. `status=error` or `duration_ms>=5000`."),
  select_from: z.string().max(40).optional().describe("Only spans from this time on are selected."),
  select_to: z.string().max(40).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(30),
});
export type DifferenceQuery = z.infer<typeof differenceQuerySchema>;

export const differenceSchema = z
  .object({
    selected: z.number().int().describe("Spans looked at that are in the selection."),
    rest: z.number().int().describe("Spans looked at that are not."),
    data: z
      .array(
        z.object({
          name: z.string().describe("A dimension, or `attribute:<key>`; usable in `where`."),
          value: z.string(),
          selected_count: z.number().int(),
          selected_share: z.number().describe("Of the selection, 0 to 1."),
          rest_count: z.number().int(),
          rest_share: z.number(),
          score: z
            .number()
            .describe("Difference of the shares, less what chance alone explains; the list's order."),
        }),
      )
      .describe("Most telling first; also values that are rarer in the selection."),
    ...provenance,
  })
  .meta({
    examples: [
      {
        selected: 40,
        rest: 960,
        data: [
          {
            name: "tool",
            value: "web_search",
            selected_count: 36,
            selected_share: 0.9,
            rest_count: 96,
            rest_share: 0.1,
            score: 0.7,
          },
        ],
        ...PROVENANCE,
        source: "spans" as const,
      },
    ],
  });
export type DifferenceAnswer = z.infer<typeof differenceSchema>;
