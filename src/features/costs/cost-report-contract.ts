import { z } from "zod";

export const COST_SUBJECTS = ["agent", "user", "session", "tag"] as const;
export type CostSubject = (typeof COST_SUBJECTS)[number];

const rangeFields = {
  from: z.string().optional(),
  to: z.string().optional(),
  environment: z.string().max(200).optional(),
};

/** `GET /costs/attribution`: who caused the cost. */
export const attributionQuerySchema = z.object({
  ...rangeFields,
  by: z.enum(COST_SUBJECTS),
  limit: z.coerce.number().int().min(1).max(100).default(10),
});
export const attributionSchema = z
  .object({
    data: z.array(
      z.object({
        name: z.string().describe("Empty: nobody is named."),
        usd: z.number(),
        tokens: z.number(),
        traces: z.number().int(),
      }),
    ),
  })
  .meta({ examples: [{ data: [{ name: "support-triage", usd: 12.5, tokens: 4_100_000, traces: 812 }] }] });
export type Attribution = z.infer<typeof attributionSchema>;

/** `GET /costs/attribution/series`: the same over time. */
export const attributionSeriesQuerySchema = z.object({
  ...rangeFields,
  by: z.enum(COST_SUBJECTS),
  limit: z.coerce.number().int().min(1).max(20).default(7).describe("Groups shown; the rest is `other`."),
});
export const attributionSeriesSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    times: z.array(z.string()).describe("Starts of the buckets, in UTC."),
    series: z.array(
      z.object({
        name: z.string().describe("Empty: nobody is named, or `other`."),
        other: z.boolean(),
        usd: z.array(z.number()).describe("One number per bucket."),
      }),
    ),
  })
  .meta({
    examples: [
      {
        from: "2026-11-21T08:00:00.000Z",
        to: "2026-11-21T10:00:00.000Z",
        times: ["2026-11-21T08:00:00.000Z", "2026-11-21T09:00:00.000Z"],
        series: [{ name: "support-triage", other: false, usd: [0.42, 0.31] }],
      },
    ],
  });
export type AttributionSeries = z.infer<typeof attributionSeriesSchema>;

/** `GET /costs/cache-savings`: what caches saved against sending everything anew. */
export const cacheSavingsQuerySchema = z.object(rangeFields);
const savingSchema = z.object({
  usd_saved: z.number().describe("Reads cost less than input, writes more; negative: caching cost money."),
  tokens_read: z.number(),
  tokens_written: z.number(),
});
export const cacheSavingsSchema = savingSchema
  .extend({
    input_tokens: z.number().describe("All input, cached or not."),
    data: z.array(savingSchema.extend({ provider: z.string(), model: z.string() })),
  })
  .meta({
    examples: [
      {
        usd_saved: 8.1,
        tokens_read: 4_000_000,
        tokens_written: 300_000,
        input_tokens: 6_000_000,
        data: [
          {
            provider: "anthropic",
            model: "claude-sonnet-4-5",
            usd_saved: 8.1,
            tokens_read: 4_000_000,
            tokens_written: 300_000,
          },
        ],
      },
    ],
  });
export type CacheSavings = z.infer<typeof cacheSavingsSchema>;
