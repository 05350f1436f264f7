import type { Dialect } from "./dialect.ts";
import { isOtelGenAi, readOtelGenAiFacts } from "./otel-genai-facts.ts";
import { readOtelGenAiMessages } from "./otel-genai-messages.ts";

/**
 * OpenTelemetry's GenAI conventions in all four generations: flattened prompts (before 1.28), one event per
 * message (1.28 to 1.36), message attributes (1.37 to 1.41) and the renames of the separate GenAI
 * repository after that.
 */
export const otelGenAi: Dialect = {
  name: "otel_genai",
  recognises: (span) => isOtelGenAi(span.attributes),
  readFacts: readOtelGenAiFacts,
  contentKeys: [
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.system_instructions",
    "gen_ai.prompt",
    "gen_ai.prompt.",
    "gen_ai.completion",
    "gen_ai.completion.",
    "gen_ai.tool.definitions",
    "gen_ai.tool.call.arguments",
    "gen_ai.tool.call.result",
    "gen_ai.retrieval.documents",
    "gen_ai.retrieval.query.text",
    "gen_ai.memory.query.text",
    "gen_ai.memory.records",
    "pydantic_ai.all_messages",
    "all_messages_events",
    "events",
    "final_result",
    "tool_arguments",
    "tool_response",
    "model_request_parameters",
    "input.value",
    "output.value",
  ],
  readMessages: readOtelGenAiMessages,
};
