import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { TOKENS_TOTAL } from "../token-sums.ts";

/** What was spent. */
export interface Spend {
  usd: number;
  tokens: number;
}

/** What a project, its agents and its users spent in a stretch of time. */
export interface SpendSums {
  project: Spend;
  byAgent: ReadonlyMap<string, Spend>;
  byUser: ReadonlyMap<string, Spend>;
}

/** Whose spending is wanted; only what a budget is about is read. */
export interface SpendOf {
  projectId: string;
  agents: readonly string[];
  users: readonly string[];
}

/** The span that names the agent or user of a trace may have started this long before the spans that cost. */
const LOOKBACK_MS = 3_600_000;
const LIMITS = { maxSeconds: 20 };

/** The model calls of an agent seldom name it: they count for the first agent, or user, that their trace names. */
const attributed = (column: "agent" | "user_id") => `SELECT name, sum(usd) AS usd, sum(tokens) AS tokens
  FROM (
    SELECT usd, tokens, if(${column} != '', ${column}, argMinIf(${column}, first, ${column} != '') OVER (PARTITION BY trace_id)) AS name
    FROM (
      SELECT trace_id, ${column}, min((start_time, is_root = 0)) AS first,
        sumIf(ifNull(cost_usd, 0), start_time >= fromUnixTimestamp64Milli({from:Int64})) AS usd,
        sumIf(${TOKENS_TOTAL}, start_time >= fromUnixTimestamp64Milli({from:Int64})) AS tokens
      FROM spans
      WHERE project_id = {project_id:UUID}
        AND toStartOfFiveMinutes(start_time) >= toStartOfFiveMinutes(fromUnixTimestamp64Milli({lookback:Int64}))
        AND start_time >= fromUnixTimestamp64Milli({lookback:Int64}) AND start_time < fromUnixTimestamp64Milli({to:Int64})
        AND (start_time >= fromUnixTimestamp64Milli({from:Int64}) OR ${column} != '')
      GROUP BY trace_id, ${column}
    )
  )
  WHERE name IN {names:Array(String)}
  GROUP BY name`;

const TOTAL = `SELECT ifNull(sum(cost_usd), 0) AS usd, sum(${TOKENS_TOTAL}) AS tokens
  FROM spans
  WHERE project_id = {project_id:UUID}
    AND toStartOfFiveMinutes(start_time) >= toStartOfFiveMinutes(fromUnixTimestamp64Milli({from:Int64}))
    AND start_time >= fromUnixTimestamp64Milli({from:Int64}) AND start_time < fromUnixTimestamp64Milli({to:Int64})`;

/** Events that belong to a trace are counted with its spans. */
const EVENTS = `SELECT toString(agent_id) AS agent_id, user_id, sum(ifNull(cost_usd, 0)) AS usd, sum(token_count) AS tokens
  FROM agent_events
  WHERE project_id = {project_id:UUID} AND trace_id = ''
    AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})
    AND (cost_usd > 0 OR token_count > 0)
  GROUP BY agent_id, user_id`;

/** Spending by spans that started, and events that happened, in `[fromMs, toMs)`. */
export async function readSpend(
  store: TelemetryStore,
  of: SpendOf,
  fromMs: number,
  toMs: number,
  agentNames: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>,
): Promise<SpendSums> {
  const range = {
    from: Math.trunc(fromMs),
    to: Math.trunc(toMs),
    lookback: Math.trunc(fromMs) - LOOKBACK_MS,
  };
  const named = async (column: "agent" | "user_id", names: readonly string[]) =>
    names.length === 0
      ? []
      : store.queryProject<Spend & { name: string }>(
          of.projectId,
          attributed(column),
          { ...range, names },
          LIMITS,
        );
  const [total, agents, users, events] = await Promise.all([
    store.queryProject<Spend>(of.projectId, TOTAL, range, LIMITS),
    named("agent", of.agents),
    named("user_id", of.users),
    store.queryProject<Spend & { agent_id: string; user_id: string }>(of.projectId, EVENTS, range, LIMITS),
  ]);
  const project: Spend = { usd: total[0]?.usd ?? 0, tokens: total[0]?.tokens ?? 0 };
  const byAgent = new Map(agents.map(({ name, usd, tokens }) => [name, { usd, tokens }]));
  const byUser = new Map(users.map(({ name, usd, tokens }) => [name, { usd, tokens }]));
  const names = await agentNames([...new Set(events.map(({ agent_id }) => agent_id))]);
  for (const event of events) {
    addTo(project, event);
    addNamed(byAgent, names.get(event.agent_id) ?? "", event);
    addNamed(byUser, event.user_id, event);
  }
  return { project, byAgent, byUser };
}

function addTo(sum: Spend, more: Spend): void {
  sum.usd += more.usd;
  sum.tokens += more.tokens;
}

function addNamed(sums: Map<string, Spend>, name: string, more: Spend): void {
  if (name === "") return;
  const sum = sums.get(name);
  if (sum) addTo(sum, more);
  else sums.set(name, { usd: more.usd, tokens: more.tokens });
}
