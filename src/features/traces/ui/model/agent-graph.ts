import type { Span } from "../../trace-contract.ts";
import { groupOf } from "./operations.ts";
import type { TraceTree } from "./trace-tree.ts";

export type ActorKind = "agent" | "llm" | "tool" | "retrieval";

/** What calls add up to. */
export interface CallSum {
  calls: number;
  errors: number;
  /** Milliseconds, summed over the calls, so that calls side by side count twice. */
  durationMs: number;
  tokens: number;
  cost: number | null;
}

/** Who takes part in a trace: an agent, a model, a tool, a source that is searched. */
export interface Actor extends CallSum {
  /** `kind:name`. */
  id: string;
  kind: ActorKind;
  name: string;
  /** Its first span, to go to. */
  spanIndex: number;
}

/** All calls of one actor by another. */
export interface CallEdge extends CallSum {
  id: string;
  from: string;
  to: string;
  spanIndex: number;
}

export interface AgentGraph {
  actors: Actor[];
  edges: CallEdge[];
}

/** The actor a span stands for; null for spans that only pass a call on. */
function actorOf(span: Span): { kind: ActorKind; name: string } | null {
  const group = groupOf(span);
  if (group === "agent") return { kind: "agent", name: span.agent || span.name };
  if (group === "llm") return { kind: "llm", name: span.model || span.name };
  if (group === "tool") return { kind: "tool", name: span.tool || span.name };
  if (group === "retrieval") return { kind: "retrieval", name: span.tool || span.model || span.name };
  return null;
}

/**
 * Agents, models and tools of a trace and who called whom. Instrumentation of several layers tells one call
 * several times, one inside the other: a span of the same actor as the nearest one above it is that same call.
 */
export function buildAgentGraph(tree: TraceTree<Span>): AgentGraph {
  const actors = new Map<string, Actor>();
  const edges = new Map<string, CallEdge>();
  /** Id of the actor each node is in, its own included; empty for none. */
  const inside: string[] = new Array(tree.nodes.length).fill("");
  for (const node of tree.nodes) {
    const above = node.parent < 0 ? "" : inside[node.parent]!;
    const actor = node.span ? actorOf(node.span) : null;
    const id = actor ? `${actor.kind}:${actor.name}` : above;
    inside[node.index] = id;
    if (!actor || !node.span || id === above) continue;
    const call = {
      errors: node.span.status === "error" ? 1 : 0,
      durationMs: node.endMs - node.startMs,
      tokens: node.rollup.tokens,
      cost: node.rollup.cost,
    };
    addCall(actors, id, () => ({ id, ...actor, spanIndex: node.index, ...NO_CALLS }), call);
    if (above === "") continue;
    const edge = `${above} → ${id}`;
    addCall(edges, edge, () => ({ id: edge, from: above, to: id, spanIndex: node.index, ...NO_CALLS }), call);
  }
  return { actors: [...actors.values()], edges: [...edges.values()] };
}

const NO_CALLS: CallSum = { calls: 0, errors: 0, durationMs: 0, tokens: 0, cost: null };

function addCall<T extends CallSum>(
  sums: Map<string, T>,
  id: string,
  first: () => T,
  call: Omit<CallSum, "calls">,
): void {
  let sum = sums.get(id);
  if (!sum) {
    sum = first();
    sums.set(id, sum);
  }
  sum.calls++;
  sum.errors += call.errors;
  sum.durationMs += call.durationMs;
  sum.tokens += call.tokens;
  if (call.cost !== null) sum.cost = (sum.cost ?? 0) + call.cost;
}
