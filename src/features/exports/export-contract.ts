import { z } from "zod";
import { spanFilterSchema, traceFilterSchema } from "#features/traces/trace-contract.ts";

export const EXPORT_FORMATS = ["csv", "json", "parquet"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Most rows one export holds. `X-Export-Limit` names it, and `X-Export-Truncated` whether it cut the export. */
export const MAX_EXPORT_ROWS = { spans: 1_000_000, traces: 500_000 } as const;

const exportShape = {
  format: z.enum(EXPORT_FORMATS).default("csv").describe("`json` is one object per line."),
};

/** `GET /exports/traces`: the whole filter, newest first. */
export const traceExportQuerySchema = traceFilterSchema.extend(exportShape);
export type TraceExportQuery = z.infer<typeof traceExportQuerySchema>;

/** `GET /exports/spans`. */
export const spanExportQuerySchema = spanFilterSchema.extend(exportShape);
export type SpanExportQuery = z.infer<typeof spanExportQuerySchema>;
