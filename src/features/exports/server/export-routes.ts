import { z } from "zod";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { abortSignalOf } from "#platform/http/abort-signal.ts";
import { projectOf } from "#platform/http/access.ts";
import { problemSchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { parseTimeRange } from "#platform/http/time-input.ts";
import {
  type ExportFormat,
  MAX_EXPORT_ROWS,
  spanExportQuerySchema,
  traceExportQuerySchema,
} from "../export-contract.ts";
import { countRows, spanExport, streamRows, traceExport } from "./export-queries.ts";

const MEDIA_TYPES: Record<ExportFormat, string> = {
  csv: "text/csv; charset=utf-8",
  json: "application/x-ndjson; charset=utf-8",
  parquet: "application/vnd.apache.parquet",
};

const ANSWER = {
  description:
    "The rows. `X-Export-Rows` says how many, `X-Export-Limit` how many there may be, and `X-Export-Truncated` " +
    "whether that cut the export. An answer that ends without its last chunk is not complete.",
  content: {
    "text/csv": { schema: z.string() },
    "application/x-ndjson": { schema: z.string() },
    "application/vnd.apache.parquet": { schema: z.string() },
  },
};

/** Taking a whole filter along, as a file. Rows stream from the store, so that memory stays the same. */
export function registerExportRoutes(app: HttpServer, store: TelemetryStore): void {
  type Request = Parameters<typeof projectOf>[0];
  type Reply = Parameters<typeof abortSignalOf>[0];

  async function send(
    kind: keyof typeof MAX_EXPORT_ROWS,
    request: Request & {
      query: { format: ExportFormat; from?: string | undefined; to?: string | undefined };
    },
    reply: Reply,
    makeQuery: (where: Parameters<typeof spanExport>[1]) => ReturnType<typeof spanExport>,
  ): Promise<never> {
    const { format } = request.query;
    const range = parseTimeRange(request.query, Date.now());
    const where = { projectId: projectOf(request).id, range, format, signal: abortSignalOf(reply) };
    const limit = MAX_EXPORT_ROWS[kind];
    const query = await makeQuery(where);
    const { rows, truncated } = await countRows(store, where, query, limit);
    const stream = await streamRows(store, where, query, limit);
    const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
    const name = `flightdeck-${kind}-${day(range.fromMs)}-${day(range.toMs)}.${format === "json" ? "ndjson" : format}`;
    reply.header("content-type", MEDIA_TYPES[format]);
    reply.header("content-disposition", `attachment; filename="${name}"`);
    reply.header("x-export-rows", String(rows));
    reply.header("x-export-limit", String(limit));
    reply.header("x-export-truncated", String(truncated));
    // The answer's type speaks of text; what is sent are the store's bytes.
    return stream as never;
  }

  app.get(
    "/api/v1/exports/traces",
    {
      config: { access: "exports:read" },
      schema: {
        tags: ["analytics"],
        summary: "All traces of a filter as CSV, JSON lines or Parquet",
        querystring: traceExportQuerySchema,
        response: { 200: ANSWER, 400: problemSchema },
      },
    },
    (request, reply) =>
      send("traces", request, reply, (where) => {
        const { format: _format, from: _from, to: _to, ...filter } = request.query;
        return traceExport(store, where, filter);
      }),
  );

  app.get(
    "/api/v1/exports/spans",
    {
      config: { access: "exports:read" },
      schema: {
        tags: ["analytics"],
        summary: "All spans of a filter as CSV, JSON lines or Parquet",
        querystring: spanExportQuerySchema,
        response: { 200: ANSWER, 400: problemSchema },
      },
    },
    (request, reply) =>
      send("spans", request, reply, (where) => {
        const { format: _format, from: _from, to: _to, ...filter } = request.query;
        return spanExport(store, where, filter);
      }),
  );
}
