import { environmentVariables, type Snippet } from "./snippet.ts";

/** Claude Code has OpenTelemetry built in; it exports metrics and log events. */
export const claudeCode: Snippet = {
  id: "claude-code",
  label: "Claude Code",
  intro: "Its own telemetry: sessions, tokens and cost as metrics, prompts and tool calls as log events.",
  steps: (values) => [
    {
      title: "Environment",
      code: [
        "export CLAUDE_CODE_ENABLE_TELEMETRY=1",
        "export OTEL_METRICS_EXPORTER=otlp",
        "export OTEL_LOGS_EXPORTER=otlp",
        environmentVariables(values, "claude-code"),
      ].join("\n"),
    },
  ],
};
