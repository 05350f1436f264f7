import { z } from "zod";
import { pageOf, timeInputSchema } from "#platform/http/http-contract.ts";

/** Which spans are priced again: those that started in a range, of some models. */
export const repricingInputSchema = z
  .object({
    from: timeInputSchema,
    to: timeInputSchema,
    provider: z.string().trim().max(100).default("").describe("As stored with the spans; empty: any."),
    model: z.string().trim().min(1).max(200).default("*").describe("`*` stands for any text."),
  })
  .meta({
    examples: [
      { from: "2026-11-01T00:00:00.000Z", to: "2026-11-21T00:00:00.000Z", provider: "", model: "gpt-4o*" },
    ],
  });
export type RepricingInput = z.infer<typeof repricingInputSchema>;

const changeSchema = z.object({
  spans_changed: z.number().int(),
  usd_before: z.number(),
  usd_after: z.number(),
});
/** `POST /repricing/preview`: what a run would change, by model. Spans whose price stays are not counted. */
export const repricingPreviewSchema = changeSchema
  .extend({
    data: z.array(
      changeSchema.extend({
        provider: z.string(),
        model: z.string(),
        version: z.string().describe("Where the price would be from; empty: none is known."),
      }),
    ),
  })
  .meta({
    examples: [
      {
        spans_changed: 1200,
        usd_before: 14.2,
        usd_after: 11.4,
        data: [
          {
            provider: "openai",
            model: "gpt-4o",
            version: "override:019a9c60-1b7e-7d0a-b6a4-90f1c2d3e4f5",
            spans_changed: 1200,
            usd_before: 14.2,
            usd_after: 11.4,
          },
        ],
      },
    ],
  });
export type RepricingPreview = z.infer<typeof repricingPreviewSchema>;

export const REPRICING_STATES = ["queued", "running", "completed", "failed", "cancelled"] as const;
const RUN_EXAMPLE = {
  id: "019a9c60-1b7e-7d0a-b6a4-90f1c2d3e4f6",
  from: "2026-11-01T00:00:00.000Z",
  to: "2026-11-21T00:00:00.000Z",
  provider: "",
  model: "gpt-4o*",
  state: "running",
  months_total: 1,
  months_done: 0,
  spans_changed: 0,
  usd_before: 0,
  usd_after: 0,
  error: null,
  created_at: "2026-11-21T09:00:00.000Z",
  started_at: "2026-11-21T09:00:01.000Z",
  finished_at: null,
};
export const repricingRunSchema = changeSchema
  .extend({
    id: z.string(),
    from: z.string(),
    to: z.string(),
    provider: z.string(),
    model: z.string(),
    state: z.enum(REPRICING_STATES),
    months_total: z.number().int(),
    months_done: z.number().int().describe("Work is done a month of telemetry at a time."),
    error: z.string().nullable(),
    created_at: z.string(),
    started_at: z.string().nullable(),
    finished_at: z.string().nullable(),
  })
  .meta({
    examples: [RUN_EXAMPLE],
  });
export type RepricingRun = z.infer<typeof repricingRunSchema>;
export const repricingListSchema = pageOf(repricingRunSchema).meta({
  examples: [{ data: [RUN_EXAMPLE], next_cursor: null }],
});
