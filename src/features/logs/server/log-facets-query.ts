import { Bindings } from "#features/traces/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { type LogFacets, type LogFilter, SEVERITIES } from "../logs-contract.ts";
import { happenedBetween, logConditions } from "./log-filters.ts";
import { SEVERITY_INDEX_SQL } from "./log-severity.ts";

const MAX_VALUES = 50;
/** Newest records that keys of attributes are counted in: reading maps is dear. */
const KEYS_FROM_RECORDS = 50_000;
const MAX_KEYS = 100;

/** What can be picked, as SQL over `logs`. */
const FACETS = {
  severity: SEVERITY_INDEX_SQL,
  service: "service",
  agent: "agent",
  environment: "environment",
  event_name: "event_name",
} as const;

/** The most frequent values under a filter, and the attributes that its newest records carry. */
export async function readLogFacets(
  store: TelemetryStore,
  projectId: string,
  options: { filter: LogFilter; range: { fromMs: number; toMs: number }; signal: AbortSignal },
): Promise<LogFacets> {
  const bindings = new Bindings();
  const where = [
    "project_id = {project_id:UUID}",
    happenedBetween(options.range.fromMs, options.range.toMs, bindings),
    ...logConditions(options.filter, bindings),
  ].join(" AND ");
  const each = Object.entries(FACETS).map(
    ([facet, sql]) =>
      `SELECT '${facet}' AS facet, toString(${sql}) AS value, count() AS count FROM logs WHERE ${where}
       GROUP BY value ORDER BY count DESC, value LIMIT ${MAX_VALUES}`,
  );
  const { signal } = options;
  const [values, attributes] = await Promise.all([
    store.queryProject<{ facet: keyof typeof FACETS; value: string; count: number }>(
      projectId,
      each.map((sql) => `(${sql})`).join("\nUNION ALL\n"),
      bindings.params,
      { signal },
    ),
    store.queryProject<{ key: string; count: number }>(
      projectId,
      `SELECT arrayJoin(keys) AS key, count() AS count
       FROM (
         SELECT arrayConcat(mapKeys(attributes_string), mapKeys(attributes_number), mapKeys(attributes_bool),
                            mapKeys(attributes_json)) AS keys
         FROM logs WHERE ${where} ORDER BY time DESC LIMIT ${KEYS_FROM_RECORDS})
       GROUP BY key ORDER BY count DESC, key LIMIT ${MAX_KEYS}`,
      bindings.params,
      { signal },
    ),
  ]);
  const facet = (name: keyof typeof FACETS) =>
    values
      .filter((row) => row.facet === name && row.value !== "")
      .map(({ value, count }) => ({ value, count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return {
    severity: facet("severity").map(({ value, count }) => ({
      value: SEVERITIES[Number(value)] ?? "unspecified",
      count,
    })),
    service: facet("service"),
    agent: facet("agent"),
    environment: facet("environment"),
    event_name: facet("event_name"),
    attributes,
  };
}
