import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { AgentVersion } from "../agent-contract.ts";
import { OWN_SPANS, TRACE_VERSIONS } from "./agent-spans.ts";

/** What the spans of each version of an agent add up to. */
export type VersionFigures = Omit<AgentVersion, "first_seen_at" | "last_seen_at">;

interface Row {
  version: string;
  executions: number;
  errors: number;
  latency: (number | null)[];
  tokens: number;
  cost: number;
}

/** Figures per version of one agent in a range. A span that tells none has its run's. */
export async function readVersionFigures(
  store: TelemetryStore,
  agent: { project_id: string; name: string },
  range: { fromMs: number; toMs: number },
  signal: AbortSignal,
): Promise<Map<string, VersionFigures>> {
  const rows = await store.queryProject<Row>(
    agent.project_id,
    `SELECT if(agent_version != '', agent_version, run_version) AS version, countIf(is_run) AS executions,
       countIf(is_run AND status = 2) AS errors,
       quantilesTDigestIf(0.5, 0.95)(duration_ns / 1e6, is_run) AS latency,
       sum(tokens) AS tokens, sum(ifNull(cost_usd, 0)) AS cost
     FROM (${OWN_SPANS}) AS own
     LEFT ANY JOIN (${TRACE_VERSIONS}) AS runs USING (trace_id)
     GROUP BY version
     HAVING version != ''
     LIMIT 200`,
    { agent: agent.name, from_ms: Math.floor(range.fromMs), to_ms: Math.ceil(range.toMs) },
    { signal },
  );
  return new Map(
    rows.map((row) => [
      row.version,
      {
        version: row.version,
        executions: row.executions,
        errors: row.errors,
        latency_p50_ms: row.executions > 0 ? (row.latency[0] ?? null) : null,
        latency_p95_ms: row.executions > 0 ? (row.latency[1] ?? null) : null,
        total_tokens: row.tokens,
        cost_usd: row.cost,
      },
    ]),
  );
}
