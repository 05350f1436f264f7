import type { Readable } from "node:stream";
import {
  Bindings,
  filterSql,
  messageCondition,
  planMessageSearch,
  readableSpans,
  spanConditions,
  startsBetween,
  summariesWhere,
  windowParams,
} from "#features/traces/server/index.ts";
import type { SpanFilter, TraceFilter } from "#features/traces/trace-contract.ts";
import type { QueryParams, StreamFormat, TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { ExportFormat } from "../export-contract.ts";
import { exportNames, exportSelect, SPAN_COLUMNS, TRACE_COLUMNS } from "./export-columns.ts";

/** A query whose rows are to be exported, without its limit. */
interface ExportQuery {
  /** Rows with the export's columns, in their order. */
  sql: string;
  /** As many rows, cheaper. */
  countSql: string;
  params: QueryParams;
}

const STREAM_FORMATS: Record<ExportFormat, StreamFormat> = {
  csv: "CSVWithNames",
  json: "JSONEachRow",
  parquet: "Parquet",
};

/** An export may take longer than a page; whoever leaves stops it. */
const LIMITS = {
  maxSeconds: 600,
  maxMemoryBytes: 768 * 1024 * 1024,
  settings: { max_bytes_before_external_group_by: 200_000_000, max_bytes_before_external_sort: 200_000_000 },
};

interface Where {
  projectId: string;
  range: { fromMs: number; toMs: number };
  format: ExportFormat;
  signal: AbortSignal;
}

/** The spans of a filter, newest five minutes first. */
export async function spanExport(
  store: TelemetryStore,
  where: Where,
  filter: SpanFilter,
): Promise<ExportQuery> {
  const { projectId, range, format, signal } = where;
  const bindings = new Bindings();
  const conditions = [
    "project_id = {project_id:UUID}",
    startsBetween(range.fromMs, range.toMs, bindings),
    ...spanConditions(filter, bindings),
  ];
  if (filter.message !== undefined) {
    const search = await planMessageSearch(store, projectId, { words: filter.message, range, signal });
    conditions.push(messageCondition(search, range, bindings));
  }
  const condition = conditions.join("\n        AND ");
  return {
    // In the order of the table, so that rows stream while they are read.
    sql: `SELECT ${exportNames(SPAN_COLUMNS)} FROM (
      SELECT ${exportSelect(SPAN_COLUMNS, format)} FROM spans
      WHERE ${condition}
      ORDER BY project_id DESC, toStartOfFiveMinutes(start_time) DESC
      LIMIT {limit:UInt64})`,
    countSql: `SELECT 1 FROM spans WHERE ${condition}`,
    params: bindings.params,
  };
}

/** The traces of a filter, newest first. */
export async function traceExport(
  store: TelemetryStore,
  where: Where,
  filter: TraceFilter,
): Promise<ExportQuery> {
  const { projectId, range, format, signal } = where;
  const sql = filterSql(filter);
  const bindings = new Bindings("search_");
  if (filter.message !== undefined) {
    const search = await planMessageSearch(store, projectId, { words: filter.message, range, signal });
    sql.span.push(messageCondition(search, range, bindings));
  }
  const from = `${summariesWhere(readableSpans(sql))}
      WHERE ${[
        "t_start >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')",
        "t_start < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')",
        ...sql.summary,
      ].join("\n        AND ")}`;
  return {
    sql: `SELECT ${exportNames(TRACE_COLUMNS)} FROM (
      SELECT ${exportSelect(TRACE_COLUMNS, format)} FROM ${from}
      ORDER BY t_start DESC
      LIMIT {limit:UInt64})`,
    countSql: `SELECT 1 FROM ${from}`,
    params: { ...sql.params, ...bindings.params, ...windowParams(range) },
  };
}

/** Whether a query has more rows than an export may hold, and how many it will hold. */
export async function countRows(
  store: TelemetryStore,
  where: Where,
  query: ExportQuery,
  limit: number,
): Promise<{ rows: number; truncated: boolean }> {
  const [row] = await store.queryProject<{ found: number }>(
    where.projectId,
    `SELECT count() AS found FROM (${query.countSql} LIMIT {most:UInt64})`,
    { ...query.params, most: limit + 1 },
    { ...LIMITS, signal: where.signal },
  );
  const found = row?.found ?? 0;
  return { rows: Math.min(found, limit), truncated: found > limit };
}

/** The rows as bytes of the format, as the store makes them. */
export function streamRows(
  store: TelemetryStore,
  where: Where,
  query: ExportQuery,
  limit: number,
): Promise<Readable> {
  return store.streamProject(
    where.projectId,
    query.sql,
    STREAM_FORMATS[where.format],
    { ...query.params, limit },
    { ...LIMITS, signal: where.signal },
  );
}
