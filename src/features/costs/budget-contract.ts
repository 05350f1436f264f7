import { z } from "zod";
import { pageOf, pageQuerySchema } from "#platform/http/http-contract.ts";

export const BUDGET_SCOPES = ["project", "agent", "user", "key"] as const;
export const BUDGET_MEASURES = ["usd", "tokens"] as const;
export const BUDGET_PERIODS = ["hour", "day", "week", "month"] as const;
export const BUDGET_MODES = ["notify", "hard"] as const;
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];
export type BudgetScope = (typeof BUDGET_SCOPES)[number];

const budgetFields = z.object({
  name: z.string().trim().min(1).max(100),
  scope: z.enum(BUDGET_SCOPES),
  subject: z.string().trim().max(200).describe("Agent name, user id or key id; empty for the whole project."),
  measure: z.enum(BUDGET_MEASURES),
  limit: z.number().positive().max(1e15).describe("USD or tokens in a period."),
  period: z.enum(BUDGET_PERIODS).describe("Calendar periods in UTC; weeks begin on Monday."),
  thresholds: z
    .array(z.number().positive().max(10))
    .min(1)
    .max(10)
    .describe("Shares of the limit that are told when they are reached."),
  mode: z.enum(BUDGET_MODES).describe("hard: agents over the limit are told to stop."),
  pause_keys: z
    .boolean()
    .describe("In hard mode: also pause the API keys that the agents were seen with, until the period ends."),
  enabled: z.boolean(),
});

const BUDGET_INPUT = {
  name: "support agent, daily",
  scope: "agent" as const,
  subject: "support-triage",
  measure: "usd" as const,
  limit: 25,
  period: "day" as const,
  thresholds: [0.5, 0.8, 1],
  mode: "hard" as const,
  pause_keys: false,
  enabled: true,
};

export const budgetInputSchema = budgetFields
  .extend({
    subject: budgetFields.shape.subject.default(""),
    measure: budgetFields.shape.measure.default("usd"),
    thresholds: budgetFields.shape.thresholds.default([0.5, 0.8, 1]),
    mode: budgetFields.shape.mode.default("notify"),
    pause_keys: budgetFields.shape.pause_keys.default(false),
    enabled: budgetFields.shape.enabled.default(true),
  })
  .refine(({ scope, subject }) => (scope === "project") === (subject === ""), {
    message: "A budget of an agent, user or key names it; a budget of the project does not.",
    path: ["subject"],
  })
  .refine(({ scope, mode }) => scope !== "user" || mode !== "hard", {
    message: "An agent cannot be stopped for one user alone: budgets of users notify.",
    path: ["mode"],
  })
  .meta({ examples: [BUDGET_INPUT] });
export type BudgetInput = z.infer<typeof budgetInputSchema>;

/** What a budget is about stays; the rest can be changed. */
export const budgetPatchSchema = budgetFields
  .omit({ scope: true, subject: true, measure: true, period: true })
  .partial()
  .meta({ examples: [{ limit: 40, enabled: true }] });
export type BudgetPatch = z.infer<typeof budgetPatchSchema>;

const BUDGET_EXAMPLE = {
  id: "019a9c60-1b7e-7d0a-b6a4-90f1c2d3e4f7",
  ...BUDGET_INPUT,
  period_start: "2026-11-21T00:00:00.000Z",
  period_end: "2026-11-22T00:00:00.000Z",
  spent: 11.2,
  share: 0.448,
  burn_per_hour: 1.3,
  forecast: 27.9,
  runs_out_at: "2026-11-21T21:10:00.000Z",
  state: "ok",
  checked_at: "2026-11-21T09:12:30.000Z",
  created_at: "2026-11-20T09:00:00.000Z",
  updated_at: "2026-11-20T09:00:00.000Z",
};
export const budgetSchema = budgetFields
  .extend({
    id: z.string(),
    period_start: z.string(),
    period_end: z.string(),
    spent: z.number(),
    share: z.number().describe("Spent in parts of the limit."),
    burn_per_hour: z.number().describe("Spent per hour at the pace of the last quarter of an hour."),
    forecast: z
      .number()
      .describe(
        "At the period's end, between the pace of the whole period so far and that of the last quarter of an hour.",
      ),
    runs_out_at: z
      .string()
      .nullable()
      .describe("When the limit is reached at that pace; null: not in this period."),
    state: z.enum(["ok", "warning", "exceeded"]),
    checked_at: z.string().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({
    examples: [BUDGET_EXAMPLE],
  });
export type Budget = z.infer<typeof budgetSchema>;
export const budgetListSchema = pageOf(budgetSchema).meta({
  examples: [{ data: [BUDGET_EXAMPLE], next_cursor: null }],
});

export const VIOLATION_KINDS = ["budget", "same_call", "depth", "call_rate", "spend_rate"] as const;
export type ViolationKind = (typeof VIOLATION_KINDS)[number];

/** An agent over budget or in a loop. */
export const violationSchema = z.object({
  id: z.string(),
  kind: z.enum(VIOLATION_KINDS),
  budget_id: z.string().nullable(),
  agent: z.string().describe("Empty: every agent of the project."),
  stops: z.boolean().describe("Whether the agent is told to stop while this is active."),
  active: z.boolean(),
  detail: z.string(),
  trace_id: z.string().describe("The trace of a loop; else empty."),
  amount: z.number(),
  limit: z.number(),
  created_at: z.string(),
  ends_at: z.string(),
  cleared_at: z.string().nullable(),
});
export type Violation = z.infer<typeof violationSchema>;
const VIOLATION_EXAMPLE: Violation = {
  id: "019a9c60-1b7e-7d0a-b6a4-90f1c2d3e4f8",
  kind: "same_call",
  budget_id: null,
  agent: "research",
  stops: true,
  active: true,
  detail: "research called web_search with the same arguments 24 times in one trace; 20 are allowed.",
  trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
  amount: 24,
  limit: 20,
  created_at: "2026-11-21T09:00:00.000Z",
  ends_at: "2026-11-21T10:00:00.000Z",
  cleared_at: null,
};
export const clearedViolationSchema = violationSchema.extend({}).meta({ examples: [VIOLATION_EXAMPLE] });
export const violationListSchema = pageOf(violationSchema).meta({
  examples: [{ data: [VIOLATION_EXAMPLE], next_cursor: null }],
});
export const violationQuerySchema = pageQuerySchema.extend({
  active: z.enum(["true", "false"]).optional().describe("true: those that still count."),
  agent: z.string().max(200).optional(),
});
