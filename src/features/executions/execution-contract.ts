import { z } from "zod";
import {
  pageOf,
  pageQuerySchema,
  projectQuerySchema,
  timeInputSchema,
} from "#platform/http/http-contract.ts";

export const EXECUTION_STATUSES = ["running", "succeeded", "failed", "cancelled"] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];
/** `reported`: told by REST; `trace`: read from a trace; `both`: reported, with the id of a trace that is there. */
export const EXECUTION_SOURCES = ["reported", "trace", "both"] as const;
export type ExecutionSource = (typeof EXECUTION_SOURCES)[number];

const jsonObject = z.record(z.string(), z.unknown());
const errorSchema = z.object({ type: z.string(), message: z.string() });

/** One run of an agent. */
export const executionSchema = z.object({
  id: z.string().describe("The reported id, or the trace's for a run that is known from its trace only."),
  source: z.enum(EXECUTION_SOURCES),
  agent: z.string(),
  agent_id: z.string().nullable().describe("Null while the agent of a trace is not known."),
  name: z.string(),
  status: z.enum(EXECUTION_STATUSES),
  start_time: z.string().describe("RFC 3339 with microseconds, UTC."),
  end_time: z.string().nullable(),
  duration_ms: z.number().nullable().describe("Null while it runs."),
  error: errorSchema.nullable(),
  trace_id: z.string().nullable(),
  session_id: z.string(),
  user_id: z.string(),
  environment: z.string(),
  version: z.string(),
  llm_call_count: z.number().int().nullable().describe("Null without a trace."),
  tool_call_count: z.number().int().nullable(),
  error_count: z.number().int().nullable().describe("Failed spans of the trace; null without one."),
  total_tokens: z.number().nullable(),
  cost_usd: z.number().nullable(),
});
export type Execution = z.infer<typeof executionSchema>;

export const EXECUTION_EXAMPLE: Execution = {
  id: "run-2026-11-21-0042",
  source: "both",
  agent: "support-triage",
  agent_id: "019a9c60-1b7e-7d0a-b6a4-90f1c2d3e4f5",
  name: "triage ticket 8842",
  status: "succeeded",
  start_time: "2026-11-21T09:00:00.000000Z",
  end_time: "2026-11-21T09:00:03.250000Z",
  duration_ms: 3250,
  error: null,
  trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
  session_id: "conv_8842",
  user_id: "user-17",
  environment: "production",
  version: "2.4.1",
  llm_call_count: 2,
  tool_call_count: 1,
  error_count: 0,
  total_tokens: 1505,
  cost_usd: 0.0021,
};

/** `GET /executions/{id}`: with what was reported of it. */
export const executionDetailSchema = executionSchema
  .extend({
    input: z.unknown().describe("As reported; null where it was not."),
    output: z.unknown(),
    metadata: jsonObject,
    created_at: z
      .string()
      .nullable()
      .describe("When it was first reported; null for a run known from its trace."),
    updated_at: z.string().nullable(),
  })
  .meta({
    examples: [
      {
        ...EXECUTION_EXAMPLE,
        input: { ticket: 8842 },
        output: { queue: "billing" },
        metadata: { attempt: 1 },
        created_at: "2026-11-21T09:00:00.010Z",
        updated_at: "2026-11-21T09:00:03.300Z",
      },
    ],
  });
export type ExecutionDetail = z.infer<typeof executionDetailSchema>;

/** Ids are compared byte by byte in two stores, so they are plain. */
const idSchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, "must be printable ASCII without spaces");
const traceIdSchema = z.string().regex(/^[0-9a-fA-F]{32}$/, "must be 32 hex digits");
const STATUS_WORDS = [
  ...EXECUTION_STATUSES,
  "started",
  "completed",
  "success",
  "ok",
  "error",
  "failure",
  "canceled",
] as const;
const statusInputSchema = z
  .enum(STATUS_WORDS)
  .describe(
    "running, succeeded, failed or cancelled; completed, success, ok, error and failure are understood.",
  );
/** PostgreSQL's text holds every character but NUL. */
const text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((value) => !value.includes("\0"), "must not contain NUL");
const errorInputSchema = z.union([
  text(20_000),
  z.object({ type: text(200).default(""), message: text(20_000).default("") }),
]);

