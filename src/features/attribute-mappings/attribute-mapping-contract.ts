import { z } from "zod";
import { messageSchema } from "#features/telemetry/telemetry-contract.ts";
import { mappingRuleSchema } from "#features/telemetry/telemetry-mapping-contract.ts";
import { pageOf } from "#platform/http/http-contract.ts";

/** A rule of a project, applied to every span that arrives from now on. */
export const attributeMappingSchema = mappingRuleSchema.extend({ id: z.string(), created_at: z.string() });
export type AttributeMapping = z.infer<typeof attributeMappingSchema>;

const EXAMPLE: AttributeMapping = {
  id: "019a9c60-1b7e-7d0a-b6a4-90f1c2d3e4f5",
  attribute: "acme.conversation",
  target: "session_id",
  mode: "fill",
  created_at: "2026-11-21T09:00:00.000Z",
};

export const attributeMappingInputSchema = mappingRuleSchema.meta({
  examples: [{ attribute: "acme.conversation", target: "session_id", mode: "fill" }],
});
export const createdAttributeMappingSchema = attributeMappingSchema.meta({ examples: [EXAMPLE] });
export const attributeMappingListSchema = pageOf(attributeMappingSchema).meta({
  examples: [{ data: [EXAMPLE], next_cursor: null }],
});

/** A span pasted from anywhere, with rules to try on it. */
export const mappingPreviewInputSchema = z
  .object({
    span: z
      .string()
      .min(1)
      .max(500_000)
      .describe("JSON: an OTLP export, one OTLP span, a span of this API, or an object of attributes."),
    rules: z
      .array(mappingRuleSchema)
      .max(100)
      .optional()
      .describe("Rules to try; the project's own unless told."),
  })
  .meta({
    examples: [
      {
        span: '{"name": "step", "attributes": {"acme.conversation": "c-1", "acme.llm": "gpt-4.1"}}',
        rules: [{ attribute: "acme.conversation", target: "session_id", mode: "fill" }],
      },
    ],
  });

/** What was read from a span, by the names rules map to. */
export const readSpanSchema = z.object({
  operation: z.string(),
  agent_name: z.string(),
  agent_id: z.string(),
  agent_version: z.string(),
  model: z.string(),
  provider: z.string(),
  tool_name: z.string(),
  session_id: z.string(),
  user_id: z.string(),
  environment: z.string(),
  finish_reason: z.string(),
  tags: z.array(z.string()),
  cost_usd: z.number().nullable(),
  usage: z.object({
    input_uncached: z.number(),
    cache_read: z.number(),
    cache_write: z.number(),
    output: z.number(),
    reasoning: z.number(),
  }),
  input_messages: z.array(messageSchema),
  output_messages: z.array(messageSchema),
});
export type ReadSpan = z.infer<typeof readSpanSchema>;

/** How a pasted span reads without the rules and with them. */
export const mappingPreviewSchema = z
  .object({
    spans: z.array(
      z.object({
        name: z.string(),
        dialect: z.string().describe("The dialect that recognised the span; empty when none did."),
        attributes: z.array(
          z.object({ key: z.string(), value: z.string().describe("At most 300 characters.") }),
        ),
        before: readSpanSchema,
        after: readSpanSchema,
      }),
    ),
    more: z.boolean().describe("True when further spans were pasted than are shown."),
  })
  .meta({ examples: [{ spans: [], more: false }] });
export type MappingPreview = z.infer<typeof mappingPreviewSchema>;
