import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { EXEMPLAR_COLUMNS, SAMPLE_COLUMNS, SERIES_COLUMNS } from "./sample-columns.ts";

const namesOf = (columns: readonly { name: string }[]) => columns.map((column) => column.name);

/** The tables of metrics, with the columns their rows are written in. */
const METRIC_TABLES = {
  series: namesOf(SERIES_COLUMNS),
  samples: namesOf(SAMPLE_COLUMNS),
  exemplars: namesOf(EXEMPLAR_COLUMNS),
} as const;

/** Writes rows of one of the tables, durable when it returns. */
export function insertMetricRows(
  store: TelemetryStore,
  table: keyof typeof METRIC_TABLES,
  chunks: readonly Buffer[],
  token: string,
): Promise<void> {
  return store.insertRowBinary(table, METRIC_TABLES[table], chunks, token);
}

/**
 * A sample that the store holds: `key` is `<series>:<nanoseconds>`, `content` is `<value>:<count>:<sum>:<flags>` with
 * the bits of the doubles.
 */
export interface StoredSample {
  key: string;
  content: string;
}

/** A series as the 16 hex digits it is called by outside of the store. */
const SERIES_HEX = "leftPad(lower(hex(series)), 16, '0')";

const HOUR_NS = 3_600_000_000_000n;

/** Which of these samples the store holds, with their newest content. Found by primary key. */
export function findStoredSamples(
  store: TelemetryStore,
  projectId: string,
  samples: readonly { metric: string; series: string; timeNs: bigint }[],
): Promise<StoredSample[]> {
  const hours = [...new Set(samples.map((sample) => Number((sample.timeNs / HOUR_NS) * 3600n)))];
  return store.queryProject<StoredSample>(
    projectId,
    `SELECT ${SERIES_HEX} || ':' || toString(toUnixTimestamp64Nano(time)) AS key,
            argMax(concat(toString(reinterpretAsUInt64(value)), ':', toString(count), ':', toString(reinterpretAsUInt64(sum)),
                          ':', toString(flags)), (received_at, revision)) AS content
     FROM samples
     WHERE project_id = {project_id:UUID}
       AND metric IN {metrics:Array(String)}
       AND toStartOfHour(time) IN (SELECT toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC'))
       AND series IN (SELECT arrayJoin({series:Array(UInt64)}))
       AND time IN (SELECT fromUnixTimestamp64Nano(arrayJoin({times:Array(Int64)}), 'UTC'))
     GROUP BY series, time`,
    {
      metrics: [...new Set(samples.map((sample) => sample.metric))],
      hours,
      series: [...new Set(samples.map((sample) => BigInt(`0x${sample.series}`)))],
      times: [...new Set(samples.map((sample) => sample.timeNs))],
    },
  );
}

/** The newest time of each series that has samples later than `sinceMs`, over all projects. */
export function findSamplesAfter(
  store: TelemetryStore,
  sinceMs: number,
): Promise<{ project_id: string; series: string; newest_ns: string }[]> {
  return store.queryAll(
    `SELECT toString(project_id) AS project_id, ${SERIES_HEX} AS series,
            toString(toUnixTimestamp64Nano(max(time))) AS newest_ns
     FROM samples
     WHERE time > fromUnixTimestamp64Milli({since:Int64}, 'UTC')
     GROUP BY project_id, series
     LIMIT 1000000`,
    { since: sinceMs },
  );
}
