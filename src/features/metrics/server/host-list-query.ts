import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { Hosts } from "../host-metrics-contract.ts";
import { HOST_LABELS, HOST_METRIC_SOURCES, hostOf } from "./host-metric-names.ts";

/** Most rows of (metric, host) that are looked at. */
const MAX_ROWS = 50_000;

const SOURCES = Object.entries(HOST_METRIC_SOURCES).flatMap(([canonical, sources]) =>
  sources.map((source) => ({ canonical, ...source })),
);

const STORED_METRICS = [...new Set(SOURCES.map(({ metric }) => metric))];

/** Whether any metric of a host or its processes has ever come from this host. */
export async function hostExists(
  store: TelemetryStore,
  projectId: string,
  host: string,
  signal: AbortSignal,
): Promise<boolean> {
  const rows = await store.queryProject<{ labels: Record<string, string> }>(
    projectId,
    `SELECT DISTINCT mapFilter((label, value) -> has({labels:Array(String)}, label),
         mapConcat(attributes, resource_attributes)) AS labels
     FROM series
     WHERE project_id = {project_id:UUID} AND metric IN (SELECT arrayJoin({metrics:Array(String)}))
       AND arrayExists(value -> positionCaseInsensitive(value, {host:String}) > 0, mapValues(labels))
     LIMIT {limit:UInt32}`,
    { labels: [...HOST_LABELS], metrics: STORED_METRICS, host, limit: MAX_ROWS },
    { signal },
  );
  return rows.some(({ labels }) => hostOf(labels, {}) === host);
}

/** Hosts whose series were announced since a time, by name. */
export async function listHosts(
  store: TelemetryStore,
  projectId: string,
  sinceMs: number,
  signal: AbortSignal,
): Promise<Hosts> {
  const rows = await store.queryProject<{
    metric: string;
    labels: Record<string, string>;
    last_seen: string;
  }>(
    projectId,
    `SELECT metric, labels, max(seen) AS last_seen FROM (
       SELECT metric, series,
         any(mapFilter((label, value) -> has({labels:Array(String)}, label),
           mapConcat(series.attributes, series.resource_attributes))) AS labels,
         max(series.last_seen) AS seen
       FROM series
       WHERE project_id = {project_id:UUID} AND metric IN (SELECT arrayJoin({metrics:Array(String)}))
       GROUP BY metric, series)
     WHERE seen >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
     GROUP BY metric, labels
     LIMIT {limit:UInt32}`,
    {
      labels: [...HOST_LABELS],
      metrics: STORED_METRICS,
      since: sinceMs,
      limit: MAX_ROWS + 1,
    },
    { signal },
  );
  const byHost = Map.groupBy(rows.slice(0, MAX_ROWS), ({ labels }) => hostOf(labels, {}));
  byHost.delete("");
  const data = [...byHost].map(([host, found]) => {
    const stored = new Set(found.map(({ metric }) => metric));
    const told = SOURCES.filter(({ metric }) => stored.has(metric));
    return {
      host,
      agents: [...new Set(told.map(({ agent }) => agent as string))].sort(),
      metrics: [...new Set(told.map(({ canonical }) => canonical))],
      last_seen: found
        .map(({ last_seen }) => last_seen)
        .sort()
        .at(-1)!,
    };
  });
  return { data: data.sort((a, b) => (a.host < b.host ? -1 : 1)), truncated: rows.length > MAX_ROWS };
}
