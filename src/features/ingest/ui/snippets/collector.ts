import type { Snippet } from "./snippet.ts";

/** Forwarding from an OpenTelemetry Collector. */
export const collector: Snippet = {
  id: "collector",
  label: "OTel Collector",
  intro: "Add the exporter to a Collector you already run, and name it in your pipelines.",
  steps: ({ endpoint, key }) => [
    {
      title: "config.yaml",
      code: `exporters:
  otlphttp/flightdeck:
    endpoint: ${endpoint}
    compression: gzip
    headers:
      x-api-key: ${key}
    retry_on_failure:
      enabled: true

service:
  pipelines:
    traces: # and the same for metrics and logs
      receivers: [otlp] # yours
      processors: [batch] # yours
      exporters: [otlphttp/flightdeck]`,
    },
  ],
};
