import { z } from "zod";
import { pageOf, pageQuerySchema, projectQuerySchema } from "#platform/http/http-contract.ts";

/** Severities by name, in order. OpenTelemetry numbers them 1–4 trace, 5–8 debug, … 21–24 fatal; 0 is none told. */
export const SEVERITIES = ["unspecified", "trace", "debug", "info", "warn", "error", "fatal"] as const;
export type Severity = (typeof SEVERITIES)[number];

const oneOrMany = z.union([z.string().min(1).max(1000), z.array(z.string().min(1).max(1000)).max(50)]);
const severities = z.union([z.enum(SEVERITIES), z.array(z.enum(SEVERITIES)).max(7)]);

/** One log record. */
export const logSchema = z.object({
  id: z.string().describe("32 hex digits: a hash of all that was sent."),
  time: z.string().describe("When it happened; when it was observed, where the sender told no more."),
  observed_time: z.string().nullable(),
  severity: z.enum(SEVERITIES),
  severity_number: z.number().int(),
  severity_text: z.string().describe("As the sender wrote it."),
  body: z.string().describe("The message; JSON when `body_is_json`."),
  body_is_json: z.boolean(),
  event_name: z.string(),
  service: z.string(),
  environment: z.string(),
  agent: z.string(),
  session_id: z.string(),
  trace_id: z.string().nullable(),
  span_id: z.string().nullable(),
  attributes: z.record(z.string(), z.unknown()),
  resource: z.record(z.string(), z.string()),
  scope: z.object({ name: z.string(), version: z.string() }),
});
export type Log = z.infer<typeof logSchema>;

const LOG_EXAMPLE: Log = {
  id: "5b1f0b6bb1d2c4f4a2f6a9b0c3d4e5f6",
  time: "2026-11-21T09:00:01.370000000Z",
  observed_time: "2026-11-21T09:00:01.371000000Z",
  severity: "warn",
  severity_number: 13,
  severity_text: "WARNING",
  body: "The search tool answered after 4 retries",
  body_is_json: false,
  event_name: "",
  service: "support-agent",
  environment: "production",
  agent: "support-triage",
  session_id: "conv_8842",
  trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
  span_id: "00f067aa0ba902b7",
  attributes: { "retry.count": 4 },
  resource: { "service.name": "support-agent" },
  scope: { name: "support.tools", version: "" },
};

/** What a log must satisfy. Repeated parameters are alternatives, except `where`, which must all hold. */
export const logFilterSchema = z.object({
  severity: severities.optional(),
  min_severity: z.enum(SEVERITIES).optional().describe("This one and worse."),
  service: oneOrMany.optional(),
  environment: oneOrMany.optional(),
  agent: oneOrMany.optional(),
  event_name: oneOrMany.optional(),
  trace_id: z
    .string()
    .regex(/^[0-9a-fA-F]{32}$/, "must be 32 hex digits")
    .optional(),
  span_id: z
    .string()
    .regex(/^[0-9a-fA-F]{16}$/, "must be 16 hex digits")
    .optional(),
  session_id: z.string().min(1).max(1000).optional(),
  q: z.string().max(500).optional().describe("Words and parts of the message, upper or lower case."),
  where: oneOrMany
    .optional()
    .describe(
      "Repeatable: `attribute=value`, `!=`, `>`, `>=`, `<`, `<=`, `~` (contains), or `attribute?` (is there). " +
        "Attributes of the resource count too.",
    ),
});
export type LogFilter = z.infer<typeof logFilterSchema>;

const rangeSchema = z.object({
  from: z.string().max(40).optional().describe("RFC 3339 or epoch; 24 hours before `to` unless told."),
  to: z.string().max(40).optional().describe("RFC 3339 or epoch; now unless told."),
});

/** `GET /logs`: newest first. */
export const logListQuerySchema = projectQuerySchema
  .extend(pageQuerySchema.shape)
  .extend(rangeSchema.shape)
  .extend(logFilterSchema.shape);
export const logListSchema = pageOf(logSchema).meta({
  examples: [{ data: [LOG_EXAMPLE], next_cursor: null }],
});

/** `GET /logs/{id}`: `time` makes it quick, as it is in the list. */
export const logQuerySchema = projectQuerySchema.extend({ time: z.string().max(40).optional() });
export const logDetailSchema = logSchema.meta({ examples: [LOG_EXAMPLE] });

/** `GET /logs/histogram`: how many of each severity over time. */
export const logHistogramQuerySchema = projectQuerySchema
  .extend(rangeSchema.shape)
  .extend(logFilterSchema.shape)
  .extend({
    step: z.coerce
      .number()
      .int()
      .min(1)
      .max(2_678_400)
      .optional()
      .describe("Seconds per bar; what gives about 60 bars unless told. At most 1,000 bars."),
  });
export const logHistogramSchema = z
  .object({
    step_seconds: z.number().int(),
    times: z.array(z.number()).describe("Start of each bar, seconds since 1970."),
    counts: z.record(z.enum(SEVERITIES), z.array(z.number().int())).describe("Per severity, one per bar."),
    total: z.number().int(),
  })
  .meta({
    examples: [
      {
        step_seconds: 60,
        times: [1795251600, 1795251660],
        counts: {
          unspecified: [0, 0],
          trace: [0, 0],
          debug: [3, 4],
          info: [120, 98],
          warn: [2, 0],
          error: [0, 1],
          fatal: [0, 0],
        },
        total: 228,
      },
    ],
  });
export type LogHistogram = z.infer<typeof logHistogramSchema>;

const facetSchema = z.array(z.object({ value: z.string(), count: z.number().int() }));

/** `GET /logs/facets`: the most frequent values under the filters. */
export const logFacetsQuerySchema = projectQuerySchema
  .extend(rangeSchema.shape)
  .extend(logFilterSchema.shape);
export const logFacetsSchema = z
  .object({
    severity: facetSchema,
    service: facetSchema,
    agent: facetSchema,
    environment: facetSchema,
    event_name: facetSchema,
    attributes: z.array(z.object({ key: z.string(), count: z.number().int() })),
  })
  .meta({
    examples: [
      {
        severity: [{ value: "info", count: 218 }],
        service: [{ value: "support-agent", count: 228 }],
        agent: [{ value: "support-triage", count: 200 }],
        environment: [{ value: "production", count: 228 }],
        event_name: [],
        attributes: [{ key: "retry.count", count: 2 }],
      },
    ],
  });
export type LogFacets = z.infer<typeof logFacetsSchema>;

/** `GET /logs/tail`: the filters of the list, without a range. */
export const logTailQuerySchema = projectQuerySchema.extend(logFilterSchema.shape);

/** Data of `event: logs` of the live tail, oldest first. Records may come twice after a reconnect: go by `id`. */
export interface LogTailEvent {
  logs: Log[];
  /** 1 when all are here; n when one of n was kept because there were too many. */
  sampled_one_in: number;
  /** How many matched. */
  matched: number;
}
