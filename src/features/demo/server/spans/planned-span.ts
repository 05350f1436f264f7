import { setTimeout as sleep } from "node:timers/promises";
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TimeInput,
  type Tracer,
  trace,
} from "@opentelemetry/api";

/** A span that has not happened yet: what it will say, and how long it takes. */
export interface PlannedSpan {
  name: string;
  kind: SpanKind;
  attributes: Attributes;
  /** Own time in milliseconds, spent before the children. */
  ms: number;
  children?: PlannedSpan[];
  /** Children start together rather than one after the other. */
  parallel?: boolean;
  /** Sets the status to error and adds an exception event at the end. */
  error?: { type: string; message: string };
}

function start(plan: PlannedSpan, tracer: Tracer, parent: Context, startTime?: TimeInput): Span {
  return tracer.startSpan(plan.name, { kind: plan.kind, attributes: plan.attributes, startTime }, parent);
}

function end(plan: PlannedSpan, span: Span, endTime?: TimeInput): void {
  if (plan.error) {
    const { type, message } = plan.error;
    span.setAttribute("error.type", type);
    span.addEvent("exception", { "exception.type": type, "exception.message": message }, endTime);
    span.setStatus({ code: SpanStatusCode.ERROR, message });
  }
  span.end(endTime);
}

/** Milliseconds since the epoch as OpenTelemetry's [seconds, nanoseconds], to a hundredth of a millisecond. */
function hrTime(epochMs: number): [number, number] {
  const seconds = Math.floor(epochMs / 1000);
  return [seconds, Math.round((epochMs - seconds * 1000) * 100) * 10_000];
}

/** Emits a plan as if it had started at `startMs` (epoch); answers when it ended. Takes no time itself. */
export function emitInThePast(
  plan: PlannedSpan,
  tracer: Tracer,
  startMs: number,
  parent: Context = ROOT_CONTEXT,
): number {
  const span = start(plan, tracer, parent, hrTime(startMs));
  const within = trace.setSpan(parent, span);
  const firstChild = startMs + plan.ms;
  let endMs = firstChild;
  for (const child of plan.children ?? []) {
    const childEnd = emitInThePast(child, tracer, plan.parallel ? firstChild : endMs, within);
    endMs = Math.max(endMs, childEnd);
  }
  end(plan, span, hrTime(endMs));
  return endMs;
}

/** Lives through a plan in real time; stops early, ending what it began, when `signal` fires. */
export async function emitLive(
  plan: PlannedSpan,
  tracer: Tracer,
  signal: AbortSignal,
  parent: Context = ROOT_CONTEXT,
): Promise<void> {
  const span = start(plan, tracer, parent);
  const within = trace.setSpan(parent, span);
  const live = (child: PlannedSpan) => emitLive(child, tracer, signal, within);
  try {
    await sleep(plan.ms, undefined, { signal });
    if (plan.parallel) await Promise.all((plan.children ?? []).map(live));
    else for (const child of plan.children ?? []) await live(child);
  } finally {
    end(plan, span);
  }
}

export { SpanKind };
