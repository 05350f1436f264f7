import type { Ask } from "#features/analytics/server/index.ts";
import { Bindings, searchWindows, spanConditions, startsBetween } from "#features/traces/server/index.ts";
import type { SpanFilter } from "#features/traces/trace-contract.ts";
import type { Overview } from "../dashboard-contract.ts";

type Failure = Overview["recent_failures"][number];
interface FailureRow extends Omit<Failure, "error"> {
  error_type: string;
  status_message: string;
}

const HOUR_MS = 3_600_000;

/** The newest failures, one per trace: its span that failed last, which mostly is where it began. */
export async function readRecentFailures(
  ask: Ask,
  question: { filter: SpanFilter; range: { fromMs: number; toMs: number }; limit: number },
): Promise<Failure[]> {
  const { range, limit } = question;
  const newest = Math.max(range.fromMs, range.toMs - HOUR_MS);
  const windows = [
    { fromMs: newest, toMs: range.toMs },
    ...(newest > range.fromMs ? searchWindows(range.fromMs, newest) : []),
  ];
  const failures: Failure[] = [];
  for (const window of windows) {
    if (failures.length >= limit) break;
    const bindings = new Bindings();
    const rows = await ask.store.queryProject<FailureRow>(
      ask.projectId,
      `SELECT lower(hex(trace_id)) AS trace_id, lower(hex(span_id)) AS span_id, name, operation, agent, tool, model,
         service, start_time, duration_ns / 1e6 AS duration_ms, error_type, status_message
       FROM spans
       WHERE ${[
         "project_id = {project_id:UUID}",
         startsBetween(window.fromMs, window.toMs, bindings),
         "status = 2",
         ...spanConditions(question.filter, bindings),
       ].join(" AND ")}
       ORDER BY spans.start_time DESC
       LIMIT 1 BY spans.trace_id
       LIMIT ${bindings.bind(limit - failures.length, "UInt32")}`,
      bindings.params,
      { signal: ask.signal, maxSeconds: 10 },
    );
    for (const { error_type, status_message, ...row } of rows)
      failures.push({ ...row, error: { type: error_type, message: status_message } });
  }
  return failures;
}
