import { z } from "zod";
import { messageSchema, tokenUsageSchema } from "#features/telemetry/telemetry-contract.ts";
import { pageOf, pageQuerySchema, projectQuerySchema } from "#platform/http/http-contract.ts";

export const SPAN_STATUSES = ["unset", "ok", "error"] as const;
export const SPAN_KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;

/** One trace in a list: what its spans add up to. */
export const traceSummarySchema = z.object({
  trace_id: z.string().describe("32 hex digits."),
  name: z.string().describe("Name of the root span; of the earliest span while the root has not arrived."),
  root_span_id: z.string().nullable().describe("Null while no root span has arrived."),
  service: z.string(),
  start_time: z.string().describe("RFC 3339 with nanoseconds, UTC."),
  end_time: z.string(),
  duration_ms: z.number(),
  status: z
    .enum(SPAN_STATUSES)
    .describe("Status of the root span; `error` of any span while it has not arrived."),
  span_count: z.number().int(),
  error_count: z.number().int().describe("Spans with status error."),
  llm_call_count: z.number().int(),
  tool_call_count: z.number().int(),
  agents: z.array(z.string()),
  models: z.array(z.string()),
  providers: z.array(z.string()),
  session_id: z.string(),
  user_id: z.string(),
  environment: z.string(),
  usage: tokenUsageSchema,
  total_tokens: z.number().int(),
  cost_usd: z.number().nullable().describe("Null where no price is known."),
});
export type TraceSummary = z.infer<typeof traceSummarySchema>;

const USAGE_EXAMPLE = { input_uncached: 420, cache_read: 1024, cache_write: 0, output: 61, reasoning: 0 };
const SUMMARY_EXAMPLE: TraceSummary = {
  trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
  name: "invoke_agent support-triage",
  root_span_id: "00f067aa0ba902b7",
  service: "support-agent",
  start_time: "2026-11-21T09:00:00.000000000Z",
  end_time: "2026-11-21T09:00:03.250000000Z",
  duration_ms: 3250,
  status: "ok",
  span_count: 2,
  error_count: 0,
  llm_call_count: 1,
  tool_call_count: 0,
  agents: ["support-triage"],
  models: ["gpt-4o-mini"],
  providers: ["openai"],
  session_id: "conv_8842",
  user_id: "user-17",
  environment: "production",
  usage: USAGE_EXAMPLE,
  total_tokens: 1505,
  cost_usd: null,
};

export const spanEventSchema = z.object({
  time: z.string(),
  name: z.string(),
  attributes: z.record(z.string(), z.unknown()),
});
export type SpanEvent = z.infer<typeof spanEventSchema>;

export const spanLinkSchema = z.object({
  trace_id: z.string(),
  span_id: z.string(),
  attributes: z.record(z.string(), z.unknown()),
});

/** A span without its content: what a waterfall of thousands needs. */
export const spanSchema = z.object({
  trace_id: z.string(),
  span_id: z.string().describe("16 hex digits."),
  parent_span_id: z.string().nullable(),
  name: z.string(),
  kind: z.enum(SPAN_KINDS),
  operation: z
    .string()
    .describe("GenAI operation such as chat, invoke_agent, execute_tool; empty for other spans."),
  status: z.enum(SPAN_STATUSES),
  error: z
    .object({ type: z.string(), message: z.string() })
    .nullable()
    .describe("What went wrong, for spans with status error."),
  start_time: z.string().describe("RFC 3339 with nanoseconds, UTC."),
  end_time: z.string(),
  duration_ms: z.number(),
  service: z.string(),
  agent: z.string(),
  model: z.string(),
  provider: z.string(),
  tool: z.string(),
  usage: tokenUsageSchema,
  cost_usd: z.number().nullable(),
  session_id: z.string(),
  user_id: z.string(),
  time_to_first_token_ms: z.number().nullable(),
  attributes: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("Searchable attributes; left out of a trace with `exclude=attributes`."),
  input_messages: z
    .array(messageSchema)
    .optional()
    .describe("With `include=messages`, and on a single span."),
  output_messages: z.array(messageSchema).optional(),
});
export type Span = z.infer<typeof spanSchema>;

