import { Bindings } from "#features/traces/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { MetricExemplar } from "../metrics-contract.ts";
import { SERIES_HEX } from "./label-filters.ts";
import { matchSeries, type SeriesSelection } from "./metric-series-query.ts";

const MAX_SERIES = 5000;

/** Single measurements behind a metric, newest first; one that was sent twice is told once. */
export async function listExemplars(
  store: TelemetryStore,
  projectId: string,
  options: SeriesSelection & {
    range: { fromMs: number; toMs: number };
    limit: number;
    signal: AbortSignal;
  },
): Promise<MetricExemplar[]> {
  const { signal, range } = options;
  const series = await matchSeries(store, projectId, { ...options, groupBy: [], limit: MAX_SERIES });
  if (series.length === 0) return [];
  const bindings = new Bindings();
  const bound = (ms: number) => `fromUnixTimestamp64Milli(${bindings.bind(Math.floor(ms), "Int64")}, 'UTC')`;
  const rows = await store.queryProject<
    Omit<MetricExemplar, "trace_id" | "span_id"> & Record<"trace_id" | "span_id", string>
  >(
    projectId,
    `SELECT exemplars.time AS time, value, lower(hex(trace_id)) AS trace_id, lower(hex(span_id)) AS span_id,
            ${SERIES_HEX.replace("hex(series)", "hex(exemplars.series)")} AS series, attributes
     FROM exemplars
     WHERE project_id = {project_id:UUID} AND metric = ${bindings.bind(options.metric, "String")}
       AND toStartOfHour(exemplars.time) BETWEEN toStartOfHour(${bound(range.fromMs)}) AND toStartOfHour(${bound(range.toMs)})
       AND exemplars.time >= ${bound(range.fromMs)} AND exemplars.time < ${bound(range.toMs)}
       AND exemplars.series IN (SELECT arrayJoin(${bindings.bind(
         series.map((one) => BigInt(one.id)),
         "Array(UInt64)",
       )}))
     ORDER BY exemplars.time DESC
     LIMIT 1 BY exemplars.series, exemplars.time, exemplars.trace_id, exemplars.span_id, value
     LIMIT ${bindings.bind(options.limit, "UInt32")}`,
    bindings.params,
    { signal },
  );
  const idOrNull = (hex: string) => (/[^0]/.test(hex) ? hex : null);
  return rows.map((row) => ({ ...row, trace_id: idOrNull(row.trace_id), span_id: idOrNull(row.span_id) }));
}
