import { z } from "zod";
import { problemSchema } from "#platform/http/http-contract.ts";

const partialSuccessSchema = z
  .object({
    partialSuccess: z.object({ rejectedSpans: z.string(), errorMessage: z.string() }).optional(),
  })
  .meta({
    examples: [
      {
        partialSuccess: {
          rejectedSpans: "1",
          errorMessage: "Rejected 1 of 20 spans: 1 × span id is not 8 bytes.",
        },
      },
    ],
  });

const BODY_EXAMPLE = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: "service.name", value: { stringValue: "support-agent" } }] },
      scopeSpans: [
        {
          scope: { name: "my.instrumentation", version: "1.0.0" },
          spans: [
            {
              traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
              spanId: "00f067aa0ba902b7",
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
            },
          ],
        },
      ],
    },
  ],
};

/** The body, which no zod schema validates: the OTLP reader tells what is wrong span by span. */
export const otlpTracesBody = {
  required: true,
  description:
    "ExportTraceServiceRequest: https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/collector/trace/v1/trace_service.proto",
  content: {
    "application/json": { schema: { type: "object" }, example: BODY_EXAMPLE },
    "application/x-protobuf": { schema: { type: "string", contentMediaType: "application/x-protobuf" } },
  },
};

/** How `POST /v1/traces` stands in the OpenAPI document; the body is validated by the OTLP reader. */
export const otlpTracesSchema = {
  tags: ["telemetry"],
  summary: "OTLP/HTTP traces",
  description:
    "Takes an ExportTraceServiceRequest as protobuf or JSON, gzip or not. Answers 2xx only when every accepted " +
    "span is durable; spans that cannot be kept are counted in `partialSuccess`. Sending a batch again changes nothing.",
  consumes: ["application/json", "application/x-protobuf"],
  response: {
    200: partialSuccessSchema.describe("Stored. `partialSuccess` is there when spans were rejected."),
    400: problemSchema,
    401: problemSchema,
    413: problemSchema,
    415: problemSchema,
    429: problemSchema.describe(
      "Too much telemetry is waiting to be stored; try again after Retry-After seconds.",
    ),
    503: problemSchema.describe("The telemetry store is away; try again after Retry-After seconds."),
  },
};
