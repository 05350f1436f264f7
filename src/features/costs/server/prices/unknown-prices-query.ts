import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { UnknownPrices } from "../../price-contract.ts";
import { TOKENS_TOTAL } from "../token-sums.ts";

/** Models whose tokens no price is known for, those with the most tokens first. */
export async function readUnknownPrices(
  store: TelemetryStore,
  projectId: string,
  range: { fromMs: number; toMs: number; limit: number },
  signal?: AbortSignal,
): Promise<UnknownPrices["data"]> {
  return store.queryProject(
    projectId,
    `SELECT provider, model, count() AS spans, sum(${TOKENS_TOTAL}) AS tokens, max(start_time) AS last_seen_at
     FROM spans
     WHERE project_id = {project_id:UUID}
       AND toStartOfFiveMinutes(start_time) >= toStartOfFiveMinutes(fromUnixTimestamp64Milli({from:Int64}))
       AND start_time >= fromUnixTimestamp64Milli({from:Int64}) AND start_time < fromUnixTimestamp64Milli({to:Int64})
       AND cost_usd IS NULL AND ${TOKENS_TOTAL} > 0
     GROUP BY provider, model
     ORDER BY tokens DESC, provider, model
     LIMIT {limit:UInt32}`,
    { from: Math.trunc(range.fromMs), to: Math.trunc(range.toMs), limit: range.limit },
    signal ? { signal } : {},
  );
}
