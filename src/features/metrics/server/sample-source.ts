import type { Bindings } from "#features/traces/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { type LineGroup, natureOf, type Steps } from "./metric-plan.ts";

/** The samples of some groups of series over some steps. */
export interface SampleScope {
  metric: string;
  groups: readonly LineGroup[];
  steps: Steps;
  range: { fromMs: number; toMs: number };
  /** True where a sample was said anew: then the older ones must be left out. */
  replaced: boolean;
}

/** How far before the range the sample is looked for that the first one in it adds to, in seconds. */
function lookBehindSeconds(steps: Steps): number {
  return Math.min(3600, Math.max(300, 2 * steps.seconds));
}

/** Conditions that find the samples; with `behind` those before the range as well, to tell what was added. */
function conditionsOf(scope: SampleScope, bindings: Bindings, behind: boolean): string {
  const fromMs = scope.steps.first * 1000 - (behind ? lookBehindSeconds(scope.steps) * 1000 : 0);
  const bound = (ms: number) => `fromUnixTimestamp64Milli(${bindings.bind(Math.floor(ms), "Int64")}, 'UTC')`;
  const ids = scope.groups.flatMap((group) => group.series.map((series) => BigInt(series.id)));
  const from = bound(fromMs);
  const to = bound(scope.range.toMs);
  return `project_id = {project_id:UUID} AND metric = ${bindings.bind(scope.metric, "String")}
    AND toStartOfHour(time) BETWEEN toStartOfHour(${from}) AND toStartOfHour(${to})
    AND time >= ${from} AND time < ${to}
    AND series IN (SELECT arrayJoin(${bindings.bind(ids, "Array(UInt64)")}))
    AND bitAnd(flags, 1) = 0`;
}

const tableOf = (scope: SampleScope) => (scope.replaced ? "samples FINAL" : "samples");

/** Maps a series to a number: the line it belongs to, or its nature. */
function seriesMap(scope: SampleScope, bindings: Bindings, of: "line" | "nature"): string {
  const ids: bigint[] = [];
  const numbers: number[] = [];
  scope.groups.forEach((group, line) => {
    for (const series of group.series) {
      ids.push(BigInt(series.id));
      numbers.push(of === "line" ? line : natureOf(series));
    }
  });
  return `transform(series, ${bindings.bind(ids, "Array(UInt64)")}, ${bindings.bind(numbers, "Array(UInt32)")}, toUInt32(0))`;
}

/** Step of a sample, counted from the first. */
function stepOf(scope: SampleScope, bindings: Bindings): string {
  const { first, seconds } = scope.steps;
  return `intDiv(toUnixTimestamp(time) - ${bindings.bind(first, "Int64")}, ${bindings.bind(seconds, "Int64")})`;
}

/** The samples in the range with `line` and `step`, as a subquery. */
export function samplesSql(scope: SampleScope, bindings: Bindings, columns: string): string {
  return `(SELECT ${seriesMap(scope, bindings, "line")} AS line, ${stepOf(scope, bindings)} AS step, series, time, ${columns}
    FROM ${tableOf(scope)} WHERE ${conditionsOf(scope, bindings, false)})`;
}

/**
 * The samples in the range with what their neighbour before said (`before_…`, null where there is none), with
 * `line`, `step` and `nature`, and with `restarted`: the sender counts from 0 again. A sender that tells when it
 * started and did so within the range has no neighbour to look for: all it says was added.
 */
export function samplesWithBefore(
  scope: SampleScope,
  bindings: Bindings,
  columns: readonly string[],
): string {
  const first = bindings.bind(scope.steps.first, "Int64");
  const before = columns.map((column) => `lagInFrame(${column}) OVER w AS before_${column}`).join(", ");
  return `(SELECT *, ${stepOf(scope, bindings)} AS step,
      is_first AND start_time >= fromUnixTimestamp64Milli(${first} * 1000, 'UTC') AS began,
      NOT is_first AND start_time > before_start AS restarted
    FROM (
      SELECT ${seriesMap(scope, bindings, "line")} AS line, ${seriesMap(scope, bindings, "nature")} AS nature,
             series, time, start_time, ${columns.join(", ")}, ${before},
             lagInFrame(start_time) OVER w AS before_start, row_number() OVER w = 1 AS is_first
      FROM ${tableOf(scope)} WHERE ${conditionsOf(scope, bindings, true)}
      WINDOW w AS (PARTITION BY series ORDER BY time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))
    WHERE time >= fromUnixTimestamp64Milli(${first} * 1000, 'UTC'))`;
}

/** Whether any sample in the range was said anew; the mark is rare and indexed, so this reads next to nothing. */
export async function hasReplacedSamples(
  store: TelemetryStore,
  projectId: string,
  scope: Pick<SampleScope, "metric" | "range">,
  signal: AbortSignal,
): Promise<boolean> {
  const rows = await store.queryProject(
    projectId,
    `SELECT 1 AS one FROM samples
     WHERE project_id = {project_id:UUID} AND metric = {metric:String} AND revision > 0
       AND toStartOfHour(time) BETWEEN toStartOfHour(fromUnixTimestamp64Milli({from:Int64}, 'UTC')) - INTERVAL 2 HOUR
         AND toStartOfHour(fromUnixTimestamp64Milli({to:Int64}, 'UTC'))
     LIMIT 1`,
    { metric: scope.metric, from: scope.range.fromMs, to: scope.range.toMs },
    { signal },
  );
  return rows.length > 0;
}
