import type { AgentActivity } from "../agent-contract.ts";

/** What an activity adds up to, for the numbers beside its lines. */
export interface ActivityTotals {
  executions: number;
  errors: number;
  /** Share of runs that failed; null without runs. */
  errorRate: number | null;
  /** The p95 of the newest step in which anything ran. */
  latencyMs: number | null;
  costUsd: number;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

export function activityTotals(activity: AgentActivity): ActivityTotals {
  const executions = sum(activity.executions);
  const errors = sum(activity.errors);
  return {
    executions,
    errors,
    errorRate: executions > 0 ? errors / executions : null,
    latencyMs: activity.latency_p95_ms.findLast((value) => value !== null) ?? null,
    costUsd: sum(activity.cost_usd),
  };
}