const SPAN_EXAMPLE: Span = {
  trace_id: SUMMARY_EXAMPLE.trace_id,
  span_id: "b7ad6b7169203331",
  parent_span_id: "00f067aa0ba902b7",
  name: "chat gpt-4o-mini",
  kind: "client",
  operation: "chat",
  status: "unset",
  error: null,
  start_time: "2026-11-21T09:00:00.120000000Z",
  end_time: "2026-11-21T09:00:01.370000000Z",
  duration_ms: 1250,
  service: "support-agent",
  agent: "support-triage",
  model: "gpt-4o-mini",
  provider: "openai",
  tool: "",
  usage: USAGE_EXAMPLE,
  cost_usd: null,
  session_id: "conv_8842",
  user_id: "user-17",
  time_to_first_token_ms: 310,
};

/** One span with everything that is stored of it. */
const fullSpanSchema = spanSchema.extend({
  attributes: z.record(z.string(), z.unknown()).describe("All attributes as sent, content included."),
  resource_attributes: z.record(z.string(), z.string()),
  scope: z.object({ name: z.string(), version: z.string() }),
  dialect: z.string().describe("Which convention the span was read by; empty if none."),
  status_message: z.string(),
  trace_state: z.string(),
  finish_reason: z.string(),
  events: z.array(spanEventSchema),
  links: z.array(spanLinkSchema),
  input_messages: z.array(messageSchema),
  output_messages: z.array(messageSchema),
});
export type SpanDetail = z.infer<typeof fullSpanSchema>;

/** `GET /spans/{spanId}`. */
export const spanDetailSchema = fullSpanSchema.meta({
  examples: [
    {
      ...SPAN_EXAMPLE,
      attributes: { "gen_ai.operation.name": "chat", "gen_ai.request.temperature": 0.2 },
      resource_attributes: { "service.name": "support-agent" },
      scope: { name: "my.instrumentation", version: "1.0.0" },
      dialect: "otel-genai",
      status_message: "",
      trace_state: "",
      finish_reason: "stop",
      events: [],
      links: [],
      input_messages: [{ role: "user", content: "Where is my order?" }],
      output_messages: [{ role: "assistant", content: "It arrives on Tuesday.", finish_reason: "stop" }],
    },
  ],
});

/** `GET /traces/{traceId}`. Spans are ordered by start time, then span id. */
export const traceDetailSchema = z
  .object({
    trace: traceSummarySchema,
    spans: z.array(spanSchema),
    truncated: z.boolean().describe("True when the trace holds more spans than were returned."),
  })
  .meta({ examples: [{ trace: SUMMARY_EXAMPLE, spans: [SPAN_EXAMPLE], truncated: false }] });
export type TraceDetail = z.infer<typeof traceDetailSchema>;

/** A query parameter that may be given once or several times. */
const oneOrMany = z.union([z.string().min(1).max(500), z.array(z.string().min(1).max(500)).max(20)]);

/** Conditions that a trace's span, or a span itself, may be asked for in the same words. */
const sharedFilters = {
  from: z.string().max(40).optional().describe("RFC 3339 or epoch; 24 hours before `to` unless told."),
  to: z.string().max(40).optional().describe("RFC 3339 or epoch; now unless told."),
  agent: oneOrMany.optional(),
  agent_version: oneOrMany.optional(),
  model: oneOrMany.optional(),
  provider: oneOrMany.optional(),
  service: oneOrMany.optional(),
  operation: oneOrMany.optional().describe("A GenAI operation, e.g. `chat` or `execute_tool`."),
  tool: oneOrMany.optional(),
  error_type: oneOrMany.optional(),
  tag: oneOrMany.optional(),
  session_id: z.string().max(500).optional(),
  user_id: z.string().max(500).optional(),
  environment: oneOrMany.optional(),
  min_duration_ms: z.coerce.number().nonnegative().optional(),
  max_duration_ms: z.coerce.number().nonnegative().optional(),
  attribute: oneOrMany.optional().describe("`key=value`, or `key` alone for presence."),
  where: oneOrMany
    .optional()
    .describe(
      "`<name><op><value>` with op one of `=` `!=` `>` `>=` `<` `<=` `~` (contains), or `<name>?` for presence. " +
        "A name is a column (`duration_ms`, `cost_usd`, `tokens`, `model` and so on) or else any attribute; " +
        "`attribute:<key>` names the attribute where a column has the same name. All must hold for one span.",
    ),
  message: z
    .string()
    .max(200)
    .optional()
    .describe("Words that prompts, answers or tool payloads must hold, in any order."),
};

