import type { Dialect } from "./dialect.ts";
import { readMlflowFacts } from "./mlflow-facts.ts";
import { readMlflowMessages } from "./mlflow-messages.ts";

/**
 * MLflow Tracing exported by OTLP in its own schema (the default; with the schema `genai` its spans follow
 * the GenAI conventions). Every value is encoded as JSON, so a text comes in quotation marks.
 * Source: mlflow.tracing.constant, SpanAttributeKey.
 */
export const mlflow: Dialect = {
  name: "mlflow",
  recognises: (span) => span.attributes.has("mlflow.spanType"),
  readFacts: readMlflowFacts,
  contentKeys: ["mlflow.spanInputs", "mlflow.spanOutputs", "mlflow.chat.tools", "mlflow.chat.messages"],
  readMessages: readMlflowMessages,
};
