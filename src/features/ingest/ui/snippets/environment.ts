import { environmentVariables, type Snippet } from "./snippet.ts";

/** For programs that already export with OpenTelemetry. */
export const environment: Snippet = {
  id: "env",
  label: "Environment",
  intro: "Your program already uses an OpenTelemetry SDK? Then these variables are all it needs.",
  steps: (values) => [{ title: "Environment", code: environmentVariables(values, "my-agent") }],
};
