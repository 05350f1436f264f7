import type { Measure } from "#features/analytics/analytics-contract.ts";
import type { Unit } from "#web/charts/chart-types.ts";

/** How a measure is shown. */
export interface MeasureLook {
  label: string;
  unit: Unit;
  /** Whether more is good; left out where it is neither. */
  better?: "up" | "down";
  /** Page below the project that shows what is behind the number, and its filters. */
  page: string;
  search: Record<string, string>;
}

const LOOKS: Partial<Record<Measure, MeasureLook>> = {
  executions: { label: "Executions", unit: "count", page: "executions", search: {} },
  errors: { label: "Errors", unit: "count", better: "down", page: "traces", search: { has_errors: "true" } },
  error_rate: {
    label: "Error rate",
    unit: "percent",
    better: "down",
    page: "traces",
    search: { status: "error" },
  },
  duration_p50_ms: { label: "Latency p50", unit: "ms", better: "down", page: "traces", search: {} },
  duration_p95_ms: { label: "Latency p95", unit: "ms", better: "down", page: "traces", search: {} },
  llm_calls: { label: "LLM calls", unit: "count", page: "traces", search: { operation: "chat" } },
  tool_calls: { label: "Tool calls", unit: "count", page: "traces", search: { operation: "execute_tool" } },
  tokens_total: { label: "Tokens", unit: "tokens", page: "traces", search: { min_tokens: "1" } },
  cost_usd: { label: "Cost", unit: "usd", better: "down", page: "costs", search: {} },
  users: { label: "Users", unit: "count", page: "users", search: {} },
  span_count: { label: "Calls", unit: "count", page: "traces", search: {} },
};

/** How a measure is shown; by its name where nothing is known of it. */
export function measureLook(measure: Measure): MeasureLook {
  return (
    LOOKS[measure] ?? {
      label: measure.replaceAll("_", " "),
      unit: measure.endsWith("_ms") ? "ms" : measure.startsWith("tokens") ? "tokens" : "count",
      page: "traces",
      search: {},
    }
  );
}
