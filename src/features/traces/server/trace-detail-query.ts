import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { joinContent } from "./content-pieces.ts";
import {
  ATTRIBUTES_SELECT,
  type AttributesRow,
  CONTENT_SELECT,
  type ContentRow,
  DETAIL_SELECT,
  type DetailRow,
  SPAN_SELECT,
  type SpanRow,
} from "./span-row.ts";
import { SUMMARY_SELECT, summariesWhere, type TraceSummaryRow } from "./trace-summary-row.ts";

/** What a trace's summary says, or undefined when the project has no such trace. */
export async function findTrace(
  store: TelemetryStore,
  projectId: string,
  traceId: string,
  signal: AbortSignal,
): Promise<TraceSummaryRow | undefined> {
  const [row] = await store.queryProject<TraceSummaryRow>(
    projectId,
    `SELECT ${SUMMARY_SELECT}
     FROM ${summariesWhere(
       "project_id = {project_id:UUID} AND trace_id = toFixedString(unhex({trace_id:String}), 16)",
     )}`,
    { trace_id: traceId },
    // The projection is ordered by day, so it would be read whole; the spans have a bloom filter on the id.
    { signal, settings: { optimize_use_projections: 0 } },
  );
  return row;
}

/** What a list of spans is read with: `plain` for a waterfall, more where it is asked for. */
export type SpanColumns = "plain" | "attributes" | "content";

const COLUMNS: Record<SpanColumns, string> = {
  plain: SPAN_SELECT,
  attributes: `${SPAN_SELECT}, ${ATTRIBUTES_SELECT}`,
  content: `${SPAN_SELECT}, ${CONTENT_SELECT}`,
};

/** A trace by its id, and its bounds where they are known. */
export type TracePlace = Pick<TraceSummaryRow, "trace_id"> & Partial<Pick<TraceSummaryRow, "start" | "end">>;

/**
 * A trace's spans by start time, with their content put together where it is asked for. They are found by primary
 * key where the trace's bounds are known, else by the bloom filter on its id: so a caller need not wait for the
 * summary before it asks for the spans.
 */
export async function listSpans(
  store: TelemetryStore,
  projectId: string,
  trace: TracePlace,
  options: { columns: SpanColumns; limit: number; signal: AbortSignal },
): Promise<(SpanRow & Partial<AttributesRow> & Partial<ContentRow>)[]> {
  const rows = await store.queryProject<SpanRow & Partial<AttributesRow> & Partial<ContentRow>>(
    projectId,
    `SELECT ${COLUMNS[options.columns]}
     FROM spans
     WHERE ${trace.start === undefined ? OF_TRACE : IN_TRACE}
     ORDER BY start_time, span_id
     LIMIT {limit:UInt32}`,
    { ...boundsOf(trace), limit: options.limit },
    { signal: options.signal, settings: { optimize_use_projections: 0 } },
  );
  if (options.columns === "content") {
    await joinContent(store, projectId, rows as (SpanRow & ContentRow)[], options.signal);
  }
  return rows;
}

/** One span with everything stored of it, or undefined. */
export async function findSpan(
  store: TelemetryStore,
  projectId: string,
  trace: TraceSummaryRow,
  spanId: string,
  signal: AbortSignal,
): Promise<(SpanRow & DetailRow) | undefined> {
  const [row] = await store.queryProject<SpanRow & DetailRow>(
    projectId,
    `SELECT ${SPAN_SELECT}, ${DETAIL_SELECT}
     FROM spans
     WHERE ${IN_TRACE} AND span_id = toFixedString(unhex({span_id:String}), 8)
     LIMIT 1`,
    { ...boundsOf(trace), span_id: spanId },
    { signal },
  );
  if (row) await joinContent(store, projectId, [row], signal);
  return row;
}

const OF_TRACE = "project_id = {project_id:UUID} AND trace_id = toFixedString(unhex({trace_id:String}), 16)";
const IN_TRACE = `${OF_TRACE}
       AND toStartOfFiveMinutes(spans.start_time) BETWEEN
         toStartOfFiveMinutes(parseDateTimeBestEffort({from:String}, 'UTC'))
         AND toStartOfFiveMinutes(parseDateTimeBestEffort({to:String}, 'UTC'))`;

function boundsOf({ trace_id, start, end }: TracePlace): Record<string, unknown> {
  return start && end ? { trace_id, from: start.slice(0, 19), to: end.slice(0, 19) } : { trace_id };
}
