import { z } from "zod";
import { traceFilterSchema, traceSummarySchema } from "#features/traces/trace-contract.ts";
import { pageOf, pageQuerySchema, projectQuerySchema } from "#platform/http/http-contract.ts";

/** Someone who uses an agent: what the traces of one `user_id` add up to. */
export const endUserSchema = z.object({
  user_id: z.string(),
  first_seen: z.string().describe("Start of the first trace in the range, RFC 3339."),
  last_seen: z.string().describe("Start of the newest trace in the range."),
  session_count: z.number().int(),
  execution_count: z.number().int().describe("Traces."),
  failed_count: z.number().int().describe("Traces whose root failed."),
  error_count: z.number().int().describe("Spans that failed."),
  total_tokens: z.number().int(),
  cost_usd: z.number().nullable().describe("Null where no price is known."),
  agents: z.array(z.string()),
  models: z.array(z.string()),
  environment: z.string().describe("Of the newest trace."),
});
export type EndUser = z.infer<typeof endUserSchema>;
const EXAMPLE: EndUser = {
  user_id: "user-17",
  first_seen: "2026-11-20T14:00:00.000000000Z",
  last_seen: "2026-11-21T09:00:00.000000000Z",
  session_count: 4,
  execution_count: 19,
  failed_count: 1,
  error_count: 2,
  total_tokens: 28_400,
  cost_usd: 0.031,
  agents: ["support-triage"],
  models: ["gpt-4o-mini"],
  environment: "production",
};

/** `GET /end-users`: figures are those of the traces that match the filters in the range. */
export const endUserListQuerySchema = traceFilterSchema
  .pick({
    project: true,
    from: true,
    to: true,
    agent: true,
    model: true,
    environment: true,
    has_errors: true,
  })
  .extend(pageQuerySchema.shape)
  .extend({ q: z.string().max(200).optional().describe("Part of the user id, upper or lower case.") });
export const endUserListSchema = pageOf(endUserSchema).meta({
  examples: [{ data: [EXAMPLE], next_cursor: null }],
});

/** `GET /end-users/{id}`. */
export const endUserQuerySchema = projectQuerySchema;
export const endUserDetailSchema = z
  .object({
    user: endUserSchema,
    days: z
      .array(
        z.object({
          date: z.string().describe("UTC day."),
          executions: z.number().int(),
          errors: z.number().int(),
          cost_usd: z.number().nullable(),
        }),
      )
      .describe("Days with activity among the traces read."),
    sessions: z
      .array(z.object({ session_id: z.string(), last_activity: z.string(), trace_count: z.number().int() }))
      .describe("Newest first."),
    traces: z.array(traceSummarySchema).describe("The newest first."),
    truncated: z
      .boolean()
      .describe("True when the user has more traces than were read; figures are of those."),
  })
  .meta({
    examples: [
      {
        user: EXAMPLE,
        days: [{ date: "2026-11-21", executions: 19, errors: 1, cost_usd: 0.031 }],
        sessions: [{ session_id: "conv_8842", last_activity: EXAMPLE.last_seen, trace_count: 3 }],
        traces: [],
        truncated: false,
      },
    ],
  });
export type EndUserDetail = z.infer<typeof endUserDetailSchema>;
