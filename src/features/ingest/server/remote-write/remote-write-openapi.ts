import { z } from "zod";
import { problemSchema, projectQuerySchema } from "#platform/http/http-contract.ts";

/** The body, which no zod schema validates: the reader tells what is wrong series by series. */
export const remoteWriteBody = {
  required: true,
  description:
    "A Snappy block of prometheus.WriteRequest (1.0) or io.prometheus.write.v2.Request (2.0): https://prometheus.io/docs/specs/prw/",
  content: {
    "application/x-protobuf": { schema: { type: "string", contentMediaType: "application/x-protobuf" } },
  },
};

/** How `POST /api/v1/write` stands in the OpenAPI document. */
export const remoteWriteSchema = {
  tags: ["telemetry"],
  summary: "Prometheus remote write",
  description:
    "Takes remote write 1.0 and 2.0: samples, native histograms, exemplars, metadata and created timestamps. The " +
    "key comes as bearer token or as password of Basic authentication. Answers 2xx only when everything is durable; " +
    "`X-Prometheus-Remote-Write-{Samples,Histograms,Exemplars}-Written` tell how much was stored, also when some " +
    "series were refused. Sending a sample again changes nothing.",
  consumes: ["application/x-protobuf"],
  querystring: projectQuerySchema,
  response: {
    204: z.null().describe("Stored."),
    400: problemSchema.describe(
      "Not readable, or some series were refused while the rest was stored (`partial_write`). Do not retry.",
    ),
    401: problemSchema,
    413: problemSchema,
    415: problemSchema,
    429: problemSchema.describe("Too much is waiting to be stored; try again after Retry-After seconds."),
    503: problemSchema.describe("The telemetry store is away; try again after Retry-After seconds."),
  },
};
