import type { Rollups, SourcePlan } from "#features/rollups/server/index.ts";
import { Bindings, spanConditions, spansOfAgents, startsBetween } from "#features/traces/server/index.ts";
import type { SpanFilter } from "#features/traces/trace-contract.ts";
import { pairs } from "#platform/clickhouse/tuple-params.ts";
import type { Measure } from "../analytics-contract.ts";
import { type MeasureSelect, measureSelect } from "./measure-sql.ts";
import { dimensionSql, filterIsRolledUp, isRolledUp } from "./span-dimensions.ts";

/** A range to read, cut into buckets where it has `starts` (ascending, in milliseconds since 1970). */
export interface Period {
  fromMs: number;
  toMs: number;
  starts?: readonly number[];
}

/** What to read: measures of the spans of a filter, by dimensions and buckets, over one or several periods. */
export interface Measured {
  projectId: string;
  filter: SpanFilter;
  periods: readonly Period[];
  measures: readonly Measure[];
  dimensions: readonly string[];
  /** Error rate and percentiles of durations are those of root spans. */
  ofRuns?: boolean | undefined;
}

/**
 * A subquery with the columns `period` (its index), `bucket` (epoch seconds), `g0`, `g1`… and the components of the
 * measures.
 */
export interface MeasuredRows {
  sql: string;
  /** The measures over the subquery's columns, for a query that groups them further. */
  outer: string[];
  bindings: Bindings;
  source: "rollups" | "spans" | "both";
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The range of equal length just before a range. */
export const periodBefore = ({ fromMs, toMs }: Period): Period => ({
  fromMs: Math.max(0, 2 * fromMs - toMs),
  toMs: fromMs,
});

/** Chooses the sources of a question and puts them together; each span counts once in its period. */
export async function measuredRows(rollups: Rollups, what: Measured): Promise<MeasuredRows> {
  const rolledUp = filterIsRolledUp(what.filter) && what.dimensions.every(isRolledUp);
  const plans = await Promise.all(
    what.periods.map((period) => {
      const inner = period.starts?.slice(1) ?? [];
      return rollups.plan(what.projectId, period, {
        rollups: rolledUp && inner.every((ms) => ms % HOUR_MS === 0),
        days: inner.every((ms) => ms % DAY_MS === 0),
      });
    }),
  );
  const writer = new PartWriter(what);
  plans.forEach((plan, i) => {
    writer.add(plan, what.periods[i]!, i);
  });
  return writer.rows();
}

const PAIRS = "Array(Tuple(UInt32, UInt64))";

/** Writes the parts of the subquery, one per kind of source and period. */
class PartWriter {
  private readonly bindings = new Bindings();
  private readonly parts: string[] = [];
  private readonly select: MeasureSelect;
  private readonly groups: string[];
  private readonly conditions: string[];
  private readonly sources = new Set<"rollups" | "spans">();
  /** The question is about agents, and many spans do not name theirs. */
  private readonly byAgent: boolean;

  constructor(what: Measured) {
    this.select = measureSelect(what.measures, what.ofRuns);
    this.groups = what.dimensions.map((dimension, i) => `${dimensionSql(dimension, this.bindings)} AS g${i}`);
    if (this.select.byRoot) this.groups.push("is_root AS c_root");
    this.byAgent =
      what.dimensions.includes("agent") ||
      what.measures.includes("executions") ||
      what.ofRuns === true ||
      /\bagent\b/.test(JSON.stringify(what.filter));
    this.conditions = spanConditions({ ...what.filter, from: undefined, to: undefined }, this.bindings);
  }

  add(plan: SourcePlan, period: Period, index: number): void {
    const times =
      period.starts &&
      this.bindings.bind(
        period.starts.map((ms) => Math.floor(ms / 1000)),
        "Array(UInt32)",
      );
    const head = (seconds: string) => [
      `${index} AS period`,
      `${times ? `roundDown(${seconds}, ${times})` : "toUInt32(0)"} AS bucket`,
      ...this.groups,
    ];
    const days = plan.days.map((day) => ({ ms: day.dayMs, generation: day.generation }));
    const hours = plan.hours.map((hour) => ({ ms: hour.hourMs, generation: hour.generation }));
    this.addRollup("span_days", days, head("toUnixTimestamp(hour)"));
    this.addRollup("span_hours", hours, head("toUnixTimestamp(hour)"));
    if (plan.spans.length > 0) this.addSpans(plan, head("toUnixTimestamp(start_time)"));
  }

  rows(): MeasuredRows {
    // A union needs a part, also where no period holds anything.
    if (this.parts.length === 0) {
      this.addSpans({ days: [], hours: [], spans: [] }, [
        "0 AS period",
        "toUInt32(0) AS bucket",
        ...this.groups,
      ]);
      this.sources.clear();
      this.sources.add("rollups");
    }
    return {
      sql: `(${this.parts.join("\n      UNION ALL\n      ")})`,
      outer: this.select.outer,
      bindings: this.bindings,
      source: this.sources.size > 1 ? "both" : ([...this.sources][0] ?? "spans"),
    };
  }

  private addRollup(
    table: string,
    rows: readonly { ms: number; generation: number }[],
    head: string[],
  ): void {
    if (rows.length === 0) return;
    this.sources.add("rollups");
    const list = this.bindings.bind(pairs(rows.map(({ ms, generation }) => [ms / 1000, generation])), PAIRS);
    this.parts.push(`SELECT ${[...head, ...this.select.rollup].join(", ")}
      FROM ${table}
      WHERE ${[
        "project_id = {project_id:UUID}",
        `hour >= toDateTime(${rows[0]!.ms / 1000}, 'UTC')`,
        `hour <= toDateTime(${rows.at(-1)!.ms / 1000}, 'UTC')`,
        `(toUnixTimestamp(hour), generation) IN ${list}`,
        ...this.conditions,
      ].join("\n        AND ")}`);
  }

  private seconds(ms: number): string {
    return `toDateTime(${this.bindings.bind(Math.floor(Math.max(0, ms) / 1000), "UInt32")}, 'UTC')`;
  }

  private addSpans(plan: SourcePlan, head: string[]): void {
    this.sources.add("spans");
    const ranges = plan.spans.map(({ fromMs, toMs, receivedFromMs }) => {
      const starts = startsBetween(fromMs, toMs, this.bindings);
      if (receivedFromMs === 0) return starts;
      const received = this.bindings.bind(receivedFromMs, "Int64");
      return `(${starts} AND received_at >= fromUnixTimestamp64Milli(${received}, 'UTC'))`;
    });
    const names = this.groups.map((group) => group.slice(group.lastIndexOf(" ") + 1));
    const chosen = ranges.join(" OR ") || "0";
    const around = {
      from: this.seconds(Math.min(...plan.spans.map(({ fromMs }) => fromMs))),
      to: this.seconds(Math.max(...plan.spans.map(({ toMs }) => toMs))),
    };
    const source =
      this.byAgent && plan.spans.length > 0
        ? spansOfAgents(chosen, around)
        : `(SELECT * FROM spans WHERE project_id = {project_id:UUID} AND (${chosen}))`;
    this.parts.push(`SELECT ${[...head, ...this.select.spans].join(", ")}
      FROM ${source}
      WHERE ${["1", ...this.conditions].join("\n        AND ")}
      GROUP BY ${["bucket", ...names].join(", ")}`);
  }
}
