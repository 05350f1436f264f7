import type { SpanView } from "#features/telemetry/server/index.ts";
import type { LogView } from "../logs/log-view.ts";
import { contentScoreId } from "./score-id.ts";
import type { ScoreRecord } from "./score-record.ts";

/** Name of the event an evaluation's result comes in: https://github.com/open-telemetry/semantic-conventions-genai */
export const EVALUATION_RESULT = "gen_ai.evaluation.result";

/** Called once per score found. */
export type ScoreSink = (score: ScoreRecord) => void;

/** Finds the scores among a span's events. The score is about that span. */
export function collectScores(span: SpanView, sink: ScoreSink): void {
  for (const event of span.events) {
    if (event.name !== EVALUATION_RESULT) continue;
    const startNs = (BigInt(span.startHigh) << 32n) | BigInt(span.startLow);
    const score = scoreOf((key) => event.attributes[key], event.timeNs > 0n ? event.timeNs : startNs);
    const sessionId = score.sessionId || sessionOf((key) => span.attributes.text(key));
    const found = {
      ...score,
      sessionId,
      traceId: span.traceId.toString("hex"),
      spanId: span.spanId.toString("hex"),
    };
    if (isScore(found)) sink({ ...found, id: contentScoreId(found) });
  }
}

/** Reads a log record that is an evaluation's result; hands on nothing for any other. */
export function collectLogScore(log: LogView, sink: ScoreSink): void {
  const eventName = log.eventName || log.attributes.text("event.name");
  if (eventName !== EVALUATION_RESULT) return;
  const body = bodyFields(log);
  const score = scoreOf(
    (key) => log.attributes.number(key) ?? log.attributes.text(key) ?? body[key],
    log.timeNs,
  );
  const texts = {
    name: log.attributes.text("gen_ai.evaluation.name") ?? score.name,
    label: log.attributes.text("gen_ai.evaluation.score.label") ?? score.label,
    explanation: log.attributes.text("gen_ai.evaluation.explanation") ?? score.explanation,
    responseId: log.attributes.text("gen_ai.response.id") ?? score.responseId,
    sessionId: sessionOf((key) => log.attributes.text(key)) || score.sessionId,
  };
  const found = { ...score, ...texts, traceId: hexOf(log.traceId), spanId: hexOf(log.spanId) };
  if (isScore(found)) sink({ ...found, id: contentScoreId(found) });
}

type ScoreFields = Omit<ScoreRecord, "id" | "traceId" | "spanId">;

function scoreOf(get: (key: string) => unknown, timeNs: bigint): ScoreFields {
  const text = (key: string) => {
    const value = get(key);
    return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
  };
  return {
    timeNs,
    name: text("gen_ai.evaluation.name"),
    value: numberOf(get("gen_ai.evaluation.score.value")),
    label: text("gen_ai.evaluation.score.label"),
    explanation: text("gen_ai.evaluation.explanation"),
    source: "telemetry",
    sessionId: sessionOf(text),
    responseId: text("gen_ai.response.id"),
    metadata: {},
  };
}

/** The conventions ask for a name; a result without a verdict says nothing. */
function isScore(score: ScoreFields): boolean {
  return score.name !== "" && (score.value !== null || score.label !== "");
}

function numberOf(value: unknown): number | null {
  if (typeof value === "boolean") return value ? 1 : 0;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

function sessionOf(text: (key: string) => string | undefined): string {
  return text("gen_ai.conversation.id") || text("session.id") || "";
}

/** Some senders put the event's fields into the body instead of attributes. */
function bodyFields(log: LogView): Record<string, unknown> {
  if (!log.bodyIsJson) return {};
  const value: unknown = JSON.parse(log.body);
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function hexOf(id: Buffer): string {
  return id.some((byte) => byte !== 0) ? id.toString("hex") : "";
}
