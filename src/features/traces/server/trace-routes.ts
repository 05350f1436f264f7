import { z } from "zod";
import type { AttributeMapping } from "#features/telemetry/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { abortSignalOf } from "#platform/http/abort-signal.ts";
import { projectOf } from "#platform/http/access.ts";
import { decodeCursor, encodeCursor } from "#platform/http/cursor.ts";
import { problemSchema, projectQuerySchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { parseTimeRange } from "#platform/http/time-input.ts";
import {
  spanDetailSchema,
  spanListQuerySchema,
  spanListSchema,
  traceDetailSchema,
  traceFacetsSchema,
  traceListQuerySchema,
  traceListSchema,
  traceQuerySchema,
} from "../trace-contract.ts";
import { listFilteredSpans, spanCursorSchema } from "./span-list-query.ts";
import { findSpanLogEvents } from "./span-log-events-query.ts";
import { messagesOf, presentAttributes, presentSpan, presentSpanDetail } from "./span-row.ts";
import { findSpan, findTrace, listSpans } from "./trace-detail-query.ts";
import { readFacets } from "./trace-facets-query.ts";
import { cursorOf, listTraces, traceCursorSchema } from "./trace-list-query.ts";
import { presentSummary, type TraceSummaryRow } from "./trace-summary-row.ts";

/** Most spans one answer holds; with messages fewer, since each may be large. */
const MAX_SPANS = 50_000;
const MAX_SPANS_WITH_MESSAGES = 2000;

const traceIdSchema = z
  .string()
  .regex(/^[0-9a-fA-F]{32}$/, "must be 32 hex digits")
  .transform((id) => id.toLowerCase());
const spanIdSchema = z
  .string()
  .regex(/^[0-9a-fA-F]{16}$/, "must be 16 hex digits")
  .transform((id) => id.toLowerCase());

/** Reading traces: the list, its facets, one trace, one span. `mappings` knows projects' own attribute names. */
export function registerTraceRoutes(
  app: HttpServer,
  store: TelemetryStore,
  mappings: { of(projectId: string): AttributeMapping | undefined },
): void {
  app.get(
    "/api/v1/traces",
    {
      config: { access: "traces:read", shared: true },
      schema: {
        tags: ["traces"],
        summary: "List traces, newest first",
        querystring: traceListQuerySchema,
        response: { 200: traceListSchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const { limit, cursor, from, to, ...filter } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, traceCursorSchema);
      const rows = await listTraces(store, projectOf(request).id, {
        filter,
        range: parseTimeRange({ from, to }, Date.now()),
        limit: limit + 1,
        after,
        signal: abortSignalOf(reply),
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        data: page.map(presentSummary),
        next_cursor: rows.length > limit && last ? encodeCursor(cursorOf(last)) : null,
      };
    },
  );

  app.get(
    "/api/v1/traces/facets",
    {
      config: { access: "traces:read", shared: true },
      schema: {
        tags: ["traces"],
        summary: "The most frequent agents, models, services and so on in a time range",
        querystring: traceListQuerySchema.pick({ project: true, from: true, to: true }),
        response: { 200: traceFacetsSchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const range = parseTimeRange(request.query, Date.now());
      return readFacets(store, projectOf(request).id, range, abortSignalOf(reply));
    },
  );

  app.get(
    "/api/v1/traces/:traceId",
    {
      config: { access: "traces:read", shared: true },
      schema: {
        tags: ["traces"],
        summary: "One trace with its spans",
        params: z.object({ traceId: traceIdSchema }),
        querystring: traceQuerySchema,
        response: { 200: traceDetailSchema, 404: problemSchema },
      },
    },
    async (request, reply) => {
      const { include, exclude } = request.query;
      const signal = abortSignalOf(reply);
      const projectId = projectOf(request).id;
      const limit = include === "messages" ? MAX_SPANS_WITH_MESSAGES : MAX_SPANS;
      const columns = include === "messages" ? "content" : exclude === "attributes" ? "plain" : "attributes";
      const { traceId } = request.params;
      const [trace, rows] = await Promise.all([
        requireTrace(store, projectId, traceId, signal),
        listSpans(store, projectId, { trace_id: traceId }, { columns, limit: limit + 1, signal }),
      ]);
      const mapping = mappings.of(projectId);
      const spans = rows.slice(0, limit).map((row) => ({
        ...presentSpan(row),
        ...(exclude === "attributes" ? {} : { attributes: presentAttributes(row as never) }),
        ...(include === "messages" ? messagesOf(row as never, mapping) : {}),
      }));
      return { trace: presentSummary(trace), spans, truncated: rows.length > limit };
    },
  );

  app.get(
    "/api/v1/spans",
    {
      config: { access: "traces:read" },
      schema: {
        tags: ["traces"],
        summary: "List spans, newest first or largest first, also by words of their messages",
        querystring: spanListQuerySchema,
        response: { 200: spanListSchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const { limit, cursor, sort, from, to, ...filter } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, spanCursorSchema);
      if (after && after.sort !== sort) throw otherOrder();
      const page = await listFilteredSpans(store, projectOf(request).id, {
        filter,
        range: parseTimeRange({ from, to }, Date.now()),
        sort,
        limit,
        after,
        signal: abortSignalOf(reply),
      });
      return {
        data: page.rows,
        next_cursor: page.next ? encodeCursor(page.next) : null,
        truncated: page.truncated,
        searched_from: new Date(page.searchedFromMs).toISOString(),
      };
    },
  );

  app.get(
    "/api/v1/spans/:spanId",
    {
      config: { access: "traces:read" },
      schema: {
        tags: ["traces"],
        summary: "One span with everything that is stored of it",
        params: z.object({ spanId: spanIdSchema }),
        querystring: projectQuerySchema.extend({ trace_id: traceIdSchema }),
        response: { 200: spanDetailSchema, 404: problemSchema },
      },
    },
    async (request, reply) => {
      const signal = abortSignalOf(reply);
      const projectId = projectOf(request).id;
      const trace = await requireTrace(store, projectId, request.query.trace_id, signal);
      const row = await findSpan(store, projectId, trace, request.params.spanId, signal);
      if (!row) {
        throw new FlightdeckError("This trace has no such span.", { code: "span_not_found", status: 404 });
      }
      const mapping = mappings.of(projectId);
      const span = presentSpanDetail(row, mapping);
      if (span.model === "" || span.input_messages.length + span.output_messages.length > 0) return span;
      // Before 1.37 the conventions sent messages as log records beside the span.
      const told = await findSpanLogEvents(store, projectId, span, signal);
      return {
        ...span,
        ...messagesOf(
          {
            ...row,
            attributes_json: { ...row.attributes_json, ...told.attributes },
            events: JSON.stringify([...JSON.parse(row.events || "[]"), ...told.events]),
          },
          mapping,
        ),
      };
    },
  );
}

const otherOrder = () =>
  new FlightdeckError("The cursor belongs to a list in another order. Start again without it.", {
    code: "invalid_cursor",
    status: 400,
  });

async function requireTrace(
  store: TelemetryStore,
  projectId: string,
  traceId: string,
  signal: AbortSignal,
): Promise<TraceSummaryRow> {
  const trace = await findTrace(store, projectId, traceId, signal);
  if (trace) return trace;
  throw new FlightdeckError(
    "There is no such trace in this project. It may not have arrived yet, or its retention has ended.",
    { code: "trace_not_found", status: 404 },
  );
}
