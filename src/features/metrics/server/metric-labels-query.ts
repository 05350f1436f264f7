import { Bindings } from "#features/traces/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { MetricLabel } from "../metrics-contract.ts";
import { labelConditions } from "./label-filters.ts";
import type { SeriesSelection } from "./metric-series-query.ts";

const MAX_VALUES = 50;
const MAX_LABELS = 200;

/** The labels of a metric's series, with how many series have which value. */
export async function listLabels(
  store: TelemetryStore,
  projectId: string,
  { metric, where }: SeriesSelection,
  signal: AbortSignal,
): Promise<MetricLabel[]> {
  const bindings = new Bindings();
  const conditions = [
    "project_id = {project_id:UUID}",
    `metric = ${bindings.bind(metric, "String")}`,
    ...labelConditions(where, bindings),
  ].join(" AND ");
  const rows = await store.queryProject<Omit<MetricLabel, "values"> & { values: string[]; counts: number[] }>(
    projectId,
    `SELECT source, label, count() AS distinct_values,
            arraySlice(arraySort(x -> (-x.2, x.1), groupArray((value, series_count))), 1, ${MAX_VALUES}) AS top,
            top.1 AS values, top.2 AS counts
     FROM (
       SELECT source, pair.1 AS label, pair.2 AS value, toInt64(uniqExact(series)) AS series_count
       FROM (
         SELECT series, 'attribute' AS source, arrayJoin(CAST(attributes, 'Array(Tuple(String, String))')) AS pair
         FROM series WHERE ${conditions}
         UNION ALL
         SELECT series, 'resource' AS source, arrayJoin(CAST(resource_attributes, 'Array(Tuple(String, String))')) AS pair
         FROM series WHERE ${conditions})
       GROUP BY source, label, value)
     GROUP BY source, label
     ORDER BY source, label
     LIMIT ${MAX_LABELS}`,
    bindings.params,
    { signal },
  );
  return rows.map(({ source, label, distinct_values, values, counts }) => ({
    source,
    label,
    distinct_values,
    values: values.map((value, i) => ({ value, series_count: counts[i]! })),
  }));
}