/** Filters of the trace list; several values of one filter mean "any of them", several filters "all of them". */
export const traceFilterSchema = projectQuerySchema.extend({
  ...sharedFilters,
  q: z.string().max(200).optional().describe("Part of a span's name, or a trace id."),
  status: z.enum(["ok", "error"]).optional().describe("`ok`: the root did not fail; `error`: it did."),
  has_errors: z.enum(["true", "false"]).optional().describe("Whether any span failed."),
  min_tokens: z.coerce.number().int().nonnegative().optional(),
});
export type TraceFilter = z.infer<typeof traceFilterSchema>;

/** Filters over single spans, of the span list, analytics and exports. Several filters mean "all of them". */
export const spanFilterSchema = projectQuerySchema.extend({
  ...sharedFilters,
  q: z.string().max(200).optional().describe("Part of a span's name, or a trace or span id."),
  status: z.union([z.enum(SPAN_STATUSES), z.array(z.enum(SPAN_STATUSES)).max(3)]).optional(),
  root: z.enum(["true", "false"]).optional().describe("Only spans without a parent, or only those with one."),
  trace_id: z
    .string()
    .regex(/^[0-9a-fA-F]{32}$/, "must be 32 hex digits")
    .optional(),
});
export type SpanFilter = z.infer<typeof spanFilterSchema>;

/** Orders of the span list. Times reach over the whole range; the others look at its newest part and say so. */
export const SPAN_SORTS = ["-time", "time", "-duration", "-cost", "-tokens"] as const;

export const spanListQuerySchema = spanFilterSchema.extend({
  ...pageQuerySchema.shape,
  sort: z.enum(SPAN_SORTS).default("-time"),
});
export type SpanListQuery = z.infer<typeof spanListQuerySchema>;

/** A span in a list; `match` is where the words of `message` were found. */
export const listedSpanSchema = spanSchema.omit({ input_messages: true, output_messages: true }).extend({
  agent_version: z.string(),
  environment: z.string(),
  error_type: z.string(),
  tags: z.array(z.string()),
  match: z
    .object({ excerpt: z.string().describe("About 200 characters around the first word found.") })
    .nullable(),
});
export type ListedSpan = z.infer<typeof listedSpanSchema>;

/** `GET /spans`. */
export const spanListSchema = pageOf(listedSpanSchema)
  .extend({
    truncated: z
      .boolean()
      .describe("True when not all of the range was looked at; `searched_from` says how far back."),
    searched_from: z.string().describe("RFC 3339: the earliest time that was looked at."),
  })
  .meta({
    examples: [
      {
        data: [
          {
            ...SPAN_EXAMPLE,
            agent_version: "1.4.0",
            environment: "production",
            error_type: "",
            tags: ["vip"],
            match: { excerpt: "… where is my order? …" },
          },
        ],
        next_cursor: null,
        truncated: false,
        searched_from: "2026-11-20T09:00:00.000Z",
      },
    ],
  });

export const traceListQuerySchema = traceFilterSchema.extend(pageQuerySchema.shape);
export type TraceListQuery = z.infer<typeof traceListQuerySchema>;
export const traceListSchema = pageOf(traceSummarySchema).meta({
  examples: [{ data: [SUMMARY_EXAMPLE], next_cursor: null }],
});

export const traceQuerySchema = projectQuerySchema.extend({
  include: z.enum(["messages"]).optional(),
  exclude: z.enum(["attributes"]).optional(),
});

const facetSchema = z.array(z.object({ value: z.string(), count: z.number().int() }));

/** `GET /traces/facets`: the most frequent values in the time range, for filter menus. Counts are traces. */
export const traceFacetsSchema = z
  .object({
    agents: facetSchema,
    models: facetSchema,
    providers: facetSchema,
    services: facetSchema,
    environments: facetSchema,
    total: z.number().int().describe("Traces in the range."),
    errors: z.number().int().describe("Traces whose root failed."),
  })
  .meta({
    examples: [
      {
        agents: [{ value: "support-triage", count: 812 }],
        models: [{ value: "gpt-4o-mini", count: 790 }],
        providers: [{ value: "openai", count: 790 }],
        services: [{ value: "support-agent", count: 812 }],
        environments: [{ value: "production", count: 812 }],
        total: 812,
        errors: 9,
      },
    ],
  });
export type TraceFacets = z.infer<typeof traceFacetsSchema>;

/** `event: spans` of `GET /live`: spans that have just become durable, summed per trace. */
export const liveSpansSchema = z.object({
  at: z.string(),
  spans: z.number().int(),
  trace_ids: z.array(z.string()).describe("At most 200; see `more`."),
  more: z.boolean().describe("True when more traces were touched than are listed."),
});
export type LiveSpans = z.infer<typeof liveSpansSchema>;
