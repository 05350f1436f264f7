import type { Snippet } from "./snippet.ts";

/** Forwarding from an OpenTelemetry Collector. */
export const collector: Snippet = {
  id: "collector",
  label: "OTel Collector",
  intro: "Add the exporter to a Collector you already run, and name it in your traces pipeline.",
  steps: ({ endpoint, key }) => [
    {
      title: "config.yaml",
      code: `receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 0.0.0.0:4317
      http:

processors:
  batch:

exporters:
  otlphttp/flightdeck:
    endpoint: ${endpoint}
    compression: gzip
    headers:
      x-api-key: ${key}
    retry_on_failure:
      enabled: true

service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [batch]
      exporters: [otlphttp/flightdeck]`,
    },
  ],
};
