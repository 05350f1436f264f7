import { Bindings } from "#features/traces/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { MetricSeries } from "../metrics-contract.ts";
import { labelConditions, labelValue, SERIES_HEX } from "./label-filters.ts";

/** Which series of a metric are meant. */
export interface SeriesSelection {
  metric: string;
  where: string | readonly string[] | undefined;
}

function conditionsOf({ metric, where }: SeriesSelection, bindings: Bindings): string {
  return [
    "project_id = {project_id:UUID}",
    `metric = ${bindings.bind(metric, "String")}`,
    ...labelConditions(where, bindings),
  ].join(" AND ");
}

/** The series of a metric, by id. */
export async function listSeries(
  store: TelemetryStore,
  projectId: string,
  options: SeriesSelection & { after: string | undefined; limit: number; signal: AbortSignal },
): Promise<MetricSeries[]> {
  const bindings = new Bindings();
  const where = conditionsOf(options, bindings);
  const after = options.after ? `AND series > ${bindings.bind(BigInt(`0x${options.after}`), "UInt64")}` : "";
  const rows = await store.queryProject<Omit<MetricSeries, "monotonic" | "metric"> & { monotonic: number }>(
    projectId,
    `SELECT ${SERIES_HEX} AS id, any(series.kind) AS kind, anyLast(series.unit) AS unit,
            any(series.temporality) AS temporality, any(series.monotonic) AS monotonic,
            any(series.attributes) AS attributes, any(series.resource_attributes) AS resource,
            any(series.scope_name) AS scope, min(series.first_seen) AS first_seen, max(series.last_seen) AS last_seen
     FROM series
     WHERE ${where} ${after}
     GROUP BY series
     ORDER BY series
     LIMIT ${bindings.bind(options.limit, "UInt32")}`,
    bindings.params,
    { signal: options.signal },
  );
  return rows.map((row) => ({ ...row, metric: options.metric, monotonic: row.monotonic === 1 }));
}

/** A series as a chart needs it: how it counts, and the values of the labels it is grouped by. */
export interface MatchedSeries {
  /** Decimal, as the store compares it. */
  id: string;
  kind: MetricSeries["kind"];
  unit: string;
  temporality: MetricSeries["temporality"];
  monotonic: number;
  labels: string[];
}

/** Series under a selection, those seen last first. */
export function matchSeries(
  store: TelemetryStore,
  projectId: string,
  options: SeriesSelection & { groupBy: readonly string[]; limit: number; signal: AbortSignal },
): Promise<MatchedSeries[]> {
  const bindings = new Bindings();
  const where = conditionsOf(options, bindings);
  const labels = options.groupBy.map((label) => labelValue(label, bindings));
  return store.queryProject<MatchedSeries>(
    projectId,
    `SELECT toString(series) AS id, any(series.kind) AS kind, anyLast(series.unit) AS unit,
            any(series.temporality) AS temporality, any(series.monotonic) AS monotonic,
            any([${labels.join(", ")}]::Array(String)) AS labels
     FROM series
     WHERE ${where}
     GROUP BY series
     ORDER BY max(series.last_seen) DESC, series
     LIMIT ${bindings.bind(options.limit, "UInt32")}`,
    bindings.params,
    { signal: options.signal },
  );
}

/** Whether a metric of this name has ever been stored. */
export async function metricExists(
  store: TelemetryStore,
  projectId: string,
  metric: string,
  signal: AbortSignal,
): Promise<boolean> {
  const rows = await store.queryProject(
    projectId,
    "SELECT 1 AS one FROM series WHERE project_id = {project_id:UUID} AND metric = {metric:String} LIMIT 1",
    { metric },
    { signal },
  );
  return rows.length > 0;
}
