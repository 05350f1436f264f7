import type { Dialect } from "./dialect.ts";
import { isOpenInference, readOpenInferenceFacts } from "./openinference-facts.ts";
import { readOpenInferenceMessages } from "./openinference-messages.ts";

/** Arize's OpenInference conventions: a span kind, and lists flattened into numbered attribute keys. */
export const openInference: Dialect = {
  name: "openinference",
  recognises: (span) => isOpenInference(span.attributes),
  readFacts: readOpenInferenceFacts,
  contentKeys: [
    "input.value",
    "output.value",
    "llm.input_messages",
    "llm.input_messages.",
    "llm.output_messages",
    "llm.output_messages.",
    "llm.prompts",
    "llm.prompts.",
    "llm.choices",
    "llm.choices.",
    "llm.tools",
    "llm.tools.",
    "llm.function_call",
    "llm.invocation_parameters",
    "llm.prompt_template.template",
    "llm.prompt_template.variables",
    "tool.parameters",
    "tool.json_schema",
    "embedding.text",
    "embedding.vector",
    "embedding.embeddings.",
    "retrieval.documents",
    "retrieval.documents.",
    "reranker.query",
    "reranker.input_documents.",
    "reranker.output_documents.",
  ],
  readMessages: readOpenInferenceMessages,
};
