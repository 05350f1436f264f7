import { z } from "zod";
import { pageOf, pageQuerySchema, timeInputSchema } from "#platform/http/http-contract.ts";

/** USD per million tokens. */
const rateSchema = z.number().min(0).max(1_000_000);

/** Rates by token bucket, USD per million; a bucket without a rate costs what it is part of does. */
export const ratesSchema = z.object({
  input: rateSchema.describe("Input that no cache served."),
  output: rateSchema,
  cache_read: rateSchema.optional(),
  cache_write: rateSchema.optional().describe("Kept for minutes."),
  cache_write_long: rateSchema.optional().describe("Kept for an hour."),
  reasoning: rateSchema.optional(),
  input_audio: rateSchema.optional(),
  output_audio: rateSchema.optional(),
  request: rateSchema.optional().describe("USD for each request, whatever it counts."),
});
export type Rates = z.infer<typeof ratesSchema>;

const tierSchema = z.object({
  above_input_tokens: z.number().int().min(0).max(100_000_000),
  rates: ratesSchema.describe("For all tokens of a request with more input tokens than that."),
});

const overrideFields = z.object({
  provider: z.string().trim().max(100).describe("OpenTelemetry's name of the provider; empty: any."),
  model: z.string().trim().min(1).max(200).describe("The model's name; `*` stands for any text."),
  service_tier: z
    .string()
    .trim()
    .toLowerCase()
    .max(50)
    .describe("batch, flex, priority …; empty: all tiers."),
  rates: ratesSchema,
  tiers: z.array(tierSchema).max(10),
  tier_factors: z
    .record(z.string().max(50), z.number().min(0).max(100))
    .describe("Factor per service tier on all rates, e.g. batch: 0.5."),
  valid_from: timeInputSchema.nullable().describe("Spans that start from then on; null: always."),
  valid_to: timeInputSchema.nullable().describe("Spans that start before then; null: for ever."),
  note: z.string().trim().max(500),
});

const OVERRIDE_INPUT = {
  provider: "openai",
  model: "gpt-4o*",
  service_tier: "",
  rates: { input: 2, output: 8, cache_read: 0.5 },
  tiers: [],
  tier_factors: { batch: 0.5 },
  valid_from: "2026-11-01T00:00:00.000Z",
  valid_to: null,
  note: "enterprise agreement",
};

export const priceOverrideInputSchema = overrideFields
  .extend({
    provider: overrideFields.shape.provider.default(""),
    service_tier: overrideFields.shape.service_tier.default(""),
    tiers: overrideFields.shape.tiers.default([]),
    tier_factors: overrideFields.shape.tier_factors.default({}),
    valid_from: overrideFields.shape.valid_from.default(null),
    valid_to: overrideFields.shape.valid_to.default(null),
    note: overrideFields.shape.note.default(""),
  })
  .meta({ examples: [OVERRIDE_INPUT] });
export type PriceOverrideInput = z.infer<typeof priceOverrideInputSchema>;

export const priceOverridePatchSchema = overrideFields
  .partial()
  .meta({ examples: [{ rates: { input: 1.8, output: 7.5 }, note: "renegotiated" }] });
export type PriceOverridePatch = z.infer<typeof priceOverridePatchSchema>;

