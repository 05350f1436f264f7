import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { AgentMetricsRow, MetricStep } from "../../agent-event-contract.ts";
import { OWN_SPANS } from "../agent-spans.ts";

const STEP_MS: Record<MetricStep, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** Most rows of an answer. */
const MAX_STEPS = 3000;

interface ReportedRow {
  step_ms: number;
  messages: number;
  responses: number;
  errors: number;
  tool_calls: number;
  feedback: number;
  average_response_time: number | null;
  response_quantiles: (number | null)[];
  tokens: number;
  average_feedback: number | null;
  users: number;
  cost: number;
}

interface SpansRow {
  step_ms: number;
  executions: number;
  errors: number;
  llm_calls: number;
  tool_calls: number;
  tokens: number;
  cost: number;
  latency: (number | null)[];
}

/** An agent's figures per step from its events and its spans. Throws `too_many_steps` (400). */
export async function readAgentMetrics(
  store: TelemetryStore,
  agent: { project_id: string; id: string; name: string },
  options: { range: { fromMs: number; toMs: number }; step: MetricStep; signal: AbortSignal },
): Promise<AgentMetricsRow[]> {
  const { range, step, signal } = options;
  const stepMs = STEP_MS[step];
  if ((range.toMs - range.fromMs) / stepMs > MAX_STEPS) {
    throw new FlightdeckError(
      `The range holds more than ${MAX_STEPS} steps. Narrow it, or take a wider step.`,
      {
        code: "too_many_steps",
        status: 400,
      },
    );
  }
  const params = {
    agent_id: agent.id,
    agent: agent.name,
    from_ms: Math.floor(range.fromMs),
    to_ms: Math.ceil(range.toMs),
    step_ms: stepMs,
  };
  const [reported, spans] = await Promise.all([
    store.queryProject<ReportedRow>(agent.project_id, REPORTED_SQL, params, { signal }),
    store.queryProject<SpansRow>(agent.project_id, SPANS_SQL, params, { signal }),
  ]);
  const bySteps = new Map<number, { reported?: ReportedRow; spans?: SpansRow }>();
  for (const row of reported) bySteps.set(row.step_ms, { reported: row });
  for (const row of spans) bySteps.set(row.step_ms, { ...bySteps.get(row.step_ms), spans: row });
  return [...bySteps]
    .sort(([a], [b]) => a - b)
    .map(([ms, found]) => presentStep(ms, step, found.reported, found.spans));
}

const REPORTED_SQL = `SELECT intDiv(toUnixTimestamp64Milli(time), {step_ms:Int64}) * {step_ms:Int64} AS step_ms,
     countIf(type = 'message') AS messages, countIf(type = 'response') AS responses, countIf(type = 'error') AS errors,
     countIf(type = 'tool_call') AS tool_calls, countIf(type = 'feedback') AS feedback,
     avg(response_time_ms) AS average_response_time,
     quantilesTDigest(0.5, 0.95, 0.99)(response_time_ms) AS response_quantiles,
     sum(token_count) AS tokens, avg(feedback_score) AS average_feedback,
     uniqExactIf(user_id, user_id != '') AS users, sum(ifNull(cost_usd, 0)) AS cost
   FROM agent_events
   WHERE project_id = {project_id:UUID} AND agent_id = {agent_id:UUID}
     AND time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
   GROUP BY step_ms`;

const SPANS_SQL = `SELECT intDiv(toUnixTimestamp64Milli(toDateTime64(start_time, 3, 'UTC')), {step_ms:Int64}) * {step_ms:Int64} AS step_ms,
     countIf(is_run) AS executions, countIf(is_run AND status = 2) AS errors,
     countIf(operation IN ('chat', 'generate_content', 'text_completion')) AS llm_calls,
     countIf(operation = 'execute_tool') AS tool_calls,
     sum(tokens) AS tokens, sum(ifNull(cost_usd, 0)) AS cost,
     quantilesTDigestIf(0.5, 0.95)(duration_ns / 1e6, is_run) AS latency
   FROM (${OWN_SPANS})
   GROUP BY step_ms`;

function presentStep(
  ms: number,
  step: MetricStep,
  reported: ReportedRow | undefined,
  spans: SpansRow | undefined,
): AgentMetricsRow {
  const iso = new Date(ms).toISOString();
  const [p50, p95, p99] = reported?.response_quantiles ?? [];
  const told = { total_tokens: reported?.tokens ?? 0, cost_usd: reported?.cost ?? 0 };
  const seen = { total_tokens: spans?.tokens ?? 0, cost_usd: spans?.cost ?? 0 };
  return {
    date: step === "day" ? iso.slice(0, 10) : iso,
    total_messages: reported?.messages ?? 0,
    total_responses: reported?.responses ?? 0,
    total_errors: reported?.errors ?? 0,
    total_tool_calls: reported?.tool_calls ?? 0,
    total_feedback: reported?.feedback ?? 0,
    average_response_time: reported?.average_response_time ?? null,
    response_time_p50: p50 ?? null,
    response_time_p95: p95 ?? null,
    response_time_p99: p99 ?? null,
    total_tokens_used: Math.max(told.total_tokens, seen.total_tokens),
    average_feedback_score: reported?.average_feedback ?? null,
    unique_users: reported?.users ?? 0,
    cost_usd: Math.max(told.cost_usd, seen.cost_usd),
    reported: told,
    telemetry: {
      executions: spans?.executions ?? 0,
      errors: spans?.errors ?? 0,
      llm_calls: spans?.llm_calls ?? 0,
      tool_calls: spans?.tool_calls ?? 0,
      ...seen,
      latency_p50_ms: (spans?.executions ?? 0) > 0 ? (spans?.latency[0] ?? null) : null,
      latency_p95_ms: (spans?.executions ?? 0) > 0 ? (spans?.latency[1] ?? null) : null,
    },
  };
}
