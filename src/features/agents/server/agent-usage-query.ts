import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { AgentUsage } from "../agent-contract.ts";
import { OWN_SPANS } from "./agent-spans.ts";

const MOST = 50;

interface Row {
  kind: "model" | "tool" | "error";
  name: string;
  calls: number;
  errors: number;
  tokens: number;
  cost: number;
  p95: number | null;
}

/** Models, tools and kinds of failure of one agent in a range, read in one pass over its spans. */
export async function readUsage(
  store: TelemetryStore,
  agent: { project_id: string; name: string },
  range: { fromMs: number; toMs: number },
  signal: AbortSignal,
): Promise<AgentUsage> {
  const rows = await store.queryProject<Row>(
    agent.project_id,
    `SELECT tupleElement(thing, 1) AS kind, tupleElement(thing, 2) AS name, count() AS calls,
       countIf(status = 2) AS errors, sum(tokens) AS tokens, sum(ifNull(cost_usd, 0)) AS cost,
       quantileTDigest(0.95)(duration_ns / 1e6) AS p95
     FROM (
       SELECT *, arrayJoin(arrayFilter(one -> one.2 != '', [
         ('model', if(operation IN ('chat', 'generate_content', 'text_completion', 'embeddings'), toString(model), '')),
         ('tool', if(operation = 'execute_tool', toString(tool), '')),
         ('error', if(status = 2, if(error_type = '', '(no type)', toString(error_type)), ''))
       ])) AS thing
       FROM (${OWN_SPANS})
     )
     GROUP BY kind, name
     ORDER BY calls DESC
     LIMIT ${MOST} BY kind`,
    { agent: agent.name, from_ms: Math.floor(range.fromMs), to_ms: Math.ceil(range.toMs) },
    { signal },
  );
  const of = (kind: Row["kind"]) => rows.filter((row) => row.kind === kind);
  return {
    models: of("model")
      .map(({ name, calls, errors, tokens, cost, p95 }) => ({
        model: name,
        calls,
        errors,
        total_tokens: tokens,
        cost_usd: cost,
        latency_p95_ms: p95,
      }))
      .sort((a, b) => b.cost_usd - a.cost_usd || b.calls - a.calls),
    tools: of("tool")
      .map(({ name, calls, errors, p95 }) => ({ tool: name, calls, errors, latency_p95_ms: p95 }))
      .sort((a, b) => (b.latency_p95_ms ?? 0) - (a.latency_p95_ms ?? 0)),
    errors: of("error").map(({ name, calls }) => ({ type: name, count: calls })),
  };
}
