export { TracesPage } from "./list/traces-page.tsx";
export {
  parseTraceSearch,
  parseTracesSearch,
  type TraceSearch,
  type TracesSearch,
} from "./model/traces-search.ts";
export { TracePage } from "./trace/trace-page.tsx";
