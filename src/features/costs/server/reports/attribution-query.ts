import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { Attribution, CostSubject } from "../../cost-report-contract.ts";
import { TOKENS_TOTAL } from "../token-sums.ts";

const COLUMNS = { agent: "agent", user: "user_id", session: "session_id" } as const;

const SPANS = `FROM spans
  WHERE project_id = {project_id:UUID}
    AND toStartOfFiveMinutes(start_time) >= toStartOfFiveMinutes(fromUnixTimestamp64Milli({from:Int64}))
    AND start_time >= fromUnixTimestamp64Milli({from:Int64}) AND start_time < fromUnixTimestamp64Milli({to:Int64})
    AND ({environment:String} = '' OR environment = {environment:String})`;
const SUMS = `ifNull(sum(cost_usd), 0) AS usd, sum(${TOKENS_TOTAL}) AS tokens`;
const LARGEST =
  "GROUP BY name HAVING usd > 0 OR tokens > 0 ORDER BY usd DESC, tokens DESC, name LIMIT {limit:UInt32}";

/** Spans that do not name an agent, user or session count for the first that their trace names. */
const byColumn = (
  column: string,
) => `SELECT name, sum(usd) AS usd, sum(tokens) AS tokens, uniqExact(trace_id) AS traces
  FROM (
    SELECT trace_id, usd, tokens,
      if(${column} != '', ${column}, argMinIf(${column}, first, ${column} != '') OVER (PARTITION BY trace_id)) AS name
    FROM (SELECT trace_id, ${column}, min(start_time) AS first, ${SUMS} ${SPANS} GROUP BY trace_id, ${column})
  )
  ${LARGEST}`;

/** A trace with several tags counts for each of them. */
const BY_TAG = `SELECT arrayJoin(if(empty(labels), [''], labels)) AS name, sum(usd) AS usd, sum(tokens) AS tokens, count() AS traces
  FROM (SELECT trace_id, groupUniqArrayArray(tags) AS labels, ${SUMS} ${SPANS} GROUP BY trace_id)
  ${LARGEST}`;

/** Who caused the cost of a time range, the dearest first. */
export function readAttribution(
  store: TelemetryStore,
  projectId: string,
  ask: { by: CostSubject; fromMs: number; toMs: number; environment: string; limit: number },
  signal?: AbortSignal,
): Promise<Attribution["data"]> {
  return store.queryProject(
    projectId,
    ask.by === "tag" ? BY_TAG : byColumn(COLUMNS[ask.by]),
    {
      from: Math.trunc(ask.fromMs),
      to: Math.trunc(ask.toMs),
      environment: ask.environment,
      limit: ask.limit,
    },
    signal ? { signal } : {},
  );
}
