import type { Execution } from "../execution-contract.ts";
import type { ExecutionPageData } from "./executions-api.ts";

/**
 * A list with its first page read again: runs that changed are replaced wherever they stand, new ones come on top.
 * `added` are the ids that were not there. When the new page does not reach the old list, the list begins anew.
 */
export function withFirstPage(
  pages: readonly ExecutionPageData[],
  first: ExecutionPageData,
): { pages: ExecutionPageData[]; added: string[] } {
  const known = new Set(pages.flatMap((page) => page.data.map(({ id }) => id)));
  const added = first.data.filter(({ id }) => !known.has(id)).map(({ id }) => id);
  const meets = first.next_cursor === null || added.length < first.data.length;
  if (!meets || pages.length === 0) return { pages: [first], added };
  const fresh = new Map(first.data.map((run) => [run.id, run]));
  const isOnTop = (run: Execution) => fresh.has(run.id);
  const rest = pages.map((page, at) => ({
    ...page,
    data:
      at === 0
        ? [...first.data, ...page.data.filter((run) => !isOnTop(run))]
        : page.data.filter((run) => !isOnTop(run)),
  }));
  return { pages: rest, added };
}
