import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { AgentActivity } from "../agent-contract.ts";
import { IN_RANGE, RUN_OPERATIONS } from "./agent-spans.ts";

/** Points of a sparkline. */
const STEPS = 24;
/** A list must not wait for its drawings. */
const MAX_SECONDS = 10;

/** Runs that agents reported, by agent id and step; filled by the feature that keeps them. */
export interface ReportedRuns {
  agent_id: string;
  step: number;
  executions: number;
  errors: number;
  cost_usd: number;
  duration_p95_ms: number | null;
}

/** Reads runs that were reported and have no trace: those with one are counted by their spans. */
export type ReadReportedRuns = (
  projectId: string,
  agentIds: readonly string[],
  range: { fromMs: number; toMs: number; stepMs: number },
) => Promise<ReportedRuns[]>;

interface SpanStep {
  name: string;
  step: number;
  executions: number;
  errors: number;
  p95: number | null;
  cost: number;
}

/** What the agents of a page did in a range, in 24 steps, one question for all of them. */
export async function readActivity(
  parts: { store: TelemetryStore; reportedRuns: ReadReportedRuns },
  projectId: string,
  agents: readonly { id: string; name: string }[],
  range: { fromMs: number; toMs: number },
  signal: AbortSignal,
): Promise<Map<string, AgentActivity>> {
  const stepMs = Math.max(1000, Math.ceil((range.toMs - range.fromMs) / STEPS / 1000) * 1000);
  const fromMs = Math.floor(range.toMs) - STEPS * stepMs;
  const result = new Map(agents.map(({ id }) => [id, emptyActivity(fromMs, stepMs)]));
  if (agents.length === 0) return result;
  const bounds = { fromMs, toMs: fromMs + STEPS * stepMs, stepMs };
  const [spans, reported] = await Promise.all([
    readSpans(
      parts.store,
      projectId,
      agents.map(({ name }) => name),
      bounds,
      signal,
    ),
    parts.reportedRuns(
      projectId,
      agents.map(({ id }) => id),
      bounds,
    ),
  ]);
  const idOf = new Map(agents.map(({ id, name }) => [name, id]));
  for (const row of spans) {
    const activity = result.get(idOf.get(row.name) ?? "");
    if (!activity || row.step < 0 || row.step >= STEPS) continue;
    activity.executions[row.step] = row.executions;
    activity.errors[row.step] = row.errors;
    activity.latency_p95_ms[row.step] = row.executions > 0 ? row.p95 : null;
    activity.cost_usd[row.step] = row.cost;
  }
  for (const row of reported) {
    const activity = result.get(row.agent_id);
    if (!activity || row.step < 0 || row.step >= STEPS) continue;
    activity.executions[row.step]! += row.executions;
    activity.errors[row.step]! += row.errors;
    activity.cost_usd[row.step]! += row.cost_usd;
    // Two percentiles cannot be joined; the larger one never hides a slow run.
    const known = activity.latency_p95_ms[row.step];
    activity.latency_p95_ms[row.step] = Math.max(known ?? 0, row.duration_p95_ms ?? 0) || known || null;
  }
  return result;
}

function emptyActivity(fromMs: number, stepMs: number): AgentActivity {
  const zeros = () => new Array<number>(STEPS).fill(0);
  return {
    from: new Date(fromMs).toISOString(),
    step_seconds: stepMs / 1000,
    executions: zeros(),
    errors: zeros(),
    latency_p95_ms: new Array<null>(STEPS).fill(null),
    cost_usd: zeros(),
  };
}

/**
 * Runs and their cost by agent and step. A span without an agent's name belongs to the agent that began its trace,
 * since many libraries name the agent on its own span only.
 */
function readSpans(
  store: TelemetryStore,
  projectId: string,
  names: readonly string[],
  { fromMs, toMs, stepMs }: { fromMs: number; toMs: number; stepMs: number },
  signal: AbortSignal,
): Promise<SpanStep[]> {
  return store.queryProject<SpanStep>(
    projectId,
    `SELECT name, intDiv(at_ms - {from_ms:Int64}, {step_ms:Int64}) AS step,
       countIf(is_run) AS executions, countIf(is_run AND status = 2) AS errors,
       quantileTDigestIf(0.95)(duration_ns / 1e6, is_run) AS p95, sum(cost) AS cost
     FROM (
       SELECT if(agent != '', agent, starters.first_agent) AS name, is_run, status, duration_ns, cost, at_ms
       FROM (
         SELECT agent, trace_id, status, duration_ns, ifNull(cost_usd, 0) AS cost,
           operation IN ${RUN_OPERATIONS} AS is_run, toUnixTimestamp64Milli(toDateTime64(start_time, 3, 'UTC')) AS at_ms
         FROM spans
         WHERE ${IN_RANGE} AND (agent IN {names:Array(String)} OR (agent = '' AND cost_usd > 0))
       ) AS own
       LEFT ANY JOIN (
         SELECT trace_id, argMin(agent, start_time) AS first_agent FROM spans
         WHERE ${IN_RANGE} AND agent != '' AND operation IN ${RUN_OPERATIONS}
         GROUP BY trace_id HAVING first_agent IN {names:Array(String)}
       ) AS starters USING (trace_id)
     )
     WHERE name IN {names:Array(String)}
     GROUP BY name, step`,
    { names: [...names], from_ms: fromMs, to_ms: toMs, step_ms: stepMs },
    { signal, maxSeconds: MAX_SECONDS },
  );
}
