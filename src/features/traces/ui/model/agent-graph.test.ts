import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Span } from "../../trace-contract.ts";
import { buildAgentGraph } from "./agent-graph.ts";
import { arbitraryTrace, testSpan } from "./testing/test-spans.ts";
import { buildTraceTree } from "./trace-tree.ts";

const agent = (id: string, parent: string | null, name: string, more: Partial<Span> = {}) =>
  testSpan(id, parent, 0, 100, { operation: "invoke_agent", agent: name, ...more });
const chat = (id: string, parent: string, more: Partial<Span> = {}) =>
  testSpan(id, parent, 0, 40, { operation: "chat", model: "gpt", cost_usd: 0.01, ...more });
const tool = (id: string, parent: string, name: string, more: Partial<Span> = {}) =>
  testSpan(id, parent, 0, 20, { operation: "execute_tool", tool: name, ...more });

const graphOf = (spans: Span[]) => buildAgentGraph(buildTraceTree(spans));
const edgesOf = (spans: Span[]) => graphOf(spans).edges.map((edge) => `${edge.id} ×${edge.calls}`);

describe("the agent graph", () => {
  it("says who called whom, how often, for how long, and at what cost", () => {
    const { actors, edges } = graphOf([
      agent("a", null, "lead"),
      chat("c1", "a"),
      chat("c2", "a", { status: "error" }),
      tool("t", "a", "search"),
    ]);
    expect(actors.map((actor) => actor.id)).toEqual(["agent:lead", "llm:gpt", "tool:search"]);
    expect(edges[0]).toMatchObject({
      from: "agent:lead",
      to: "llm:gpt",
      calls: 2,
      errors: 1,
      durationMs: 80,
      cost: 0.02,
    });
  });

  it("leads through spans that are nobody's", () => {
    const spans = [agent("a", null, "lead"), testSpan("step", "a", 0), agent("b", "step", "helper")];
    expect(edgesOf(spans)).toEqual(["agent:lead → agent:helper ×1"]);
  });

  it("counts a call once that two layers of instrumentation tell", () => {
    const spans = [agent("a", null, "lead"), agent("a2", "a", "lead"), chat("c", "a2"), chat("c2", "c")];
    expect(graphOf(spans).actors.map((actor) => actor.calls)).toEqual([1, 1]);
    expect(edgesOf(spans)).toEqual(["agent:lead → llm:gpt ×1"]);
  });

  it("has an edge between two actors it knows, whatever comes", () => {
    fc.assert(
      fc.property(arbitraryTrace, fc.array(fc.nat(3)), (spans, kinds) => {
        const dressed = spans.map((span, at) => ({
          ...span,
          operation: ["", "chat", "execute_tool", "invoke_agent"][kinds[at] ?? 0]!,
        }));
        const { actors, edges } = graphOf(dressed);
        const ids = new Set(actors.map((actor) => actor.id));
        for (const edge of edges) expect(ids.has(edge.from) && ids.has(edge.to)).toBe(true);
        for (const actor of actors) {
          const called = edges.filter((edge) => edge.to === actor.id);
          expect(called.reduce((sum, edge) => sum + edge.calls, 0)).toBeLessThanOrEqual(actor.calls);
        }
      }),
    );
  });
});
