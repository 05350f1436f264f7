import { z } from "zod";

/** What an attribute can be mapped to. */
export const MAPPING_TARGETS = [
  "operation",
  "agent_name",
  "agent_id",
  "agent_version",
  "model",
  "provider",
  "tool_name",
  "session_id",
  "user_id",
  "environment",
  "finish_reason",
  "input_tokens",
  "output_tokens",
  "cache_read_tokens",
  "cache_write_tokens",
  "reasoning_tokens",
  "cost_usd",
  "tags",
  "input",
  "output",
] as const;
export type MappingTarget = (typeof MAPPING_TARGETS)[number];

/** One attribute that stands for something Flightdeck knows. */
export const mappingRuleSchema = z.object({
  attribute: z.string().trim().min(1).max(300).describe("Attribute of a span, or of its resource."),
  target: z.enum(MAPPING_TARGETS),
  mode: z
    .enum(["fill", "override"])
    .default("fill")
    .describe("`fill` gives way to what the span says in a known dialect; `override` does not."),
});
export type MappingRule = z.infer<typeof mappingRuleSchema>;
