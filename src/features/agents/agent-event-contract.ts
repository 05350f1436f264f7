import { z } from "zod";
import {
  pageOf,
  pageQuerySchema,
  projectQuerySchema,
  timeInputSchema,
} from "#platform/http/http-contract.ts";

export const EVENT_TYPES = ["message", "response", "error", "tool_call", "feedback"] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Most events of one request. */
export const MAX_EVENTS = 10_000;

const id = z.string().min(1).max(200);
const count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

/** One interaction as an agent reports it. Content and the objects are bounded, so that one event cannot fill a page. */
export const agentEventInputSchema = z.object({
  id: id
    .optional()
    .describe("Your own id; sending it again changes nothing. Without it every sending counts."),
  type: z.enum(EVENT_TYPES),
  timestamp: timeInputSchema.optional().describe("RFC 3339 or epoch; the time of arrival unless told."),
  content: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]).nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  error_details: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
  response_time_ms: z.number().nonnegative().nullish(),
  token_count: count.nullish(),
  model_used: z.string().max(200).nullish(),
  cost_usd: z.number().nonnegative().nullish(),
  user_feedback: z
    .union([z.number(), z.boolean(), z.string().max(10_000), z.record(z.string(), z.unknown())])
    .nullish()
    .describe(
      "A score, true/false (1/0), positive/negative (1/0), a text, or {score, comment}. Scores are averaged as they are.",
    ),
  user_id: z.string().max(500).nullish(),
  session_id: z.string().max(500).nullish(),
  trace_id: z.string().max(64).nullish(),
});
export type AgentEventInput = z.infer<typeof agentEventInputSchema>;

export const EVENT_INPUT_EXAMPLE: AgentEventInput = {
  id: "evt-20261121-0001",
  type: "response",
  timestamp: "2026-11-21T09:00:03Z",
  content: "Your order arrives on Tuesday.",
  response_time_ms: 1250,
  token_count: 61,
  model_used: "gpt-4o-mini",
  user_id: "user-17",
  session_id: "conv_8842",
  metadata: { channel: "web" },
};

/** Answer to `POST /agents/{id}/events`. */
export const eventsAnswerSchema = z
  .object({
    accepted: z
      .number()
      .int()
      .describe("Events that are stored now, those that were stored before included."),
    rejected: z.number().int(),
    errors: z
      .array(z.object({ index: z.number().int(), code: z.string(), detail: z.string() }))
      .describe("One entry per rejected event; `index` is its place in the request."),
    agent_id: z.string(),
    directive: z.enum(["continue", "stop"]),
    reason: z.string().nullable(),
  })
  .meta({
    examples: [
      {
        accepted: 1,
        rejected: 1,
        errors: [{ index: 1, code: "invalid_event", detail: "type: Invalid option." }],
        agent_id: "019a9c60-1b7e-7d0a-b6a4-90f1c2d3e4f5",
        directive: "continue",
        reason: null,
      },
    ],
  });
export type EventsAnswer = z.infer<typeof eventsAnswerSchema>;

export const agentEventSchema = z.object({
  id: z.string(),
  agent_id: z.string(),
  type: z.enum(EVENT_TYPES),
  timestamp: z.string(),
  content: z.string().describe("Text; JSON where something else was sent."),
  metadata: z.record(z.string(), z.unknown()),
  error_type: z.string(),
  error_details: z.unknown(),
  response_time_ms: z.number().nullable(),
  token_count: z.number(),
  model_used: z.string(),
  cost_usd: z.number().nullable(),
  user_feedback: z.unknown(),
  feedback_score: z.number().nullable(),
  user_id: z.string(),
  session_id: z.string(),
  trace_id: z.string(),
});
export type AgentEvent = z.infer<typeof agentEventSchema>;

const oneOrMany = z.union([z.string().min(1).max(40), z.array(z.string().min(1).max(40)).max(10)]);
export const agentEventListQuerySchema = projectQuerySchema.extend(pageQuerySchema.shape).extend({
  from: z.string().max(40).optional().describe("RFC 3339 or epoch; 24 hours before `to` unless told."),
  to: z.string().max(40).optional(),
  type: oneOrMany.optional().describe(`Any of ${EVENT_TYPES.join(", ")}.`),
  user_id: z.string().max(500).optional(),
  session_id: z.string().max(500).optional(),
  q: z.string().max(200).optional().describe("Part of the content or of the error."),
});
export type AgentEventListQuery = z.infer<typeof agentEventListQuerySchema>;

