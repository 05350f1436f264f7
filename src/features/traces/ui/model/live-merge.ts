import type { Page } from "#platform/http/http-contract.ts";
import type { TraceSummary } from "../../trace-contract.ts";

export interface MergedPages<P> {
  pages: P[];
  /** Ids that were not shown before, newest first. */
  added: string[];
  /** More arrived than one page holds, so the older pages were dropped rather than shown with a hole. */
  reset: boolean;
}

type Keyed = Pick<TraceSummary, "trace_id">;

/** Ids of `fresh` that none of the pages holds. */
export function newIds(pages: readonly { data: readonly Keyed[] }[], fresh: readonly Keyed[]): string[] {
  const known = new Set<string>();
  for (const page of pages) for (const trace of page.data) known.add(trace.trace_id);
  return fresh.filter((trace) => !known.has(trace.trace_id)).map((trace) => trace.trace_id);
}

/**
 * Lays a newly read first page over the pages on screen, keyed by trace id. Within the time that the fresh
 * page covers it is the truth: a trace missing from it no longer matches. What is older stays as it was.
 */
export function mergeFirstPage<P extends Page<TraceSummary>>(pages: readonly P[], fresh: P): MergedPages<P> {
  const added = newIds(pages, fresh.data);
  const first = pages[0];
  const oldest = fresh.data.at(-1);
  const overlaps = added.length < fresh.data.length;
  if (!first || !oldest || fresh.next_cursor === null || !overlaps) {
    return { pages: [fresh], added, reset: pages.length > 1 };
  }
  const inFresh = new Set(fresh.data.map((trace) => trace.trace_id));
  const keep = (trace: TraceSummary) => !inFresh.has(trace.trace_id) && trace.start_time <= oldest.start_time;
  const kept = pages.map((page) => ({ ...page, data: page.data.filter(keep) }));
  kept[0] = { ...first, data: [...fresh.data, ...kept[0]!.data] };
  return { pages: kept, added, reset: false };
}

/**
 * What may change under a reader's eyes without moving a row: traces already shown take their new figures in
 * place; new ones wait.
 */
export function updateInPlace<P extends Page<TraceSummary>>(
  pages: readonly P[],
  fresh: readonly TraceSummary[],
): P[] {
  const byId = new Map(fresh.map((trace) => [trace.trace_id, trace]));
  return pages.map((page) => ({
    ...page,
    data: page.data.map((trace) => byId.get(trace.trace_id) ?? trace),
  }));
}
