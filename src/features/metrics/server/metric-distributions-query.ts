import { Bindings } from "#features/traces/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { Aggregation, MetricSeries } from "../metrics-contract.ts";
import { addedListSql, addedSql } from "./added-sql.ts";
import { Nature, quantileShare } from "./metric-plan.ts";
import type { ValueRow } from "./metric-values-query.ts";
import { type Bucket, explicitBuckets, exponentialBuckets, quantileOf } from "./quantile-buckets.ts";
import { type SampleScope, samplesSql, samplesWithBefore } from "./sample-source.ts";

/** Values of histograms, exponential histograms and summaries: of what was measured in each step. */
export async function readDistributions(
  store: TelemetryStore,
  projectId: string,
  scope: SampleScope,
  kind: MetricSeries["kind"],
  aggregation: Aggregation,
  signal: AbortSignal,
): Promise<ValueRow[]> {
  const share = quantileShare(aggregation);
  const bindings = new Bindings();
  const ask = <Row>(sql: string) => store.queryProject<Row>(projectId, sql, bindings.params, { signal });
  if (share === undefined) return ask(amountsSql(scope, aggregation, bindings));
  if (kind === "summary") return ask(toldQuantileSql(scope, share, bindings));
  if (kind === "histogram") {
    return quantiles(await ask<ExplicitRow>(explicitSql(scope, bindings)), share, (row) =>
      explicitBuckets(row.bounds, row.counts),
    );
  }
  return quantiles(await ask<ExponentialRow>(exponentialSql(scope, bindings)), share, bucketsOfExponential);
}

/** What counts and sums of measurements say. */
function amountsSql(scope: SampleScope, aggregation: Aggregation, bindings: Bindings): string {
  if (aggregation === "min" || aggregation === "max") {
    return `SELECT line, step, ${aggregation}If(${aggregation}, isFinite(${aggregation})) AS found,
        if(countIf(isFinite(${aggregation})) = 0, NULL, toNullable(found)) AS value
      FROM ${samplesSql(scope, bindings, "min, max")} GROUP BY line, step`;
  }
  if (aggregation === "last") {
    return `SELECT line, step, argMax(if(count > 0, sum / count, NULL), time) AS value
      FROM ${samplesSql(scope, bindings, "count, sum")} GROUP BY line, step`;
  }
  const added = `SELECT line, step, ${addedSql("count")} AS counted, ${addedSql("sum")} AS summed
    FROM ${samplesWithBefore(scope, bindings, ["count", "sum"])}`;
  const values: Partial<Record<Aggregation, string>> = {
    avg: "if(sum(counted) > 0, sum(summed) / sum(counted), NULL)",
    sum: "sum(summed)",
    count: "sum(counted)",
    increase: "sum(counted)",
    rate: `sum(counted) / ${bindings.bind(scope.steps.seconds, "UInt32")}`,
  };
  return `SELECT line, step, ${values[aggregation]} AS value FROM (${added})
    WHERE counted IS NOT NULL GROUP BY line, step`;
}

/** A summary tells its own quantiles; those of several series are averaged, for want of anything better. */
function toldQuantileSql(scope: SampleScope, share: number, bindings: Bindings): string {
  const q = bindings.bind(share, "Float64");
  return `SELECT line, step, avg(told) AS value
    FROM (SELECT line, step, arrayFirst(x -> abs(x.1 - ${q}) < 0.001, quantiles).2 AS told,
                 arrayExists(x -> abs(x.1 - ${q}) < 0.001, quantiles) AS is_told
          FROM ${samplesSql(scope, bindings, "quantiles")})
    WHERE is_told AND isFinite(told) GROUP BY line, step`;
}

interface ExplicitRow extends Omit<ValueRow, "value"> {
  bounds: number[];
  counts: number[];
}

function explicitSql(scope: SampleScope, bindings: Bindings): string {
  const added = addedListSql("bucket_counts", "bounds = before_bounds");
  return `SELECT line, step, bounds, sumForEach(added) AS counts
    FROM (SELECT line, step, bounds, ${added} AS added
          FROM ${samplesWithBefore(scope, bindings, ["bucket_counts", "bounds"])})
    WHERE notEmpty(added)
    GROUP BY line, step, bounds`;
}

interface ExponentialRow extends Omit<ValueRow, "value"> {
  scale: number;
  zeros: number;
  zero_threshold: number;
  positive: [number[], number[]];
  negative: [number[], number[]];
}

/**
 * Counts by index of bucket. The neighbour before may have had a finer scale, since senders coarsen it as values
 * spread: its indexes are brought to this one's, which halves them once per step of scale.
 */
function exponentialSql(scope: SampleScope, bindings: Bindings): string {
  const indexes = (prefix: string, half: string, scaledBy: string) =>
    `arrayMap(i -> toInt32(bitShiftRight(toInt64(${prefix}${half}_offset) + i - 1, ${scaledBy})), arrayEnumerate(${prefix}${half}_counts))`;
  const signed = (counts: string, sign: string) => `arrayMap(c -> ${sign}toInt64(c), ${counts})`;
  const usesBefore = `(nature = ${Nature.growing} AND NOT is_first AND NOT restarted
    AND before_scale >= scale AND count >= before_count)`;
  // Arrays of the sample and, taken away, those of its neighbour; sumMap adds up equal indexes.
  const half = (name: string) => `
    if(counts_at_all, arrayConcat(${indexes("", name, "0")}, if(uses_before, ${indexes("before_", name, "before_scale - scale")}, [])), []) AS ${name}_index,
    if(counts_at_all, arrayConcat(${signed(`${name}_counts`, "")}, if(uses_before, ${signed(`before_${name}_counts`, "-")}, [])), []) AS ${name}_added`;
  const columns = [
    "count",
    "scale",
    "zero_count",
    "zero_threshold",
    "positive_offset",
    "positive_counts",
    "negative_offset",
    "negative_counts",
  ];
  return `SELECT line, step, scale, sum(zeros_added) AS zeros, max(zero_threshold) AS zero_threshold,
      sumMap(positive_index, positive_added) AS positive, sumMap(negative_index, negative_added) AS negative
    FROM (
      SELECT line, step, scale, zero_threshold, ${usesBefore} AS uses_before,
             (nature = ${Nature.delta} OR NOT is_first OR began) AS counts_at_all,
             if(counts_at_all, toInt64(zero_count) - if(uses_before, toInt64(before_zero_count), 0), 0) AS zeros_added,
             ${half("positive")}, ${half("negative")}
      FROM ${samplesWithBefore(scope, bindings, columns)})
    GROUP BY line, step, scale`;
}

function bucketsOfExponential(row: ExponentialRow): Bucket[] {
  const zeros = { from: -row.zero_threshold, to: row.zero_threshold, count: row.zeros };
  return [
    ...exponentialBuckets(row.scale, ...row.positive, 1),
    ...exponentialBuckets(row.scale, ...row.negative, -1),
    ...(row.zeros > 0 ? [zeros] : []),
  ];
}

/** Quantiles of all rows of a line and step together, whatever bounds or scale each has. */
function quantiles<Row extends { line: number; step: number }>(
  rows: readonly Row[],
  share: number,
  bucketsOf: (row: Row) => Bucket[],
): ValueRow[] {
  const groups = Map.groupBy(rows, (row) => `${row.line}:${row.step}`);
  return [...groups.values()].map((group) => ({
    line: group[0]!.line,
    step: group[0]!.step,
    value: quantileOf(group.flatMap(bucketsOf), share),
  }));
}
