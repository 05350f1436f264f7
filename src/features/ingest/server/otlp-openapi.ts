import { z } from "zod";
import { problemSchema } from "#platform/http/http-contract.ts";
import { OTLP_ITEMS, type OtlpSignalName } from "./otlp/otlp-response.ts";

const RESOURCE = { attributes: [{ key: "service.name", value: { stringValue: "support-agent" } }] };
const SCOPE = { name: "my.instrumentation", version: "1.0.0" };
const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN_ID = "00f067aa0ba902b7";

const SPAN_EXAMPLE = {
  traceId: TRACE_ID,
  spanId: SPAN_ID,
  name: "chat gpt-4o-mini",
  kind: 3,
  startTimeUnixNano: "1795251600000000000",
  endTimeUnixNano: "1795251601250000000",
  attributes: [
    { key: "gen_ai.operation.name", value: { stringValue: "chat" } },
    { key: "gen_ai.request.model", value: { stringValue: "gpt-4o-mini" } },
    { key: "gen_ai.usage.input_tokens", value: { intValue: "420" } },
    { key: "gen_ai.usage.output_tokens", value: { intValue: "61" } },
  ],
};

const METRIC_EXAMPLE = {
  name: "agent.queue.length",
  unit: "{request}",
  description: "Requests waiting for an agent",
  gauge: {
    dataPoints: [
      {
        timeUnixNano: "1795251600000000000",
        asInt: "3",
        attributes: [{ key: "queue", value: { stringValue: "support" } }],
      },
    ],
  },
};

const LOG_EXAMPLE = {
  timeUnixNano: "1795251600500000000",
  severityNumber: 13,
  severityText: "WARN",
  body: { stringValue: "The search tool answered after 4 retries" },
  traceId: TRACE_ID,
  spanId: SPAN_ID,
  attributes: [{ key: "retry.count", value: { intValue: "4" } }],
};

/** What of the OpenAPI document differs from signal to signal. */
const SIGNALS: Record<
  OtlpSignalName,
  { message: string; proto: string; example: object; rejection: string }
> = {
  traces: {
    message: "ExportTraceServiceRequest",
    proto: "trace/v1/trace_service.proto",
    example: {
      resourceSpans: [{ resource: RESOURCE, scopeSpans: [{ scope: SCOPE, spans: [SPAN_EXAMPLE] }] }],
    },
    rejection: "Rejected 1 of 20 spans: 1 × span id is not 8 bytes.",
  },
  metrics: {
    message: "ExportMetricsServiceRequest",
    proto: "metrics/v1/metrics_service.proto",
    example: {
      resourceMetrics: [{ resource: RESOURCE, scopeMetrics: [{ scope: SCOPE, metrics: [METRIC_EXAMPLE] }] }],
    },
    rejection: "Rejected 1 of 20 data points: 1 × the data point has no time.",
  },
  logs: {
    message: "ExportLogsServiceRequest",
    proto: "logs/v1/logs_service.proto",
    example: {
      resourceLogs: [{ resource: RESOURCE, scopeLogs: [{ scope: SCOPE, logRecords: [LOG_EXAMPLE] }] }],
    },
    rejection: "Rejected 1 of 20 log records: 1 × the log record has neither a time nor an observed time.",
  },
};

/** How `POST /v1/<signal>` stands in the OpenAPI document; the body is validated item by item by the OTLP reader. */
export function describeOtlpSignal(name: OtlpSignalName) {
  const { message, proto, example, rejection } = SIGNALS[name];
  const { item, rejectedField } = OTLP_ITEMS[name];
  const partialSuccessSchema = z
    .object({
      partialSuccess: z.object({ [rejectedField]: z.string(), errorMessage: z.string() }).optional(),
    })
    .meta({ examples: [{ partialSuccess: { [rejectedField]: "1", errorMessage: rejection } }] });
  return {
    requestBody: {
      required: true,
      description: `${message}: https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/collector/${proto}`,
      content: {
        "application/json": { schema: { type: "object" }, example },
        "application/x-protobuf": { schema: { type: "string", contentMediaType: "application/x-protobuf" } },
      },
    },
    schema: {
      tags: ["telemetry"],
      summary: `OTLP/HTTP ${name}`,
      description:
        `Takes an ${message} as protobuf or JSON, gzip or not. Answers 2xx only when every accepted ` +
        `${item} is durable; ${item}s that cannot be kept are counted in \`partialSuccess\`. Sending a batch again changes nothing.`,
      consumes: ["application/json", "application/x-protobuf"],
      response: {
        200: partialSuccessSchema.describe(
          `Stored. \`partialSuccess\` is there when ${item}s were rejected.`,
        ),
        400: problemSchema,
        401: problemSchema,
        413: problemSchema,
        415: problemSchema,
        429: problemSchema.describe(
          "Too much telemetry is waiting to be stored; try again after Retry-After seconds.",
        ),
        503: problemSchema.describe("The telemetry store is away; try again after Retry-After seconds."),
      },
    },
  };
}