const OVERRIDE_EXAMPLE = {
  id: "019a9c60-1b7e-7d0a-b6a4-90f1c2d3e4f5",
  ...OVERRIDE_INPUT,
  version: "override:019a9c60-1b7e-7d0a-b6a4-90f1c2d3e4f5",
  created_at: "2026-11-21T09:00:00.000Z",
  updated_at: "2026-11-21T09:00:00.000Z",
};
export const priceOverrideSchema = overrideFields
  .extend({
    id: z.string(),
    valid_from: z.string().nullable(),
    valid_to: z.string().nullable(),
    version: z.string().describe("Kept with each span priced by it."),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({
    examples: [OVERRIDE_EXAMPLE],
  });
export type PriceOverrideAnswer = z.infer<typeof priceOverrideSchema>;
export const priceOverrideListSchema = pageOf(priceOverrideSchema).meta({
  examples: [{ data: [OVERRIDE_EXAMPLE], next_cursor: null }],
});

/** `GET /prices`: what is charged now, or at another time. */
export const priceListQuerySchema = pageQuerySchema.extend({
  search: z.string().trim().max(100).optional().describe("Text in the model's or provider's name."),
  provider: z.string().trim().max(100).optional(),
  at: timeInputSchema.optional().describe("The moment whose prices are wanted; now unless told."),
});
const PRICE_EXAMPLE = {
  provider: "openai",
  provider_name: "OpenAI",
  model: "gpt-4o",
  source: "catalogue" as const,
  version: "genai-prices@0.1.8",
  override_id: null,
  rates: { input: 2.5, output: 10, cache_read: 1.25 },
  tiers: [],
  context_window: 128000,
};
export const priceSchema = z.object({
  provider: z.string(),
  provider_name: z.string(),
  model: z.string(),
  source: z.enum(["catalogue", "override"]),
  version: z.string(),
  override_id: z.string().nullable(),
  rates: ratesSchema,
  tiers: z.array(tierSchema),
  context_window: z.number().int().nullable(),
});
export type Price = z.infer<typeof priceSchema>;
export const priceListSchema = pageOf(priceSchema).meta({
  examples: [{ data: [PRICE_EXAMPLE], next_cursor: null }],
});

const count = z.number().int().min(0).max(1e12).default(0);
/** `POST /prices/quote`: what a call costs, from token buckets or from a provider's own answer. */
export const quoteInputSchema = z
  .object({
    provider: z.string().trim().min(1).max(100),
    model: z.string().trim().max(200).default("").describe("May be left out when the answer names it."),
    service_tier: z.string().trim().max(50).default(""),
    at: timeInputSchema.optional(),
    usage: z
      .object({
        input_uncached: count,
        cache_read: count,
        cache_write: count,
        cache_write_long: count,
        input_audio: count,
        output: count,
        reasoning: count,
        output_audio: count,
      })
      .optional()
      .describe("Exclusive token buckets: no token in two of them."),
    response: z
      .record(z.string(), z.unknown())
      .optional()
      .describe("The provider's answer as it came, with its usage."),
    api: z.string().max(50).default("default").describe("Which of the provider's APIs answered."),
  })
  .refine((body) => (body.usage === undefined) !== (body.response === undefined), {
    message: "Give either usage or response.",
    path: ["usage"],
  })
  .meta({ examples: [{ provider: "openai", model: "gpt-4o", usage: { input_uncached: 1200, output: 80 } }] });
export const quoteSchema = z
  .object({
    model: z.string(),
    usd: z.number().nullable().describe("null: no price is known."),
    input_usd: z.number().nullable(),
    output_usd: z.number().nullable(),
    version: z.string(),
    counts: z.record(z.string(), z.number()).describe("What was counted, each thing once."),
  })
  .meta({
    examples: [
      {
        model: "gpt-4o",
        usd: 0.0038,
        input_usd: 0.003,
        output_usd: 0.0008,
        version: "genai-prices@0.1.8",
        counts: { input_tokens: 1200, output_tokens: 80 },
      },
    ],
  });

/** `GET /prices/unknown`: models that cost nothing because nobody told their price. */
export const unknownPricesQuerySchema = z.object({
  from: z.string().optional(),
  to: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export const unknownPricesSchema = z
  .object({
    data: z.array(
      z.object({
        provider: z.string(),
        model: z.string(),
        spans: z.number().int(),
        tokens: z.number(),
        last_seen_at: z.string(),
      }),
    ),
  })
  .meta({
    examples: [
      {
        data: [
          {
            provider: "ollama",
            model: "llama3.2",
            spans: 120,
            tokens: 81000,
            last_seen_at: "2026-11-21T09:00:00.000Z",
          },
        ],
      },
    ],
  });
export type UnknownPrices = z.infer<typeof unknownPricesSchema>;

/** How a project prices its spans and what it takes for a loop. */
export const costSettingsSchema = z
  .object({
    prefer_reported: z
      .boolean()
      .describe("Take a cost that a span reports before the one computed from its tokens."),
    loop_mode: z
      .enum(["off", "notify", "hard"])
      .describe("What happens to an agent in a loop: nothing, it is flagged, or it is told to stop too."),
    loop_same_call: z
      .number()
      .int()
      .min(2)
      .max(10_000)
      .nullable()
      .describe("The same tool with the same arguments so often in one trace; null: not checked."),
    loop_depth: z.number().int().min(2).max(10_000).nullable().describe("Spans inside one another."),
    loop_calls_per_minute: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .nullable()
      .describe("Model and tool calls of one agent."),
    loop_usd_per_minute: z.number().positive().max(1_000_000).nullable().describe("Spend of one agent."),
  })
  .meta({
    examples: [
      {
        prefer_reported: false,
        loop_mode: "notify",
        loop_same_call: 20,
        loop_depth: 50,
        loop_calls_per_minute: 600,
        loop_usd_per_minute: null,
      },
    ],
  });
export type CostSettings = z.infer<typeof costSettingsSchema>;
export const costSettingsPatchSchema = costSettingsSchema
  .partial()
  .meta({ examples: [{ loop_mode: "hard", loop_same_call: 10 }] });
export type CostSettingsPatch = z.infer<typeof costSettingsPatchSchema>;
