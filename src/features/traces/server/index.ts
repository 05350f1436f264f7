/** What the app uses of traces, and what features that add traces up to something else use. */
export { spansOfAgents } from "./agent-spans.ts";
export { Bindings } from "./bindings.ts";
export { messageCondition, planMessageSearch } from "./message-search.ts";
export { spanConditions, startsBetween, whereCondition } from "./span-filters.ts";
export { type MessageCall, readMessageCalls } from "./trace-calls.ts";
export { findTrace } from "./trace-detail-query.ts";
export { filterSql } from "./trace-filters.ts";
export { readableSpans, windowParams } from "./trace-list-query.ts";
export { tracePolicy } from "./trace-policy.ts";
export { registerTraceRoutes } from "./trace-routes.ts";
export {
  DURATION_MS_SQL,
  presentSummary,
  STATUS_SQL,
  SUMMARY_SELECT,
  summariesWhere,
  TOTAL_TOKENS_SQL,
  type TraceSummaryRow,
} from "./trace-summary-row.ts";
export { searchWindows, type TimeWindow } from "./trace-windows.ts";
export { parseWhere } from "./where-expression.ts";
