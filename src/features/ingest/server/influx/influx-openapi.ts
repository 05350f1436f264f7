import { z } from "zod";
import { problemSchema, projectQuerySchema } from "#platform/http/http-contract.ts";

/** The body, which no zod schema validates: the reader tells what is wrong line by line. */
export const lineProtocolBody = {
  required: true,
  description: "Lines of https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/",
  content: {
    "text/plain": {
      schema: { type: "string" },
      example: "cpu,host=web-1,cpu=cpu-total usage_user=12.5,usage_idle=85.1 1795251600000000000\n",
    },
  },
};

/** How `POST /api/v2/write` stands in the OpenAPI document. */
export const lineProtocolSchema = {
  tags: ["telemetry"],
  summary: "InfluxDB line protocol",
  description:
    "Takes lines as Telegraf and InfluxDB's clients send them, gzip or not; the key comes as `Authorization: Token`. " +
    "Each numeric field becomes a gauge named `<measurement>_<field>` with the line's tags; string fields are passed " +
    "over and counted in `X-Flightdeck-String-Fields-Skipped`. Answers 2xx only when everything is durable. Sending " +
    "a line with a timestamp again changes nothing.",
  querystring: projectQuerySchema.extend({
    precision: z
      .enum(["ns", "us", "ms", "s"])
      .default("ns")
      .describe("Unit of the timestamps.")
      .meta({ examples: ["ms"] }),
    org: z.string().optional().describe("Not used: the key, or `project`, says where to."),
    bucket: z.string().optional().describe("Not used: the key, or `project`, says where to."),
  }),
  consumes: ["text/plain"],
  response: {
    204: z.null().describe("Stored."),
    400: problemSchema.describe(
      "Some lines were refused while the rest was stored (`partial_write`, with the lines in `errors`). Do not retry.",
    ),
    401: problemSchema,
    413: problemSchema,
    415: problemSchema,
    429: problemSchema.describe("Too much is waiting to be stored; try again after Retry-After seconds."),
    503: problemSchema.describe("The telemetry store is away; try again after Retry-After seconds."),
  },
};