const reported = {
  status: statusInputSchema.optional(),
  name: text(500).optional(),
  ended_at: timeInputSchema.optional().describe("Now unless told, when the status says that it is over."),
  output: z.unknown().optional(),
  error: errorInputSchema.nullish(),
  total_tokens: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).nullish(),
  cost_usd: z.number().nonnegative().nullish(),
  metadata: jsonObject.optional().describe("Keys are added to those already there."),
  trace_id: traceIdSchema.optional().describe("Makes this run and the trace one."),
  session_id: text(500).optional(),
  user_id: text(500).optional(),
  environment: text(200).optional(),
  version: text(200).optional(),
};

export const executionInputSchema = z
  .object({
    id: idSchema.optional().describe("Your own id; sending it again changes nothing. Ours unless told."),
    agent: text(200).trim().min(1).describe("The agent's name or id; it becomes known by this."),
    started_at: timeInputSchema.optional().describe("RFC 3339 or epoch; now unless told."),
    input: z.unknown().optional(),
    ...reported,
  })
  .meta({
    examples: [
      {
        id: "run-2026-11-21-0042",
        agent: "support-triage",
        name: "triage ticket 8842",
        input: { ticket: 8842 },
        session_id: "conv_8842",
        user_id: "user-17",
      },
    ],
  });
export type ExecutionInput = z.infer<typeof executionInputSchema>;

export const executionPatchSchema = z.object({ input: z.unknown().optional(), ...reported }).meta({
  examples: [{ status: "succeeded", output: { queue: "billing" }, total_tokens: 1505, cost_usd: 0.0021 }],
});
export type ExecutionPatch = z.infer<typeof executionPatchSchema>;

/** Answer to `POST` and `PATCH`: the execution, and whether its agent should go on. */
export const executionAnswerSchema = executionDetailSchema
  .extend({ directive: z.enum(["continue", "stop"]), reason: z.string().nullable() })
  .meta({
    examples: [
      {
        ...EXECUTION_EXAMPLE,
        source: "reported",
        input: { ticket: 8842 },
        output: null,
        metadata: {},
        created_at: "2026-11-21T09:00:00.010Z",
        updated_at: "2026-11-21T09:00:03.300Z",
        directive: "continue",
        reason: null,
      },
    ],
  });
export type ExecutionAnswer = z.infer<typeof executionAnswerSchema>;

const oneOrMany = z.union([z.string().min(1).max(200), z.array(z.string().min(1).max(200)).max(20)]);
export const executionListQuerySchema = projectQuerySchema.extend(pageQuerySchema.shape).extend({
  from: z.string().max(40).optional().describe("RFC 3339 or epoch; 24 hours before `to` unless told."),
  to: z.string().max(40).optional().describe("RFC 3339 or epoch; now unless told."),
  agent: oneOrMany.optional().describe("Names of agents."),
  status: oneOrMany.optional().describe(`Any of ${EXECUTION_STATUSES.join(", ")}.`),
  source: z
    .enum(["reported", "trace"])
    .optional()
    .describe("Only runs that were reported, or only those from traces."),
  user_id: z.string().max(500).optional(),
  session_id: z.string().max(500).optional(),
  environment: oneOrMany.optional(),
  version: oneOrMany.optional(),
  min_duration_ms: z.coerce.number().nonnegative().optional(),
  max_duration_ms: z.coerce.number().nonnegative().optional(),
  min_cost_usd: z.coerce
    .number()
    .nonnegative()
    .optional()
    .describe("Of the trace for runs read from one, else as reported."),
  has_errors: z
    .enum(["true", "false"])
    .optional()
    .describe("Whether the run or any span of its trace failed."),
  q: z.string().max(200).optional().describe("Part of the name or agent, or an id."),
});
export type ExecutionListQuery = z.infer<typeof executionListQuerySchema>;

export const executionListSchema = pageOf(executionSchema).meta({
  examples: [{ data: [EXECUTION_EXAMPLE], next_cursor: null }],
});
export type ExecutionList = z.infer<typeof executionListSchema>;

/** `event: executions` of `GET /live`: runs that began or changed. */
export const liveExecutionsSchema = z.object({
  at: z.string(),
  ids: z
    .array(z.string())
    .describe("At most 200; ids of reported runs, and of traces that an agent has spans in."),
  more: z.boolean(),
});
export type LiveExecutions = z.infer<typeof liveExecutionsSchema>;
