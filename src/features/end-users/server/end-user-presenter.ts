import type { ActivityRow } from "#features/sessions/server/index.ts";
import type { TraceSummary } from "#features/traces/trace-contract.ts";
import type { EndUser, EndUserDetail } from "../end-user-contract.ts";

/** An end user as the API shows it. */
export function presentEndUser(row: ActivityRow): EndUser {
  return {
    user_id: row.key,
    first_seen: row.first,
    last_seen: row.last,
    session_count: row.session_count,
    execution_count: row.trace_count,
    failed_count: row.failed_trace_count,
    error_count: row.error_count,
    total_tokens: Math.min(row.total_tokens, Number.MAX_SAFE_INTEGER),
    cost_usd: row.cost_usd,
    agents: row.agents,
    models: row.models,
    environment: row.environment,
  };
}

const MAX_LISTED = 100;
const distinct = (values: readonly string[]) => [...new Set(values.filter(Boolean))].sort();
const addCost = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : a + b);

/** What traces of one user add up to; they come newest first and are at least one. */
export function sumEndUser(
  id: string,
  traces: readonly TraceSummary[],
): Pick<EndUserDetail, "user" | "days" | "sessions"> {
  const days = new Map<string, EndUserDetail["days"][number]>();
  const sessions = new Map<string, EndUserDetail["sessions"][number]>();
  let cost: number | null = null;
  for (const trace of traces) {
    cost = addCost(cost, trace.cost_usd);
    const date = trace.start_time.slice(0, 10);
    const day = days.get(date) ?? { date, executions: 0, errors: 0, cost_usd: null };
    day.executions++;
    day.errors += trace.status === "error" ? 1 : 0;
    day.cost_usd = addCost(day.cost_usd, trace.cost_usd);
    days.set(date, day);
    if (trace.session_id === "") continue;
    const session = sessions.get(trace.session_id) ?? {
      session_id: trace.session_id,
      last_activity: trace.start_time,
      trace_count: 0,
    };
    session.trace_count++;
    sessions.set(trace.session_id, session);
  }
  const sum = (of: (trace: TraceSummary) => number) => traces.reduce((total, one) => total + of(one), 0);
  return {
    user: {
      user_id: id,
      first_seen: traces.at(-1)!.start_time,
      last_seen: traces[0]!.start_time,
      session_count: sessions.size,
      execution_count: traces.length,
      failed_count: sum((trace) => (trace.status === "error" ? 1 : 0)),
      error_count: sum((trace) => trace.error_count),
      total_tokens: Math.min(
        sum((trace) => trace.total_tokens),
        Number.MAX_SAFE_INTEGER,
      ),
      cost_usd: cost,
      agents: distinct(traces.flatMap((trace) => trace.agents)),
      models: distinct(traces.flatMap((trace) => trace.models)),
      environment: traces[0]!.environment,
    },
    days: [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1)),
    sessions: [...sessions.values()].slice(0, MAX_LISTED),
  };
}
