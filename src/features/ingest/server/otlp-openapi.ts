import { z } from "zod";
import { problemSchema } from "#platform/http/http-contract.ts";

const partialSuccessSchema = z.object({
  partialSuccess: z.object({ rejectedSpans: z.string(), errorMessage: z.string() }).optional(),
});

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
