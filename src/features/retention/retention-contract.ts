import { z } from "zod";
import { pageOf } from "#platform/http/http-contract.ts";

/** What can be kept for a time of its own. */
export const SIGNALS = ["traces", "logs", "metrics", "events", "scores", "rollups"] as const;
export type SignalName = (typeof SIGNALS)[number];

const daysSchema = z.number().int().min(1).max(3650);
const signalDaysSchema = z.object({
  traces: daysSchema,
  logs: daysSchema,
  metrics: daysSchema,
  events: daysSchema,
  scores: daysSchema,
  rollups: daysSchema,
});
export type SignalDays = z.infer<typeof signalDaysSchema>;

/** Which traces keep their detail once their hour has been counted. */
export const samplingSchema = z.object({
  keep_percent: z.number().min(0).max(100).describe("Share of the unremarkable traces that is kept."),
  keep_slower_than_ms: z
    .number()
    .positive()
    .nullable()
    .describe("Slower traces are all kept; null: no such rule."),
  keep_costlier_than_usd: z.number().positive().nullable(),
  after_hours: z
    .number()
    .int()
    .min(1)
    .max(720)
    .default(1)
    .describe("Hours a trace's hour lies back at least."),
});
export type Sampling = z.infer<typeof samplingSchema>;

/** What is stored of a signal, and for how long. */
const storedSignalSchema = z.object({
  signal: z.enum(SIGNALS),
  days: daysSchema,
  rows: z.number().int(),
  bytes: z.number().int().describe("On disk, by the project's share of the rows: an estimate."),
  oldest: z.string().nullable().describe("When the oldest of it arrived."),
  rows_per_day: z.number().describe("Arrivals per day over the last seven days."),
});
export type StoredSignal = z.infer<typeof storedSignalSchema>;

export const retentionSchema = z
  .object({
    signals: z.array(storedSignalSchema),
    sampling: samplingSchema.nullable(),
    updated_at: z.string().nullable(),
  })
  .meta({
    examples: [
      {
        signals: [
          {
            signal: "traces",
            days: 90,
            rows: 1_204_332,
            bytes: 402_113_024,
            oldest: "2026-08-23T00:00:12.000Z",
            rows_per_day: 40_120,
          },
        ],
        sampling: null,
        updated_at: null,
      },
    ],
  });
export type Retention = z.infer<typeof retentionSchema>;

export const retentionInputSchema = z
  .object({ days: signalDaysSchema.partial().optional(), sampling: samplingSchema.nullable().optional() })
  .meta({
    examples: [
      {
        days: { traces: 30, logs: 14 },
        sampling: {
          keep_percent: 10,
          keep_slower_than_ms: 20_000,
          keep_costlier_than_usd: 0.5,
          after_hours: 1,
        },
      },
    ],
  });
export type RetentionInput = z.infer<typeof retentionInputSchema>;

/** What a change would remove. */
export const retentionPreviewSchema = z
  .object({
    signals: z.array(z.object({ signal: z.enum(SIGNALS), rows: z.number().int() })),
    sampling: z
      .object({
        traces: z.number().int(),
        kept: z.number().int(),
        spans: z.number().int(),
        spans_kept: z.number().int(),
      })
      .nullable()
      .describe("Of the last 24 hours, with the given rules."),
  })
  .meta({
    examples: [{ signals: [{ signal: "traces", rows: 310_200 }], sampling: null }],
  });
export type RetentionPreview = z.infer<typeof retentionPreviewSchema>;

export const DELETION_KINDS = ["trace", "session", "user", "project_data"] as const;
export const DELETION_STATES = ["waiting", "running", "done", "failed", "cancelled"] as const;

/** A request to delete, and how far it is. */
export const deletionSchema = z.object({
  id: z.string(),
  kind: z.enum(DELETION_KINDS),
  target: z.string().describe("Id of what is deleted; blanked once it is gone."),
  state: z.enum(DELETION_STATES),
  step: z.string().describe("What is being done, in words."),
  progress: z.number().describe("From 0 to 1."),
  deleted: z.record(z.string(), z.number()).describe("Rows removed, by table."),
  error: z.string(),
  requested_at: z.string(),
  run_after: z.string().describe("Until then it can be cancelled."),
  finished_at: z.string().nullable(),
});
export type Deletion = z.infer<typeof deletionSchema>;

const DELETION_EXAMPLE: Deletion = {
  id: "019a9c60-1b7e-7d0a-b6a4-90f1c2d3e4f5",
  kind: "user",
  target: "user-1042",
  state: "waiting",
  step: "",
  progress: 0,
  deleted: {},
  error: "",
  requested_at: "2026-11-21T09:00:00.000Z",
  run_after: "2026-11-21T09:05:00.000Z",
  finished_at: null,
};
export const deletionAnswerSchema = deletionSchema.meta({ examples: [DELETION_EXAMPLE] });
export const deletionListSchema = pageOf(deletionSchema).meta({
  examples: [{ data: [DELETION_EXAMPLE], next_cursor: null }],
});

/** Seconds in which a deletion can be cancelled, unless told. */
export const DEFAULT_GRACE_SECONDS = 300;

export const deletionInputSchema = z
  .object({
    kind: z.enum(DELETION_KINDS),
    target: z
      .string()
      .trim()
      .min(1)
      .max(512)
      .describe("Trace, session or user id; for project_data the project's slug, as a confirmation."),
    grace_seconds: z.number().int().min(0).max(604_800).default(DEFAULT_GRACE_SECONDS),
  })
  .meta({ examples: [{ kind: "user", target: "user-1042", grace_seconds: 300 }] });
export type DeletionInput = z.infer<typeof deletionInputSchema>;
