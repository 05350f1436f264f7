import type { Overview } from "../../dashboard-contract.ts";

/** The tiles in their order: the contract's own list would bring its validation into the browser. */
export const OVERVIEW_MEASURES = [
  "executions",
  "error_rate",
  "duration_p50_ms",
  "duration_p95_ms",
  "llm_calls",
  "tool_calls",
  "tokens_total",
  "cost_usd",
  "users",
] as const satisfies readonly Overview["measures"][number]["measure"][];
