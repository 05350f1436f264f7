import { Bindings } from "#features/traces/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { MetricName } from "../metrics-contract.ts";

/** A row of the names: as the API shows it, but for the flag. */
type MetricNameRow = Omit<MetricName, "monotonic"> & { monotonic: number };

/** Metrics by name, with what their series have in common; of a name used in two ways, the newer one is told. */
export async function listMetricNames(
  store: TelemetryStore,
  projectId: string,
  options: {
    q: string | undefined;
    kind: string | undefined;
    after: string | undefined;
    limit: number;
    signal: AbortSignal;
  },
): Promise<MetricName[]> {
  const bindings = new Bindings();
  const text = options.q?.trim() ?? "";
  const conditions = [
    "project_id = {project_id:UUID}",
    ...(text === "" ? [] : [`positionCaseInsensitiveUTF8(metric, ${bindings.bind(text, "String")}) > 0`]),
    ...(options.after === undefined ? [] : [`metric > ${bindings.bind(options.after, "String")}`]),
  ];
  const having = options.kind === undefined ? "" : `HAVING kind = ${bindings.bind(options.kind, "String")}`;
  const rows = await store.queryProject<MetricNameRow>(
    projectId,
    `SELECT metric AS name, argMax(series.kind, series.last_seen) AS kind, argMax(series.unit, series.last_seen) AS unit,
            argMax(series.description, series.last_seen) AS description,
            argMax(series.temporality, series.last_seen) AS temporality,
            argMax(series.monotonic, series.last_seen) AS monotonic,
            uniqExact(series.series) AS series_count, min(series.first_seen) AS first_seen,
            max(series.last_seen) AS last_seen
     FROM series
     WHERE ${conditions.join(" AND ")}
     GROUP BY metric ${having}
     ORDER BY metric
     LIMIT ${bindings.bind(options.limit, "UInt32")}`,
    bindings.params,
    { signal: options.signal },
  );
  return rows.map((row) => ({ ...row, monotonic: row.monotonic === 1 }));
}
