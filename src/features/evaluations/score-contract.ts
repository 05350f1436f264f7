import { z } from "zod";
import {
  pageOf,
  pageQuerySchema,
  projectQuerySchema,
  timeInputSchema,
} from "#platform/http/http-contract.ts";

/** Where a score came from. */
export const SCORE_SOURCES = ["telemetry", "api"] as const;

/** How well something went: of a trace, a span, a session or a response. */
export const scoreSchema = z.object({
  id: z.string(),
  name: z.string().describe("What was judged, such as `relevance`."),
  value: z.number().nullable(),
  label: z.string().describe("The verdict in words, such as `pass`; empty when there is none."),
  explanation: z.string(),
  source: z.enum(SCORE_SOURCES),
  trace_id: z.string().nullable(),
  span_id: z.string().nullable(),
  session_id: z.string(),
  response_id: z.string(),
  time: z.string(),
  metadata: z.record(z.string(), z.string()),
});
export type Score = z.infer<typeof scoreSchema>;

const SCORE_EXAMPLE: Score = {
  id: "019ab5f2-7d1a-8c3e-a1b2-0c3d4e5f6a7b",
  name: "relevance",
  value: 0.82,
  label: "pass",
  explanation: "Answers the question and cites the right page.",
  source: "telemetry",
  trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
  span_id: "00f067aa0ba902b7",
  session_id: "conv_8842",
  response_id: "chatcmpl-123",
  time: "2026-11-21T09:00:04.000000000Z",
  metadata: {},
};

const traceIdSchema = z.string().regex(/^[0-9a-fA-F]{32}$/, "must be 32 hex digits");
const spanIdSchema = z.string().regex(/^[0-9a-fA-F]{16}$/, "must be 16 hex digits");
const nameListSchema = z.union([z.string().min(1).max(200), z.array(z.string().min(1).max(200)).max(50)]);

/** `GET /scores`: newest first. */
export const scoreListQuerySchema = projectQuerySchema.extend(pageQuerySchema.shape).extend({
  from: z
    .string()
    .max(40)
    .optional()
    .describe("RFC 3339 or epoch. Without a trace, span or session: 24 hours before `to` unless told."),
  to: z.string().max(40).optional(),
  trace_id: traceIdSchema.optional(),
  span_id: spanIdSchema.optional(),
  session_id: z.string().min(1).max(1000).optional(),
  name: nameListSchema.optional(),
  source: z.enum(SCORE_SOURCES).optional(),
});
export const scoreListSchema = pageOf(scoreSchema).meta({
  examples: [{ data: [SCORE_EXAMPLE], next_cursor: null }],
});

/** One score as a client sends it. */
export const scoreInputSchema = z
  .object({
    id: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe("Yours, to say the same score anew later; the newest counts. Made by us unless told."),
    name: z.string().min(1).max(200),
    value: z.number().nullable().optional(),
    label: z.string().max(200).optional(),
    explanation: z.string().max(20_000).optional(),
    trace_id: traceIdSchema.optional(),
    span_id: spanIdSchema.optional(),
    session_id: z.string().max(1000).optional(),
    response_id: z.string().max(1000).optional(),
    time: timeInputSchema.optional().describe("Now unless told."),
    metadata: z.record(z.string().min(1).max(200), z.string().max(2000)).optional(),
  })
  .refine((score) => (score.value ?? null) !== null || (score.label ?? "") !== "", {
    message: "must have a value, a label, or both",
    path: ["value"],
  })
  .refine(
    (score) => Boolean(score.trace_id ?? score.session_id ?? score.response_id),
    "must say what it is about: trace_id (with or without span_id), session_id or response_id",
  );
export type ScoreInput = z.infer<typeof scoreInputSchema>;

/** Most scores of one request. */
export const MAX_SCORES_PER_REQUEST = 10_000;

/** `POST /scores`: one score, or `{"scores": […]}`. Items are checked one by one, so that a bad one costs no other. */
export const scoresInputSchema = z
  .union([
    z.object({ scores: z.array(z.unknown()).min(1).max(MAX_SCORES_PER_REQUEST) }),
    z.record(z.string(), z.unknown()),
  ])
  .meta({
    examples: [
      {
        scores: [
          {
            name: "relevance",
            value: 0.82,
            label: "pass",
            trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
            span_id: "00f067aa0ba902b7",
          },
        ],
      },
    ],
  });

/** Answer to `POST /scores`. */
export const scoresAcceptedSchema = z
  .object({
    accepted: z.number().int(),
    rejected: z.number().int(),
    ids: z.array(z.string().nullable()).describe("One per item as sent; null for a rejected one."),
    errors: z.array(z.object({ index: z.number().int(), code: z.string(), detail: z.string() })),
  })
  .meta({
    examples: [{ accepted: 1, rejected: 0, ids: ["019ab5f2-7d1a-7c3e-a1b2-0c3d4e5f6a7b"], errors: [] }],
  });
export type ScoresAccepted = z.infer<typeof scoresAcceptedSchema>;
