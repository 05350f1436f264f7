import type { Span } from "../../trace-contract.ts";
import type { TraceTree } from "./trace-tree.ts";

/** Text of a span that a search in the trace looks at, lower case. */
function haystack(span: Span): string {
  return [
    span.name,
    span.span_id,
    span.operation,
    span.agent,
    span.model,
    span.provider,
    span.tool,
    span.service,
    span.error?.type ?? "",
    span.error?.message ?? "",
  ]
    .join("\n")
    .toLowerCase();
}

/** Indexes of the nodes whose span holds every word of the query, ascending; empty for an empty query. */
export function searchTrace(tree: TraceTree<Span>, query: string): number[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const hits: number[] = [];
  for (const node of tree.nodes) {
    if (!node.span) continue;
    const text = haystack(node.span);
    if (words.every((word) => text.includes(word))) hits.push(node.index);
  }
  return hits;
}
