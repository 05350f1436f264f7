import type { ViolationKind } from "../../budget-contract.ts";
import type { CostSettings } from "../../price-contract.ts";

/** What makes a project's agents count as looping. */
export type LoopLimits = Pick<
  CostSettings,
  "loop_same_call" | "loop_depth" | "loop_calls_per_minute" | "loop_usd_per_minute"
>;

/** The same tool called with the same arguments in one trace. */
export interface RepeatedCall {
  agent: string;
  trace_id: string;
  tool: string;
  /** Digest of the arguments. */
  call: string;
  calls: number;
}
/** The longest chain of spans inside one another in a trace. */
export interface TraceDepth {
  agent: string;
  trace_id: string;
  depth: number;
}
/** An agent's busiest minute of late. */
export interface AgentPace {
  agent: string;
  calls: number;
  usd: number;
}

/** What was seen of a project's agents during the last minutes. */
export interface LoopEvidence {
  repeated: readonly RepeatedCall[];
  depths: readonly TraceDepth[];
  paces: readonly AgentPace[];
}

/** An agent that looks like it is in a loop. */
export interface LoopFinding {
  kind: Exclude<ViolationKind, "budget">;
  agent: string;
  trace_id: string;
  detail: string;
  amount: number;
  limit: number;
  /** The same finding has the same text, so that it is told once. */
  fingerprint: string;
}

/** A pace that stays too high is told again after this time. */
const TELL_PACE_AGAIN_MS = 600_000;

/** Who is in a loop. Each limit that is null is not looked at. */
export function findLoops(evidence: LoopEvidence, limits: LoopLimits, nowMs: number): LoopFinding[] {
  const turn = Math.floor(nowMs / TELL_PACE_AGAIN_MS);
  const findings: LoopFinding[] = [];
  const { loop_same_call, loop_depth, loop_calls_per_minute, loop_usd_per_minute } = limits;
  for (const { agent, trace_id, tool, call, calls } of evidence.repeated) {
    if (loop_same_call === null || calls < loop_same_call) continue;
    findings.push({
      kind: "same_call",
      agent,
      trace_id,
      detail: `${nameOf(agent)} called ${tool || "a tool"} with the same arguments ${calls} times in one trace; from ${loop_same_call} times on that counts as a loop.`,
      amount: calls,
      limit: loop_same_call,
      fingerprint: `same_call ${trace_id} ${tool} ${call}`,
    });
  }
  for (const { agent, trace_id, depth } of evidence.depths) {
    if (loop_depth === null || depth < loop_depth) continue;
    findings.push({
      kind: "depth",
      agent,
      trace_id,
      detail: `A trace of ${nameOf(agent)} is ${depth} spans deep; from ${loop_depth} on that counts as a loop.`,
      amount: depth,
      limit: loop_depth,
      fingerprint: `depth ${trace_id}`,
    });
  }
  for (const { agent, calls, usd } of evidence.paces) {
    if (loop_calls_per_minute !== null && calls > loop_calls_per_minute) {
      findings.push({
        kind: "call_rate",
        agent,
        trace_id: "",
        detail: `${nameOf(agent)} made ${calls} calls in a minute; ${loop_calls_per_minute} are allowed.`,
        amount: calls,
        limit: loop_calls_per_minute,
        fingerprint: `call_rate ${agent} ${turn}`,
      });
    }
    if (loop_usd_per_minute !== null && usd > loop_usd_per_minute) {
      findings.push({
        kind: "spend_rate",
        agent,
        trace_id: "",
        detail: `${nameOf(agent)} spent $${usd.toFixed(2)} in a minute; $${loop_usd_per_minute.toFixed(2)} are allowed.`,
        amount: usd,
        limit: loop_usd_per_minute,
        fingerprint: `spend_rate ${agent} ${turn}`,
      });
    }
  }
  return findings;
}

const nameOf = (agent: string) => agent || "An agent without a name";

/**
 * The longest chain of parents among a trace's spans, counted in spans. Parents that are not there end a chain,
 * and so does one that is met twice.
 */
export function depthOf(spans: readonly (readonly [id: string, parent: string])[]): number {
  const parentOf = new Map(spans);
  const depths = new Map<string, number>();
  let deepest = 0;
  for (const [start] of spans) {
    const chain: string[] = [];
    const onChain = new Set<string>();
    let id: string | undefined = start;
    while (id !== undefined && parentOf.has(id) && !depths.has(id) && !onChain.has(id)) {
      chain.push(id);
      onChain.add(id);
      id = parentOf.get(id);
    }
    let depth = (id === undefined ? 0 : depths.get(id)) ?? 0;
    for (const one of chain.reverse()) depths.set(one, ++depth);
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
