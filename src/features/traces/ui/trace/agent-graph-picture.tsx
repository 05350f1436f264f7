import dagre from "@dagrejs/dagre";
import {
  Background,
  Controls,
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { useMemo } from "react";
import { cx } from "#web/lib/cx.ts";
import { formatCost, formatDurationMs, formatNumber, formatTokens } from "#web/lib/format.ts";
import type { Actor, AgentGraph, CallSum } from "../model/agent-graph.ts";
import { OperationIcon } from "./operation-icon.tsx";

const WIDTH = 200;
const HEIGHT = 66;

type ActorNode = Node<{ actor: Actor; active: boolean }, "actor">;

const sums = (sum: CallSum) =>
  [
    `×${formatNumber(sum.calls)}`,
    formatDurationMs(sum.durationMs),
    sum.cost !== null ? formatCost(sum.cost) : sum.tokens > 0 ? `${formatTokens(sum.tokens)} tok` : null,
    sum.errors > 0 ? `${sum.errors} failed` : null,
  ]
    .filter(Boolean)
    .join(" · ");

function ActorBox({ data: { actor, active } }: NodeProps<ActorNode>) {
  return (
    <div
      className={cx(
        "flex flex-col justify-center rounded-lg border bg-surface px-3 text-left text-xs",
        active ? "border-accent shadow-[0_0_0_1px_var(--color-accent)]" : "border-border-strong/60",
        actor.errors > 0 && "border-danger!",
      )}
      style={{ width: WIDTH, height: HEIGHT }}
    >
      <Handle type="target" position={Position.Top} className="opacity-0" isConnectable={false} />
      <span className="flex items-center gap-1.5 font-medium">
        <OperationIcon group={actor.kind} size={14} />
        <span className="truncate" title={actor.name}>
          {actor.name}
        </span>
      </span>
      <span className="mt-1 truncate text-2xs text-text-muted tabular-nums" title={sums(actor)}>
        {sums(actor)}
      </span>
      <Handle type="source" position={Position.Bottom} className="opacity-0" isConnectable={false} />
    </div>
  );
}

const NODE_TYPES = { actor: ActorBox };

/** Places callers above what they call. */
function placed({ actors, edges }: AgentGraph): Map<string, { x: number; y: number }> {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 36, ranksep: 70 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of actors) graph.setNode(id, { width: WIDTH, height: HEIGHT });
  for (const { from, to } of edges) graph.setEdge(from, to);
  dagre.layout(graph);
  return new Map(
    actors.map(({ id }) => {
      const { x = 0, y = 0 } = graph.node(id) as { x?: number; y?: number };
      return [id, { x: x - WIDTH / 2, y: y - HEIGHT / 2 }];
    }),
  );
}

/** The agent graph as a picture that can be moved and zoomed; a click goes to the actor's first span. */
export function AgentGraphPicture({
  graph,
  activeId,
  onSpan,
}: {
  graph: AgentGraph;
  activeId: number;
  onSpan: (index: number) => void;
}) {
  const places = useMemo(() => placed(graph), [graph]);
  const nodes = useMemo<ActorNode[]>(
    () =>
      graph.actors.map((actor) => ({
        id: actor.id,
        type: "actor",
        position: places.get(actor.id)!,
        data: { actor, active: actor.spanIndex === activeId },
        ariaLabel: `${actor.kind} ${actor.name}, ${sums(actor)}`,
        draggable: false,
        connectable: false,
      })),
    [graph, places, activeId],
  );
  const edges = useMemo<Edge[]>(
    () =>
      graph.edges.map((edge) => ({
        id: edge.id,
        source: edge.from,
        target: edge.to,
        label: sums(edge),
        ariaLabel: `${edge.id}: ${sums(edge)}`,
        markerEnd: { type: MarkerType.ArrowClosed, color: "var(--color-border-strong)" },
        style: { stroke: edge.errors > 0 ? "var(--color-danger)" : "var(--color-border-strong)" },
        labelStyle: { fill: "var(--color-text)", fontSize: 11 },
        labelBgStyle: { fill: "var(--color-surface)" },
      })),
    [graph],
  );
  return (
    <div className="min-h-64 flex-1">
      <ReactFlow
        aria-label="Agent graph"
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        fitView
        fitViewOptions={{ maxZoom: 1.1, padding: 0.15 }}
        minZoom={0.1}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        proOptions={{ hideAttribution: true }}
        onNodeClick={(_event, node) => onSpan(node.data.actor.spanIndex)}
        style={{ background: "var(--color-bg)" }}
      >
        <Background color="var(--color-border)" />
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}
