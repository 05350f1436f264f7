import { parseTime } from "#platform/http/time-input.ts";
import { type AgentEventInput, agentEventInputSchema } from "../../agent-event-contract.ts";

/** Most bytes of an event's content, and of each of its objects as JSON. */
const MAX_CONTENT = 256 * 1024;
const MAX_JSON = 64 * 1024;
/** Times outside are refused: a month of the store is written for each that occurs. */
const EARLIEST_MS = Date.UTC(2015, 0, 1);
const MAX_AHEAD_MS = 86_400_000;

/** An event as it will be stored; empty text where nothing was told. */
export interface ReadEvent {
  id: string | undefined;
  type: AgentEventInput["type"];
  /** Milliseconds since 1970. */
  timeMs: number;
  /** Whether the caller told the time. */
  isTimed: boolean;
  content: string;
  metadata: string;
  errorType: string;
  errorDetails: string;
  responseTimeMs: number | null;
  tokenCount: number;
  model: string;
  costUsd: number | null;
  feedbackScore: number | null;
  userFeedback: string;
  userId: string;
  sessionId: string;
  traceId: string;
}

/** Why an event was not taken. */
export interface EventRefusal {
  code: string;
  detail: string;
}

/** Reads one event of a request; never throws. */
export function readEvent(input: unknown, nowMs: number): { event: ReadEvent } | { refusal: EventRefusal } {
  const parsed = agentEventInputSchema.safeParse(input);
  if (!parsed.success) {
    const detail = parsed.error.issues
      .slice(0, 3)
      .map((issue) => `${issue.path.join(".") || "event"}: ${issue.message}`)
      .join("; ");
    return { refusal: { code: "invalid_event", detail: `${detail}.` } };
  }
  const given = parsed.data;
  const timeMs = given.timestamp === undefined ? nowMs : timeOf(given.timestamp);
  if (timeMs === undefined || timeMs < EARLIEST_MS || timeMs > nowMs + MAX_AHEAD_MS) {
    return {
      refusal: {
        code: "invalid_time",
        detail:
          "timestamp is not a time between 2015 and tomorrow. Use RFC 3339 such as 2026-11-21T09:00:00Z, or epoch.",
      },
    };
  }
  const event: ReadEvent = {
    id: given.id,
    type: given.type,
    timeMs: Math.floor(timeMs),
    isTimed: given.timestamp !== undefined,
    content: textOf(given.content),
    metadata: given.metadata ? JSON.stringify(given.metadata) : "",
    errorType: errorTypeOf(given.error_details),
    errorDetails: given.error_details == null ? "" : JSON.stringify(given.error_details),
    responseTimeMs: given.response_time_ms ?? null,
    tokenCount: given.token_count ?? 0,
    model: given.model_used ?? "",
    costUsd: given.cost_usd ?? null,
    feedbackScore: feedbackScore(given.user_feedback),
    userFeedback: given.user_feedback == null ? "" : JSON.stringify(given.user_feedback),
    userId: given.user_id ?? "",
    sessionId: given.session_id ?? "",
    traceId: given.trace_id?.toLowerCase() ?? "",
  };
  const large =
    tooLarge("content", event.content, MAX_CONTENT) ??
    tooLarge("metadata", event.metadata, MAX_JSON) ??
    tooLarge("error_details", event.errorDetails, MAX_JSON) ??
    tooLarge("user_feedback", event.userFeedback, MAX_JSON);
  return large ? { refusal: large } : { event };
}

function timeOf(input: string | number): number | undefined {
  try {
    return parseTime(input, "timestamp");
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string =>
  value == null ? "" : typeof value === "string" ? value : JSON.stringify(value);

function tooLarge(field: string, text: string, limit: number): EventRefusal | undefined {
  // A UTF-16 unit takes at most three bytes; most texts need no counting.
  if (text.length * 3 <= limit || Buffer.byteLength(text) <= limit) return undefined;
  return { code: "event_too_large", detail: `${field} is larger than ${limit / 1024} KiB.` };
}

/** The word by which failures are grouped: `type`, `code` or `name` of the details. */
function errorTypeOf(details: AgentEventInput["error_details"]): string {
  if (details == null || typeof details === "string") return "";
  for (const key of ["type", "code", "name"]) {
    const value = details[key];
    if (typeof value === "string" || typeof value === "number") return String(value).slice(0, 200);
  }
  return "";
}

const FEEDBACK_WORDS: Record<string, number> = { positive: 1, negative: 0 };

/** Feedback as a number, where it has one: scores are kept on the caller's own scale. */
export function feedbackScore(feedback: unknown): number | null {
  switch (typeof feedback) {
    case "number":
      return feedback;
    case "boolean":
      return feedback ? 1 : 0;
    case "string": {
      const text = feedback.trim().toLowerCase();
      if (Object.hasOwn(FEEDBACK_WORDS, text)) return FEEDBACK_WORDS[text]!;
      return /^-?\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : null;
    }
    case "object": {
      if (feedback === null) return null;
      const { score, rating } = feedback as { score?: unknown; rating?: unknown };
      const told = score ?? rating;
      return told === undefined || typeof told === "object" ? null : feedbackScore(told);
    }
    default:
      return null;
  }
}
