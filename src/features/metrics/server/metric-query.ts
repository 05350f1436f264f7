import { Bindings } from "#features/traces/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { Aggregation, MetricQueryResult, MetricSeries } from "../metrics-contract.ts";
import { readDistributions } from "./metric-distributions-query.ts";
import { groupSeries, type LineGroup, stepsOf, unitOf, usualAggregation } from "./metric-plan.ts";
import { type MatchedSeries, matchSeries, type SeriesSelection } from "./metric-series-query.ts";
import { readValues, type ValueRow } from "./metric-values-query.ts";
import { hasReplacedSamples, type SampleScope, samplesSql } from "./sample-source.ts";

/** Most series that one chart is made of; of more, those seen last are taken, and that is said. */
const MAX_SERIES = 5000;

/** A metric over time. */
export async function queryMetric(
  store: TelemetryStore,
  projectId: string,
  query: SeriesSelection & {
    groupBy: readonly string[];
    aggregation: Aggregation | undefined;
    range: { fromMs: number; toMs: number };
    step: number | undefined;
    limit: number;
    signal: AbortSignal;
  },
): Promise<MetricQueryResult> {
  const { metric, range, signal } = query;
  const steps = stepsOf(range, query.step);
  const found = await matchSeries(store, projectId, { ...query, limit: MAX_SERIES + 1 });
  const kind = mostFrequentKind(found);
  const series = found.slice(0, MAX_SERIES).filter((one) => one.kind === kind);
  const monotonic = series.some((one) => one.monotonic === 1);
  const aggregation = query.aggregation ?? usualAggregation(kind, monotonic);
  const replaced =
    series.length > 0 && (await hasReplacedSamples(store, projectId, { metric, range }, signal));
  const scope: SampleScope = { metric, groups: groupSeries(series), steps, range, replaced };
  const groups = await largestGroups(store, projectId, scope, query.limit, signal);
  const chosen = { ...scope, groups };
  const isDistribution = kind !== "gauge" && kind !== "sum";
  const rows =
    groups.length === 0
      ? []
      : isDistribution
        ? await readDistributions(store, projectId, chosen, kind, aggregation, signal)
        : await readValues(store, projectId, chosen, aggregation, signal);
  return {
    metric,
    kind,
    unit: unitOf(series[0]?.unit ?? "", kind, aggregation),
    aggregation,
    step_seconds: steps.seconds,
    times: Array.from({ length: steps.count }, (_, i) => steps.first + i * steps.seconds),
    series: linesOf(groups, query.groupBy, rows, steps.count),
    series_matched: series.length,
    truncated: found.length > MAX_SERIES || groups.length < scope.groups.length,
  };
}

function mostFrequentKind(series: readonly MatchedSeries[]): MetricSeries["kind"] {
  const counts = Map.groupBy(series, (one) => one.kind);
  return [...counts].sort((a, b) => b[1].length - a[1].length)[0]?.[0] ?? "gauge";
}

/** The groups to show: all, or where there are too many, those with the largest values or most measurements. */
async function largestGroups(
  store: TelemetryStore,
  projectId: string,
  scope: SampleScope,
  limit: number,
  signal: AbortSignal,
): Promise<readonly LineGroup[]> {
  if (scope.groups.length <= limit) return scope.groups;
  const bindings = new Bindings();
  const ranked = await store.queryProject<{ line: number }>(
    projectId,
    `SELECT line FROM ${samplesSql(scope, bindings, "value, count")}
     GROUP BY line ORDER BY max(greatest(abs(value), toFloat64(count))) DESC, line
     LIMIT ${bindings.bind(limit, "UInt32")}`,
    bindings.params,
    { signal },
  );
  return ranked.map(({ line }) => scope.groups[line]!);
}

/** Lines by their largest value; those without any sample in the range are left out. */
function linesOf(
  groups: readonly LineGroup[],
  groupBy: readonly string[],
  rows: readonly ValueRow[],
  steps: number,
): MetricQueryResult["series"] {
  const lines = groups.map((group) => ({
    labels: Object.fromEntries(groupBy.map((label, i) => [label, group.labels[i] ?? ""])),
    values: new Array<number | null>(steps).fill(null),
    largest: Number.NEGATIVE_INFINITY,
  }));
  for (const { line, step, value } of rows) {
    const target = lines[line];
    if (!target || value === null || !Number.isFinite(value) || step < 0 || step >= steps) continue;
    target.values[step] = value;
    target.largest = Math.max(target.largest, Math.abs(value));
  }
  return lines
    .filter((line) => line.largest >= 0)
    .sort((a, b) => b.largest - a.largest)
    .map(({ labels, values }) => ({ labels, values }));
}
