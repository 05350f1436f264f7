import { randomBytes } from "node:crypto";
import { agentSpan, chatSpan, say, toolSpan } from "./spans/gen-ai-spans.ts";
import type { PlannedSpan } from "./spans/planned-span.ts";

type AnyValue =
  | { stringValue: string }
  | { boolValue: boolean }
  | { intValue: string }
  | { doubleValue: number }
  | { arrayValue: { values: AnyValue[] } };

/** A span in OTLP/JSON: ids in hex, times and integers as decimal strings. */
interface OtlpJsonSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: AnyValue }[];
  status: { code: number };
}

/** A trace export in OTLP/JSON, to be posted to `/v1/traces` as `application/json`. */
export interface OtlpJsonExport {
  resourceSpans: {
    resource: { attributes: { key: string; value: AnyValue }[] };
    scopeSpans: { scope: { name: string; version: string }; spans: OtlpJsonSpan[] }[];
  }[];
}

function anyValue(value: unknown): AnyValue {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value !== "number") return { stringValue: String(value) };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

function attributesOf(record: object): { key: string; value: AnyValue }[] {
  return Object.entries(record).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function totalMs(plan: PlannedSpan): number {
  return (plan.children ?? []).reduce((total, child) => total + totalMs(child), plan.ms);
}

function nanos(epochMs: number): string {
  return String(BigInt(Math.round(epochMs * 1000)) * 1000n);
}

function testPlan(sessionId: string): PlannedSpan {
  const run = { sessionId, userId: "you" };
  const question = say("user", "Does my telemetry arrive?");
  const call = { id: "call_1", name: "checkConnection", arguments: { target: "flightdeck" } };
  const answer = "It does: you are looking at it.";
  const chat = {
    provider: "openai",
    model: "gpt-4o-mini",
    system: "You are the test agent of the onboarding page.",
  };
  const root = agentSpan(run, "test-agent", [
    chatSpan(run, { ...chat, input: [question], toolCalls: [call], ms: 420 }),
    toolSpan(run, call, { connected: true }, 35),
    chatSpan(run, {
      ...chat,
      input: [
        question,
        { role: "assistant", parts: [{ type: "tool_call", ...call }] },
        { role: "tool", parts: [{ type: "tool_call_response", id: call.id, response: { connected: true } }] },
      ],
      text: answer,
      ms: 610,
    }),
  ]);
  root.attributes["gen_ai.input.messages"] = JSON.stringify([question]);
  root.attributes["gen_ai.output.messages"] = JSON.stringify([say("assistant", answer)]);
  return root;
}

/**
 * The trace that "send a test trace" sends: an agent run of about a second that ended at `nowMs` (epoch),
 * with two model calls and a tool call, in OTLP/JSON.
 *
 * @param randomHex draws ids: so many random bytes as hex
 */
export function buildTestTrace(
  nowMs: number,
  randomHex: (bytes: number) => string = (bytes) => randomBytes(bytes).toString("hex"),
): OtlpJsonExport {
  const traceId = randomHex(16);
  const plan = testPlan(`test-${traceId.slice(0, 8)}`);
  const spans: OtlpJsonSpan[] = [];

  function place(span: PlannedSpan, startMs: number, parentSpanId?: string): number {
    const spanId = randomHex(8);
    let endMs = startMs + span.ms;
    for (const child of span.children ?? []) endMs = place(child, endMs, spanId);
    spans.push({
      traceId,
      spanId,
      ...(parentSpanId ? { parentSpanId } : {}),
      name: span.name,
      // The API counts kinds from 0 (internal), OTLP from 1, where 0 means "not told".
      kind: span.kind + 1,
      startTimeUnixNano: nanos(startMs),
      endTimeUnixNano: nanos(endMs),
      attributes: attributesOf(span.attributes),
      status: { code: 0 },
    });
    return endMs;
  }
  place(plan, nowMs - totalMs(plan));

  return {
    resourceSpans: [
      {
        resource: {
          attributes: attributesOf({ "service.name": "test-agent", "deployment.environment.name": "test" }),
        },
        scopeSpans: [{ scope: { name: "flightdeck.onboarding", version: "1" }, spans }],
      },
    ],
  };
}
