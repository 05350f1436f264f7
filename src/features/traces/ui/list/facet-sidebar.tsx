import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { cx } from "#web/lib/cx.ts";
import { formatNumber, formatTokens } from "#web/lib/format.ts";
import { Skeleton } from "#web/ui/skeleton.tsx";
import { facetsQuery, type SpanScope } from "../explorer-api.ts";
import { MULTI_FILTERS, type MultiFilter, type TracesSearch, toggled } from "../model/traces-search.ts";
import { facetOptions } from "./facet-menu.tsx";
import type { PatchSearch } from "./use-traces-search.ts";

/** Dimensions in the order of the sidebar; those without a value in the range do not show. */
const SECTIONS: { id: MultiFilter | "status"; label: string; open?: boolean }[] = [
  { id: "status", label: "Status", open: true },
  { id: "agent", label: "Agent", open: true },
  { id: "model", label: "Model", open: true },
  { id: "tool", label: "Tool", open: true },
  { id: "operation", label: "Operation" },
  { id: "error_type", label: "Error type" },
  { id: "service", label: "Service" },
  { id: "environment", label: "Environment" },
  { id: "provider", label: "Provider" },
  { id: "agent_version", label: "Agent version" },
  { id: "tag", label: "Tag" },
];

/** What the spans of the filter have in common, with counts; a tick narrows the list. */
export function FacetSidebar({
  search,
  patch,
  scope,
  narrow,
}: {
  search: TracesSearch;
  patch: PatchSearch;
  scope: SpanScope;
  /** Something else stands beside the list: the sidebar then needs a wide screen. */
  narrow: boolean;
}) {
  const facets = useQuery(facetsQuery(scope));
  const byDimension = new Map(facets.data?.facets.map((facet) => [facet.dimension, facet.values]));
  return (
    <aside
      aria-label="Facets"
      className={cx(
        "flex min-h-0 w-56 shrink-0 flex-col overflow-y-auto border-r border-border pb-6 max-xl:hidden",
        narrow && "max-[1800px]:hidden",
      )}
    >
      <p className="px-4 pt-3 pb-1 text-2xs text-text-muted">
        {facets.isError
          ? "The facets could not be read."
          : facets.data
            ? `${formatTokens(facets.data.total)} spans${facets.data.sampled === null ? "" : ", estimated from a sample"}`
            : "Counting spans…"}
      </p>
      {facets.isPending && (
        <div className="space-y-2 p-4">
          {[1, 2, 3, 4, 5, 6].map((row) => (
            <Skeleton key={row} className="w-full" />
          ))}
        </div>
      )}
      {SECTIONS.map(({ id, label, open }) => {
        const isMulti = (MULTI_FILTERS as readonly string[]).includes(id);
        const chosen = id === "status" ? (search.status ? [search.status] : []) : (search[id] ?? []);
        const known = (byDimension.get(id) ?? []).filter(({ value }) => value !== "");
        // Success is rarely said out loud: unset and ok are both "ok" to the list.
        const options =
          id === "status"
            ? ["error", "ok"].map((value) => ({
                value,
                count: known
                  .filter((one) => (one.value === "error") === (value === "error"))
                  .reduce((sum, one) => sum + one.count, 0),
              }))
            : facetOptions(known, chosen, "");
        if (options.length === 0 || (id === "status" && known.length === 0)) return null;
        return (
          <details key={id} open={open || chosen.length > 0} className="group/facet px-2">
            <summary className="flex h-8 list-none items-center gap-1 rounded-md px-2 text-xs font-medium hover:bg-surface-hover">
              <ChevronRight
                aria-hidden
                size={12}
                className="text-text-muted transition-transform group-open/facet:rotate-90"
              />
              {label}
              {chosen.length > 0 && <span className="text-accent tabular-nums">· {chosen.length}</span>}
            </summary>
            <ul aria-label={`${label} facet`} className="pb-1">
              {options.map((option) => (
                <li key={option.value}>
                  <label className="flex min-h-7 items-center gap-2 rounded-md px-2 text-xs hover:bg-surface-hover">
                    <input
                      type="checkbox"
                      className="size-3.5 shrink-0"
                      checked={chosen.includes(option.value)}
                      onChange={() =>
                        isMulti
                          ? patch({ [id]: toggled(search[id as MultiFilter], option.value) })
                          : patch({
                              status:
                                search.status === option.value ? undefined : (option.value as "ok" | "error"),
                            })
                      }
                    />
                    <span className="min-w-0 flex-1 truncate" title={option.value}>
                      {option.value}
                    </span>
                    <span
                      className="shrink-0 text-text-muted tabular-nums"
                      title={formatNumber(option.count ?? 0)}
                    >
                      {formatTokens(option.count ?? 0)}
                    </span>
                  </label>
                </li>
              ))}
            </ul>
          </details>
        );
      })}
    </aside>
  );
}
