import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { TraceFacets } from "../trace-contract.ts";
import { readableSpans, windowParams } from "./trace-list-query.ts";
import { STATUS_SQL, summariesWhere } from "./trace-summary-row.ts";
import type { TimeWindow } from "./trace-windows.ts";

const VALUES_PER_FACET = 100;

interface FacetRow {
  facet: "agents" | "models" | "providers" | "services" | "environments" | "total" | "errors";
  value: string;
  count: number;
}

/** The most frequent values of each facet in a range, in one pass over the summaries. */
export async function readFacets(
  store: TelemetryStore,
  projectId: string,
  range: TimeWindow,
  signal: AbortSignal,
): Promise<TraceFacets> {
  const rows = await store.queryProject<FacetRow>(
    projectId,
    `SELECT pair.1 AS facet, pair.2 AS value, count() AS count
     FROM (
       SELECT arrayJoin(arrayConcat(
         arrayMap(x -> ('agents', toString(x)), t_agents),
         arrayMap(x -> ('models', toString(x)), t_models),
         arrayMap(x -> ('providers', toString(x)), t_providers),
         [('services', toString(t_service)), ('environments', toString(t_environment)), ('total', '')],
         if(${STATUS_SQL} = 2, [('errors', '')], [])
       )) AS pair
       FROM ${summariesWhere(readableSpans({ summary: [], span: [], params: {} }))}
       WHERE t_start >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
         AND t_start < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
     )
     GROUP BY pair
     ORDER BY count DESC, value
     LIMIT ${VALUES_PER_FACET} BY facet`,
    windowParams(range),
    { signal },
  );
  const facet = (name: FacetRow["facet"]) =>
    rows
      .filter((row) => row.facet === name && row.value !== "")
      .map(({ value, count }) => ({ value, count }));
  const single = (name: FacetRow["facet"]) => rows.find((row) => row.facet === name)?.count ?? 0;
  return {
    agents: facet("agents"),
    models: facet("models"),
    providers: facet("providers"),
    services: facet("services"),
    environments: facet("environments"),
    total: single("total"),
    errors: single("errors"),
  };
}
