import type { Message } from "../../telemetry-contract.ts";
import type { SpanMessages, StoredSpan } from "./dialect.ts";
import { unquotedValue } from "./json-values.ts";
import { readMessagesJson } from "./messages-json.ts";
import { toolMessages } from "./tool-messages.ts";

/**
 * Reads the chat of a span of MLflow Tracing: inputs are the arguments of the traced function (for a model's
 * span the provider's request), outputs what it returned (the provider's answer).
 */
export function readMlflowMessages(span: StoredSpan): SpanMessages {
  const inputs = unquotedValue(span.attributes["mlflow.spanInputs"]);
  const outputs = unquotedValue(span.attributes["mlflow.spanOutputs"]);
  if (unquotedValue(span.attributes["mlflow.spanType"]) === "TOOL") {
    return toolMessages(span.name, undefined, inputs, outputs);
  }
  const found = unquotedValue(span.attributes["mlflow.spanType"]) === "RETRIEVER";
  return {
    input: readMessagesJson(inputs, "user"),
    output: found ? documents(outputs) : readMessagesJson(outputs, "assistant"),
  };
}

/** Documents found, as one message of role `tool` with a `data` part. */
function documents(outputs: unknown): Message[] {
  if (outputs === undefined || outputs === null) return [];
  return [{ role: "tool", content: [{ type: "data", data: outputs }] }];
}
