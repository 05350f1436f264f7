import { ArrowRight, Waypoints } from "lucide-react";
import { lazy, Suspense, useMemo } from "react";
import { formatCost, formatDurationMs, formatNumber, formatTokens } from "#web/lib/format.ts";
import { createPersistentStore, useStore } from "#web/lib/persistent-store.ts";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import type { Span } from "../../trace-contract.ts";
import { buildAgentGraph, type CallSum, type AgentGraph as Graph } from "../model/agent-graph.ts";
import type { TraceTree } from "../model/trace-tree.ts";
import { OperationIcon } from "./operation-icon.tsx";

const Picture = lazy(() =>
  import("./agent-graph-picture.tsx").then((module) => ({ default: module.AgentGraphPicture })),
);

const formStore = createPersistentStore<"graph" | "list">("agent-graph-form", "graph");

/** Who called whom in a trace, as a picture or as a list that says the same. */
export function AgentGraph({
  tree,
  activeId,
  onSpan,
}: {
  tree: TraceTree<Span>;
  activeId: number;
  onSpan: (index: number) => void;
}) {
  const graph = useMemo(() => buildAgentGraph(tree), [tree]);
  const form = useStore(formStore);
  if (graph.actors.length === 0) {
    return (
      <EmptyState
        icon={<Waypoints size={20} />}
        title="No agents in this trace"
        why="The graph shows agents, models and tools. None of these spans names one; the waterfall shows them all."
      />
    );
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <fieldset className="flex shrink-0 gap-1 border-b border-border px-3 py-1.5">
        <legend className="sr-only">Form of the graph</legend>
        {(["graph", "list"] as const).map((id) => (
          <label
            key={id}
            className="inline-flex h-7 items-center rounded-md px-2.5 text-xs text-text-muted has-checked:bg-surface-active has-checked:text-text has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="agent-graph-form"
              className="sr-only"
              checked={form === id}
              onChange={() => formStore.set(id)}
            />
            {id === "graph" ? "Graph" : "List"}
          </label>
        ))}
      </fieldset>
      {form === "graph" ? (
        <Suspense
          fallback={
            <div role="status" className="p-6">
              <span className="sr-only">Loading the graph</span>
              <Skeleton className="h-40 w-full" />
            </div>
          }
        >
          <Picture graph={graph} activeId={activeId} onSpan={onSpan} />
        </Suspense>
      ) : (
        <CallList graph={graph} onSpan={onSpan} />
      )}
    </div>
  );
}

function CallList({ graph, onSpan }: { graph: Graph; onSpan: (index: number) => void }) {
  const byId = new Map(graph.actors.map((actor) => [actor.id, actor]));
  const called = new Set(graph.edges.map((edge) => edge.to));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
    <section className="min-h-0 flex-1 overflow-auto" tabIndex={0} aria-label="Calls">
      <table className="w-full min-w-[36rem] text-xs">
        <caption className="sr-only">Who called whom</caption>
        <thead className="sticky top-0 bg-surface text-left text-text-muted">
          <tr>
            {["Caller", "Called", "Calls", "Time", "Tokens", "Cost", "Errors"].map((name, at) => (
              <th key={name} scope="col" className={`h-8 px-3 font-medium ${at > 1 ? "text-right" : ""}`}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {graph.actors
            .filter((actor) => !called.has(actor.id))
            .map((actor) => (
              <CallRow
                key={actor.id}
                from={null}
                to={actor}
                sum={actor}
                onSpan={() => onSpan(actor.spanIndex)}
              />
            ))}
          {graph.edges.map((edge) => (
            <CallRow
              key={edge.id}
              from={byId.get(edge.from)!}
              to={byId.get(edge.to)!}
              sum={edge}
              onSpan={() => onSpan(edge.spanIndex)}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function CallRow({
  from,
  to,
  sum,
  onSpan,
}: {
  from: Graph["actors"][number] | null;
  to: Graph["actors"][number];
  sum: CallSum;
  onSpan: () => void;
}) {
  return (
    <tr className="border-t border-border hover:bg-surface-hover">
      <td className="px-3 py-1.5 text-text-muted">{from?.name ?? "—"}</td>
      <td className="px-3 py-1.5">
        <button type="button" onClick={onSpan} className="flex min-h-6 items-center gap-1.5 hover:underline">
          {from && <ArrowRight aria-hidden size={12} className="text-text-faint" />}
          <OperationIcon group={to.kind} size={13} />
          <span className="font-medium">{to.name}</span>
        </button>
      </td>
      <td className="px-3 py-1.5 text-right tabular-nums">{formatNumber(sum.calls)}</td>
      <td className="px-3 py-1.5 text-right tabular-nums">{formatDurationMs(sum.durationMs)}</td>
      <td className="px-3 py-1.5 text-right tabular-nums">
        {sum.tokens > 0 ? formatTokens(sum.tokens) : "—"}
      </td>
      <td className="px-3 py-1.5 text-right tabular-nums">
        {sum.cost === null ? "—" : formatCost(sum.cost)}
      </td>
      <td className={`px-3 py-1.5 text-right tabular-nums ${sum.errors > 0 ? "text-danger" : ""}`}>
        {sum.errors > 0 ? formatNumber(sum.errors) : "—"}
      </td>
    </tr>
  );
}
