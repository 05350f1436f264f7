import type { Rollups, SourcePlan } from "#features/rollups/server/index.ts";
import { Bindings, spanConditions, startsBetween } from "#features/traces/server/index.ts";
import type { SpanFilter } from "#features/traces/trace-contract.ts";
import { pairs } from "#platform/clickhouse/tuple-params.ts";
import type { Measure } from "../analytics-contract.ts";
import { type MeasureSelect, measureSelect } from "./measure-sql.ts";
import { dimensionSql, filterIsRolledUp, isRolledUp } from "./span-dimensions.ts";

/** What to read: measures of the spans of a filter, by dimensions and buckets. */
export interface Measured {
  projectId: string;
  filter: SpanFilter;
  range: { fromMs: number; toMs: number };
  measures: readonly Measure[];
  dimensions: readonly string[];
  /** Starts of buckets, ascending, in milliseconds since 1970; without them there is one bucket. */
  starts?: readonly number[];
}

/** A subquery with the columns `bucket` (epoch seconds), `g0`, `g1`… and the components of the measures. */
export interface MeasuredRows {
  sql: string;
  /** The measures over the subquery's columns, for a query that groups them further. */
  outer: string[];
  bindings: Bindings;
  source: "rollups" | "spans" | "both";
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Chooses the sources of a question and puts them together; each span counts once. */
export async function measuredRows(rollups: Rollups, what: Measured): Promise<MeasuredRows> {
  const inner = what.starts?.slice(1) ?? [];
  const plan = await rollups.plan(what.projectId, what.range, {
    rollups:
      filterIsRolledUp(what.filter) &&
      what.dimensions.every(isRolledUp) &&
      inner.every((ms) => ms % HOUR_MS === 0),
    days: inner.every((ms) => ms % DAY_MS === 0),
  });
  return rowsOfPlan(plan, what);
}

function rowsOfPlan(plan: SourcePlan, what: Measured): MeasuredRows {
  const bindings = new Bindings();
  const select = measureSelect(what.measures);
  const groups = what.dimensions.map((dimension, i) => `${dimensionSql(dimension, bindings)} AS g${i}`);
  const conditions = spanConditions({ ...what.filter, from: undefined, to: undefined }, bindings);
  const times = what.starts
    ? bindings.bind(
        what.starts.map((ms) => Math.floor(ms / 1000)),
        "Array(UInt32)",
      )
    : undefined;
  const bucketOf = (seconds: string) =>
    `${times ? `roundDown(${seconds}, ${times})` : "toUInt32(0)"} AS bucket`;
  const parts: string[] = [];
  const rollup = (table: string, rows: readonly { ms: number; generation: number }[]) => {
    if (rows.length === 0) return;
    const list = bindings.bind(pairs(rows.map(({ ms, generation }) => [ms / 1000, generation])), PAIRS);
    parts.push(`SELECT ${[bucketOf("toUnixTimestamp(hour)"), ...groups, ...select.rollup].join(", ")}
      FROM ${table}
      WHERE ${[
        "project_id = {project_id:UUID}",
        `hour >= toDateTime(${rows[0]!.ms / 1000}, 'UTC')`,
        `hour <= toDateTime(${rows.at(-1)!.ms / 1000}, 'UTC')`,
        `(toUnixTimestamp(hour), generation) IN ${list}`,
        ...conditions,
      ].join("\n        AND ")}`);
  };
  rollup(
    "span_days",
    plan.days.map((day) => ({ ms: day.dayMs, generation: day.generation })),
  );
  rollup(
    "span_hours",
    plan.hours.map((hour) => ({ ms: hour.hourMs, generation: hour.generation })),
  );
  const fromRollups = parts.length > 0;
  if (plan.spans.length > 0 || !fromRollups)
    parts.push(spansPart(plan, select, groups, conditions, bucketOf, bindings));
  return {
    sql: `(${parts.join("\n      UNION ALL\n      ")})`,
    outer: select.outer,
    bindings,
    source: !fromRollups ? "spans" : plan.spans.length > 0 ? "both" : "rollups",
  };
}

const PAIRS = "Array(Tuple(UInt32, UInt64))";

function spansPart(
  plan: SourcePlan,
  select: MeasureSelect,
  groups: readonly string[],
  conditions: readonly string[],
  bucketOf: (seconds: string) => string,
  bindings: Bindings,
): string {
  const ranges = plan.spans.map(({ fromMs, toMs, receivedFromMs }) => {
    const starts = startsBetween(fromMs, toMs, bindings);
    return receivedFromMs === 0
      ? starts
      : `(${starts} AND received_at >= fromUnixTimestamp64Milli(${bindings.bind(receivedFromMs, "Int64")}, 'UTC'))`;
  });
  const names = ["bucket", ...groups.map((_, i) => `g${i}`)];
  return `SELECT ${[bucketOf("toUnixTimestamp(start_time)"), ...groups, ...select.spans].join(", ")}
      FROM spans
      WHERE ${["project_id = {project_id:UUID}", `(${ranges.join(" OR ") || "0"})`, ...conditions].join(
        "\n        AND ",
      )}
      GROUP BY ${names.join(", ")}`;
}
