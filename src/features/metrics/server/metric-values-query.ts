import { Bindings } from "#features/traces/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { Aggregation } from "../metrics-contract.ts";
import { addedSql } from "./added-sql.ts";
import { quantileShare } from "./metric-plan.ts";
import { type SampleScope, samplesSql, samplesWithBefore } from "./sample-source.ts";

/** One value of a chart: which line, which step. */
export interface ValueRow {
  line: number;
  step: number;
  value: number | null;
}

/**
 * Values of gauges and sums. A sum over several series adds up the newest value of each, or, where each sample says
 * what was added, all of them.
 */
export function readValues(
  store: TelemetryStore,
  projectId: string,
  scope: SampleScope,
  aggregation: Aggregation,
  signal: AbortSignal,
): Promise<ValueRow[]> {
  const bindings = new Bindings();
  const sql = valuesSql(scope, aggregation, bindings);
  return store.queryProject<ValueRow>(projectId, sql, bindings.params, { signal });
}

function valuesSql(scope: SampleScope, aggregation: Aggregation, bindings: Bindings): string {
  const grouped = (value: string, from: string) =>
    `SELECT line, step, ${value} AS value FROM ${from} GROUP BY line, step`;
  const isDelta = scope.groups.some((group) => group.series.some((series) => series.temporality === "delta"));
  switch (aggregation) {
    case "rate":
    case "increase": {
      const added = `SELECT line, step, ${addedSql("value")} AS added FROM ${samplesWithBefore(scope, bindings, ["value"])}`;
      const per = aggregation === "rate" ? ` / ${bindings.bind(scope.steps.seconds, "UInt32")}` : "";
      // Steps without anything known stay empty instead of 0.
      return `SELECT line, step, sum(added)${per} AS value FROM (${added}) WHERE added IS NOT NULL GROUP BY line, step`;
    }
    case "sum": {
      const inner = isDelta ? "sum(value)" : "argMax(value, time)";
      return `SELECT line, step, sum(one) AS value
        FROM (SELECT line, step, series, ${inner} AS one FROM ${samplesSql(scope, bindings, "value")} GROUP BY line, step, series)
        GROUP BY line, step`;
    }
    case "avg":
    case "min":
    case "max":
      return grouped(`${aggregation}(value)`, samplesSql(scope, bindings, "value"));
    case "last":
      return grouped("argMax(value, time)", samplesSql(scope, bindings, "value"));
    case "count":
      return grouped("toFloat64(count())", samplesSql(scope, bindings, "value"));
    default:
      return grouped(`quantile(${quantileShare(aggregation)})(value)`, samplesSql(scope, bindings, "value"));
  }
}
