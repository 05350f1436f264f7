import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import {
  type AgentPace,
  depthOf,
  type LoopEvidence,
  type LoopLimits,
  type RepeatedCall,
} from "./loop-decision.ts";

const MAX_FINDINGS = 50;
const MAX_DEEP_TRACES = 20;
/** Ids of one trace that are read to find its depth. */
const MAX_SPANS_OF_TRACE = 20_000;
/** One thread: what agents send comes first. */
const LIMITS = { maxSeconds: 3, maxMemoryBytes: 256 * 1024 * 1024, settings: { max_threads: 1 } };

/** Attributes in which the dialects' senders put a tool's arguments. Without them calls cannot be told apart. */
const ARGUMENT_KEYS = [
  "gen_ai.tool.call.arguments",
  "input.value",
  "tool.parameters",
  "ai.toolCall.args",
  "ai.toolCall.input",
  "traceloop.entity.input",
  "tool_arguments",
  "gcp.vertex.agent.tool_call_args",
  "mlflow.spanInputs",
  "genkit:input",
  "langsmith.span.inputs",
  "gen_ai.prompt",
]
  .map((key) => `'${key}'`)
  .join(", ");

/** Arguments kept with the span, and the digests of the pieces of those that are kept apart. */
const ARGUMENTS = `concat(
    arrayStringConcat(mapValues(mapFilter((key, value) -> key IN (${ARGUMENT_KEYS}), content)), '\\n'),
    arrayStringConcat(arrayFlatten(arrayMap(
      (key, pieces, last) -> if(key IN (${ARGUMENT_KEYS}), arraySlice(content_hashes, last - pieces + 1, pieces), []),
      content_keys, content_counts, arrayCumSum(content_counts)))))`;

const RECENT = `project_id = {project_id:UUID}
    AND toStartOfFiveMinutes(start_time) >= toStartOfFiveMinutes(fromUnixTimestamp64Milli({from:Int64}))
    AND start_time >= fromUnixTimestamp64Milli({from:Int64})`;

const REPEATED = `SELECT lower(hex(trace_id)) AS trace_id, tool, hex(cityHash64(arguments)) AS call, count() AS calls
  FROM (SELECT trace_id, tool, ${ARGUMENTS} AS arguments FROM spans WHERE ${RECENT} AND operation = 'execute_tool')
  WHERE arguments != ''
  GROUP BY trace_id, tool, call HAVING calls >= {least:UInt32}
  ORDER BY calls DESC LIMIT ${MAX_FINDINGS}`;

const DEEP = `SELECT lower(hex(spans.trace_id)) AS trace_id,
    groupArray(${MAX_SPANS_OF_TRACE})((lower(hex(span_id)), lower(hex(parent_span_id)))) AS spans
  FROM spans WHERE ${RECENT} AND spans.trace_id IN (
    SELECT trace_id FROM spans WHERE ${RECENT} GROUP BY trace_id HAVING count() >= {least:UInt32}
    ORDER BY count() DESC LIMIT ${MAX_DEEP_TRACES})
  GROUP BY spans.trace_id`;

const PACES = `SELECT agent, toUInt32(max(calls)) AS calls, max(usd) AS usd
  FROM (
    SELECT name AS agent, minute, sum(calls) AS calls, sum(usd) AS usd
    FROM (
      SELECT minute, calls, usd,
        if(agent != '', agent, argMinIf(agent, first, agent != '') OVER (PARTITION BY trace_id)) AS name
      FROM (
        SELECT trace_id, agent, toStartOfMinute(start_time) AS minute, min((start_time, is_root = 0)) AS first,
          countIf(operation IN ('chat', 'generate_content', 'text_completion', 'embeddings', 'execute_tool')) AS calls,
          sum(ifNull(cost_usd, 0)) AS usd
        FROM spans WHERE ${RECENT}
        GROUP BY trace_id, agent, minute
      )
    )
    GROUP BY name, minute
  )
  WHERE agent != ''
  GROUP BY agent HAVING calls > {calls:Float64} OR usd > {usd:Float64}
  ORDER BY usd DESC LIMIT ${MAX_FINDINGS}`;

/** The first agent each trace names. */
const AGENTS = `SELECT lower(hex(spans.trace_id)) AS trace_id, argMin(spans.agent, start_time) AS agent
  FROM spans
  WHERE project_id = {project_id:UUID} AND spans.agent != ''
    AND toStartOfFiveMinutes(start_time) >= toStartOfFiveMinutes(fromUnixTimestamp64Milli({from:Int64}) - INTERVAL 1 HOUR)
    AND spans.trace_id IN (SELECT unhex(arrayJoin({traces:Array(String)})))
  GROUP BY spans.trace_id`;

/** What a project's agents did in the last `windowMs` that is beyond the limits or close to it. Throws when that is too much to read. */
export async function readLoopEvidence(
  store: TelemetryStore,
  projectId: string,
  limits: LoopLimits,
  nowMs: number,
  windowMs: number,
): Promise<LoopEvidence> {
  const from = Math.trunc(nowMs - windowMs);
  const ask = <Row>(sql: string, params: Record<string, unknown>) =>
    store.queryProject<Row>(projectId, sql, { from, ...params }, LIMITS);
  const { loop_same_call, loop_depth, loop_calls_per_minute, loop_usd_per_minute } = limits;
  const watchesPace = loop_calls_per_minute !== null || loop_usd_per_minute !== null;
  const [repeated, deep, paces] = await Promise.all([
    loop_same_call === null ? [] : ask<Omit<RepeatedCall, "agent">>(REPEATED, { least: loop_same_call }),
    loop_depth === null
      ? []
      : ask<{ trace_id: string; spans: [string, string][] }>(DEEP, { least: loop_depth }),
    watchesPace
      ? ask<AgentPace>(PACES, { calls: loop_calls_per_minute ?? 1e15, usd: loop_usd_per_minute ?? 1e15 })
      : [],
  ]);
  const depths = deep.map(({ trace_id, spans }) => ({ trace_id, depth: depthOf(spans) }));
  const traces = [...new Set([...repeated, ...depths].map(({ trace_id }) => trace_id))];
  const named = traces.length === 0 ? [] : await ask<{ trace_id: string; agent: string }>(AGENTS, { traces });
  const agentOf = new Map(named.map(({ trace_id, agent }) => [trace_id, agent]));
  const agentOfTrace = (traceId: string) => agentOf.get(traceId) ?? "";
  return {
    repeated: repeated.map((one) => ({ ...one, agent: agentOfTrace(one.trace_id) })),
    depths: depths.map((one) => ({ ...one, agent: agentOfTrace(one.trace_id) })),
    paces,
  };
}