export const agentEventListSchema = pageOf(agentEventSchema).meta({
  examples: [
    {
      data: [
        {
          id: "evt-20261121-0001",
          agent_id: "019a9c60-1b7e-7d0a-b6a4-90f1c2d3e4f5",
          type: "response",
          timestamp: "2026-11-21T09:00:03.000Z",
          content: "Your order arrives on Tuesday.",
          metadata: { channel: "web" },
          error_type: "",
          error_details: null,
          response_time_ms: 1250,
          token_count: 61,
          model_used: "gpt-4o-mini",
          cost_usd: null,
          user_feedback: null,
          feedback_score: null,
          user_id: "user-17",
          session_id: "conv_8842",
          trace_id: "",
        },
      ],
      next_cursor: null,
    },
  ],
});
export type AgentEventList = z.infer<typeof agentEventListSchema>;

export const METRIC_STEPS = ["minute", "hour", "day"] as const;
export type MetricStep = (typeof METRIC_STEPS)[number];

export const agentMetricsQuerySchema = projectQuerySchema.extend({
  from: z.string().max(40).optional().describe("RFC 3339 or epoch; 24 hours before `to` unless told."),
  to: z.string().max(40).optional(),
  step: z.enum(METRIC_STEPS).default("day").describe("Width of a row, in UTC."),
});

const telemetrySchema = z.object({
  executions: z.number().int().describe("Spans of the agent's runs."),
  errors: z.number().int().describe("Runs that failed."),
  llm_calls: z.number().int(),
  tool_calls: z.number().int(),
  total_tokens: z.number(),
  cost_usd: z.number(),
  latency_p50_ms: z.number().nullable(),
  latency_p95_ms: z.number().nullable(),
});

/**
 * One step of an agent's figures. The flat ones come from reported events, `telemetry` from spans. Tokens and cost
 * stand in both, because an agent that reports events and sends spans tells of the same calls twice: the flat
 * `total_tokens_used` and `cost_usd` are the larger of the two sources, never their sum.
 */
export const agentMetricsRowSchema = z.object({
  date: z.string().describe("Start of the step, UTC: a day, or a time for smaller steps."),
  total_messages: z.number().int(),
  total_responses: z.number().int(),
  total_errors: z.number().int(),
  total_tool_calls: z.number().int(),
  total_feedback: z.number().int(),
  average_response_time: z.number().nullable().describe("Milliseconds, over events that tell it."),
  response_time_p50: z.number().nullable(),
  response_time_p95: z.number().nullable(),
  response_time_p99: z.number().nullable(),
  total_tokens_used: z.number(),
  average_feedback_score: z.number().nullable(),
  unique_users: z.number().int(),
  cost_usd: z.number(),
  reported: z
    .object({ total_tokens: z.number(), cost_usd: z.number() })
    .describe("What events alone add up to."),
  telemetry: telemetrySchema,
});
export type AgentMetricsRow = z.infer<typeof agentMetricsRowSchema>;

export const agentMetricsSchema = z
  .object({
    agent_id: z.string(),
    step: z.enum(METRIC_STEPS),
    data: z.array(agentMetricsRowSchema).describe("Oldest first; steps without any activity are left out."),
  })
  .meta({
    examples: [
      {
        agent_id: "019a9c60-1b7e-7d0a-b6a4-90f1c2d3e4f5",
        step: "day",
        data: [
          {
            date: "2026-11-21",
            total_messages: 120,
            total_responses: 118,
            total_errors: 2,
            total_tool_calls: 40,
            total_feedback: 12,
            average_response_time: 840.5,
            response_time_p50: 700,
            response_time_p95: 1900,
            response_time_p99: 2600,
            total_tokens_used: 48_200,
            average_feedback_score: 4.4,
            unique_users: 31,
            cost_usd: 0.42,
            reported: { total_tokens: 41_000, cost_usd: 0 },
            telemetry: {
              executions: 118,
              errors: 2,
              llm_calls: 240,
              tool_calls: 44,
              total_tokens: 48_200,
              cost_usd: 0.42,
              latency_p50_ms: 690,
              latency_p95_ms: 1870,
            },
          },
        ],
      },
    ],
  });
export type AgentMetrics = z.infer<typeof agentMetricsSchema>;
