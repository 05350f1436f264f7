import type { Dialect, SpanMessages, StoredSpan } from "./dialect.ts";
import { unquotedValue } from "./json-values.ts";
import { readMessagesJson } from "./messages-json.ts";

/**
 * Nodes of a strategy graph of JetBrains Koog: spans `node.{name}` (later `node {id}`) around the model and
 * tool calls, which follow the GenAI conventions and are read as such.
 * Source: Koog documentation, OpenTelemetry support, custom attributes.
 */
export const koog: Dialect = {
  name: "koog",
  recognises: (span) => span.attributes.has("koog.node.name") || span.attributes.has("koog.node.id"),
  readFacts: (_span, facts) => {
    facts.operation = "chain";
  },
  contentKeys: ["koog.node.input", "koog.node.output"],
  readMessages: readKoogMessages,
};

function readKoogMessages(span: StoredSpan): SpanMessages {
  return {
    input: readMessagesJson(unquotedValue(span.attributes["koog.node.input"]), "user"),
    output: readMessagesJson(unquotedValue(span.attributes["koog.node.output"]), "assistant"),
  };
}
