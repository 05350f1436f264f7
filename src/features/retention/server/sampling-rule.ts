import type { QueryParams } from "#platform/clickhouse/telemetry-store.ts";
import type { Sampling } from "../retention-contract.ts";

/** Buckets of the trace id's hash; a percentage picks the first of them. */
const BUCKETS = 10_000;

/**
 * Whether a trace keeps its detail, as SQL over a trace's aggregates `errors`, `took_ns`, `cost`, `scored` and
 * `trace_id`. The rest is drawn by a hash of the id, so that every run and process draws the same.
 */
export function keepsTrace(sampling: Sampling): { sql: string; params: QueryParams } {
  const conditions = [
    "errors > 0",
    "scored > 0",
    `sipHash64(trace_id) % ${BUCKETS} < {keep_buckets:UInt32}`,
    ...(sampling.keep_slower_than_ms === null ? [] : ["took_ns >= {slow_ns:Float64}"]),
    ...(sampling.keep_costlier_than_usd === null ? [] : ["cost >= {costly_usd:Float64}"]),
  ];
  return {
    sql: `(${conditions.join(" OR ")})`,
    params: {
      keep_buckets: Math.round((sampling.keep_percent / 100) * BUCKETS),
      slow_ns: (sampling.keep_slower_than_ms ?? 0) * 1e6,
      costly_usd: sampling.keep_costlier_than_usd ?? 0,
    },
  };
}

/** A trace's aggregates that `keepsTrace` asks for, of spans that `where` chooses. */
export function sampledTraces(where: string): string {
  return `SELECT trace_id,
      min(start_time) AS started,
      max(addNanoseconds(start_time, spans.duration_ns)) AS ended,
      dateDiff('nanosecond', started, ended) AS took_ns,
      countIf(status = 2) AS errors,
      sum(ifNull(cost_usd, 0)) AS cost,
      count() AS span_count,
      countIf(trace_id IN (SELECT trace_id FROM scores WHERE project_id = {project_id:UUID})) AS scored
    FROM spans
    WHERE project_id = {project_id:UUID} AND ${where}
    GROUP BY trace_id`;
}
