import { newScoreId, type ScoreRecord } from "#features/ingest/server/index.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { parseTime } from "#platform/http/time-input.ts";
import { scoreInputSchema } from "../score-contract.ts";

/** What became of one item of a request. */
export type ReadScore = { score: ScoreRecord } | { code: string; detail: string };

/** Checks one score as a client sent it and completes it. */
export function readScore(input: unknown, nowMs: number): ReadScore {
  const read = scoreInputSchema.safeParse(input);
  if (!read.success) {
    const [issue] = read.error.issues;
    const path = issue?.path.join(".") ?? "";
    return {
      code: "invalid_score",
      detail: `${path === "" ? "The score" : path}: ${issue?.message ?? "is not valid"}.`,
    };
  }
  const given = read.data;
  try {
    const timeMs = given.time === undefined ? nowMs : parseTime(given.time, "time");
    const timeNs = BigInt(Math.round(timeMs * 1000)) * 1000n;
    return {
      score: {
        id: given.id ?? newScoreId(timeNs),
        timeNs,
        name: given.name,
        value: given.value ?? null,
        label: given.label ?? "",
        explanation: given.explanation ?? "",
        source: "api",
        traceId: given.trace_id?.toLowerCase() ?? "",
        spanId: given.span_id?.toLowerCase() ?? "",
        sessionId: given.session_id ?? "",
        responseId: given.response_id ?? "",
        metadata: given.metadata ?? {},
      },
    };
  } catch (error) {
    if (error instanceof FlightdeckError) return { code: error.code, detail: error.message };
    throw error;
  }
}
