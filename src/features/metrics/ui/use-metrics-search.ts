import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import {
  type MetricQuery,
  type MetricsSearch,
  parseMetricsSearch,
  queryOf,
  queryText,
} from "./model/metrics-search.ts";

/** The explorer's queries, which live in the URL, and how to change them. */
export function useMetricsSearch(): {
  search: MetricsSearch;
  queries: MetricQuery[];
  patch: (change: Partial<MetricsSearch>, options?: { replace?: boolean }) => void;
  setQueries: (queries: readonly MetricQuery[]) => void;
} {
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => parseMetricsSearch(raw), [raw]);
  const queries = useMemo(() => (search.query ?? []).flatMap((text) => queryOf(text) ?? []), [search.query]);
  const navigate = useNavigate();
  const patch = useCallback(
    (change: Partial<MetricsSearch>, options?: { replace?: boolean }) => {
      navigate({
        to: ".",
        search: ((before: Record<string, unknown>) => ({ ...before, ...change })) as never,
        replace: options?.replace ?? false,
        resetScroll: false,
      });
    },
    [navigate],
  );
  const setQueries = useCallback(
    (next: readonly MetricQuery[]) => patch({ query: next.length > 0 ? next.map(queryText) : undefined }),
    [patch],
  );
  return { search, queries, patch, setQueries };
}
