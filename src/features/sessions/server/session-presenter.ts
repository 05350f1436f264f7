import type { TraceSummary } from "#features/traces/trace-contract.ts";
import type { Session } from "../session-contract.ts";
import type { ActivityRow } from "./activity-query.ts";

/** A session as the API shows it. */
export function presentSession(row: ActivityRow): Session {
  const { key, first, last, last_ns, session_count, total_tokens, ...sums } = row;
  return {
    session_id: key,
    first_activity: first,
    last_activity: last,
    ...sums,
    total_tokens: Math.min(total_tokens, Number.MAX_SAFE_INTEGER),
  };
}

const distinct = (values: readonly string[]) => [...new Set(values.filter(Boolean))].sort();

/** What traces of one session add up to; they come in order of their start and are at least one. */
export function sumSession(id: string, traces: readonly TraceSummary[]): Session {
  const sum = (of: (trace: TraceSummary) => number) => traces.reduce((total, one) => total + of(one), 0);
  const prices = traces.flatMap((trace) => (trace.cost_usd === null ? [] : [trace.cost_usd]));
  const end = Math.max(...traces.map((trace) => Date.parse(trace.end_time)));
  return {
    session_id: id,
    first_activity: traces[0]!.start_time,
    last_activity: traces.at(-1)!.start_time,
    duration_ms: end - Date.parse(traces[0]!.start_time),
    busy_ms: sum((trace) => trace.duration_ms),
    trace_count: traces.length,
    span_count: sum((trace) => trace.span_count),
    error_count: sum((trace) => trace.error_count),
    failed_trace_count: sum((trace) => (trace.status === "error" ? 1 : 0)),
    total_tokens: Math.min(
      sum((trace) => trace.total_tokens),
      Number.MAX_SAFE_INTEGER,
    ),
    cost_usd: prices.length > 0 ? prices.reduce((total, price) => total + price, 0) : null,
    agents: distinct(traces.flatMap((trace) => trace.agents)),
    models: distinct(traces.flatMap((trace) => trace.models)),
    users: distinct(traces.map((trace) => trace.user_id)),
    environment: traces.at(-1)!.environment,
    first_trace_id: traces[0]!.trace_id,
  };
}
