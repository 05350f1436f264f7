import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";

/** What the spans of a trace add up to, as an execution shows it. */
export interface TraceFigures {
  id: string;
  llm_calls: number;
  tool_calls: number;
  errors: number;
  tokens: number;
  cost: number | null;
  session_id: string;
  user_id: string;
  environment: string;
  /** Start of the first span of an agent in microseconds since 1970, "0" when there is none. */
  first_run_us: string;
}

/** A run may have begun this long before the part of it that was found, and its spans may end so much later. */
const BEFORE_MS = 86_400_000;
const AFTER_MS = 3_600_000;

/** Figures of traces whose times are about known; traces without spans there are missing in the answer. */
export async function readTraceFigures(
  store: TelemetryStore,
  projectId: string,
  traces: readonly { id: string; fromMs: number; toMs: number }[],
  signal: AbortSignal,
): Promise<Map<string, TraceFigures>> {
  if (traces.length === 0) return new Map();
  const rows = await store.queryProject<TraceFigures>(
    projectId,
    `SELECT lower(hex(trace_id)) AS id,
       countIf(operation IN ('chat', 'generate_content', 'text_completion')) AS llm_calls,
       countIf(operation = 'execute_tool') AS tool_calls, countIf(status = 2) AS errors,
       sum(tokens_input_uncached + tokens_cache_read + tokens_cache_write + tokens_cache_write_long + tokens_output
         + tokens_reasoning + tokens_input_audio + tokens_output_audio) AS tokens,
       sum(cost_usd) AS cost, max(spans.session_id) AS session_id, max(spans.user_id) AS user_id,
       max(spans.environment) AS environment,
       toString(minIf(toUnixTimestamp64Micro(toDateTime64(start_time, 6, 'UTC')),
         operation IN ('invoke_agent', 'invoke_workflow'))) AS first_run_us
     FROM spans
     WHERE project_id = {project_id:UUID}
       AND toStartOfFiveMinutes(start_time) BETWEEN toStartOfFiveMinutes(fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC'))
         AND toStartOfFiveMinutes(fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC'))
       AND trace_id IN (SELECT toFixedString(unhex(arrayJoin({ids:Array(String)})), 16))
     GROUP BY trace_id`,
    {
      ids: traces.map(({ id }) => id),
      from_ms: Math.floor(Math.min(...traces.map(({ fromMs }) => fromMs)) - BEFORE_MS),
      to_ms: Math.ceil(Math.max(...traces.map(({ toMs }) => toMs)) + AFTER_MS),
    },
    { signal, settings: { optimize_use_projections: 0 } },
  );
  return new Map(rows.map((row) => [row.id, row]));
}
