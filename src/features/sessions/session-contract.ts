import { z } from "zod";
import { messageSchema, tokenUsageSchema } from "#features/telemetry/telemetry-contract.ts";
import { traceFilterSchema, traceSummarySchema } from "#features/traces/trace-contract.ts";
import { pageOf, pageQuerySchema, projectQuerySchema } from "#platform/http/http-contract.ts";

const traceIdSchema = z.string().regex(/^[0-9a-f]{32}$/, "must be 32 hex digits");

/** A conversation: what the traces of one session id add up to. */
export const sessionSchema = z.object({
  session_id: z.string(),
  first_activity: z.string().describe("Start of its first trace in the range, RFC 3339."),
  last_activity: z.string().describe("Start of its newest trace in the range."),
  duration_ms: z.number().describe("From the start of the first trace to the end of the last."),
  busy_ms: z.number().describe("What its traces took together."),
  trace_count: z.number().int(),
  span_count: z.number().int(),
  error_count: z.number().int().describe("Spans that failed."),
  failed_trace_count: z.number().int(),
  total_tokens: z.number().int(),
  cost_usd: z.number().nullable().describe("Null where no price is known."),
  agents: z.array(z.string()),
  models: z.array(z.string()),
  users: z.array(z.string()),
  environment: z.string(),
  first_trace_id: z.string(),
});
export type Session = z.infer<typeof sessionSchema>;

const SESSION_EXAMPLE: Session = {
  session_id: "conv_8842",
  first_activity: "2026-11-21T08:40:00.000000000Z",
  last_activity: "2026-11-21T09:00:00.000000000Z",
  duration_ms: 1_203_250,
  busy_ms: 9_400,
  trace_count: 3,
  span_count: 12,
  error_count: 0,
  failed_trace_count: 0,
  total_tokens: 4515,
  cost_usd: 0.0042,
  agents: ["support-triage"],
  models: ["gpt-4o-mini"],
  users: ["user-17"],
  environment: "production",
  first_trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
};

/** `GET /sessions`: figures are those of the traces that match the filters in the range. */
export const sessionListQuerySchema = traceFilterSchema
  .pick({
    project: true,
    from: true,
    to: true,
    agent: true,
    model: true,
    environment: true,
    user_id: true,
    has_errors: true,
  })
  .extend(pageQuerySchema.shape)
  .extend({
    q: z.string().max(200).optional().describe("Part of the session id, upper or lower case."),
  });
export type SessionListQuery = z.infer<typeof sessionListQuerySchema>;
export const sessionListSchema = pageOf(sessionSchema).meta({
  examples: [{ data: [SESSION_EXAMPLE], next_cursor: null }],
});

/** `GET /sessions/first-inputs`: what users said first, for the traces of a page of sessions. */
export const firstInputsQuerySchema = projectQuerySchema.extend({
  trace_id: z
    .union([traceIdSchema, z.array(traceIdSchema).max(50)])
    .describe("`first_trace_id` of up to 50 sessions."),
});
export const firstInputsSchema = z
  .object({ data: z.array(z.object({ trace_id: z.string(), text: z.string() })) })
  .meta({ examples: [{ data: [{ trace_id: SESSION_EXAMPLE.first_trace_id, text: "Where is my order?" }] }] });
export type FirstInputs = z.infer<typeof firstInputsSchema>;

/** One message of a thread, and the call of a model that brought it up first. */
export const threadMessageSchema = z.object({
  message: messageSchema,
  trace_id: z.string(),
  span_id: z.string(),
  time: z.string().describe("When the call began."),
  agent: z.string(),
  model: z.string(),
  output: z.boolean().describe("Whether the model said it, or it was told to the model."),
  usage: tokenUsageSchema.nullable().describe("Of the call, at the first of its output messages."),
});
export type ThreadMessage = z.infer<typeof threadMessageSchema>;

/** All messages of a conversation once, in order: the history each call repeats is folded away. */
export const threadSchema = z.object({
  messages: z.array(threadMessageSchema),
  repeated: z.number().int().describe("Messages left out because an earlier call had them."),
  truncated: z.boolean().describe("True when there were more calls than were read."),
});
export type Thread = z.infer<typeof threadSchema>;
const THREAD_EXAMPLE: Thread = {
  messages: [
    {
      message: { role: "user", content: "Where is my order?" },
      trace_id: SESSION_EXAMPLE.first_trace_id,
      span_id: "b7ad6b7169203331",
      time: SESSION_EXAMPLE.first_activity,
      agent: "support-triage",
      model: "gpt-4o-mini",
      output: false,
      usage: null,
    },
  ],
  repeated: 0,
  truncated: false,
};

/** `GET /sessions/{id}`. */
export const sessionQuerySchema = projectQuerySchema.extend({
  include: z.enum(["thread"]).optional(),
});
export const sessionDetailSchema = z
  .object({
    session: sessionSchema,
    traces: z.array(traceSummarySchema).describe("By start, the first one first."),
    truncated: z.boolean().describe("True when the session has more traces than are listed."),
    thread: threadSchema.nullable().describe("Only with `include=thread`."),
  })
  .meta({
    examples: [{ session: SESSION_EXAMPLE, traces: [], truncated: false, thread: THREAD_EXAMPLE }],
  });
export type SessionDetail = z.infer<typeof sessionDetailSchema>;

/** `GET /traces/{traceId}/thread`. */
export const traceThreadSchema = threadSchema.meta({ examples: [THREAD_EXAMPLE] });
