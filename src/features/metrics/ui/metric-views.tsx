import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { useSavedViews } from "#features/saved-views/ui/saved-views-api.ts";
import { parseSearch, stringifySearch } from "#web/lib/search-params.ts";
import { useTimeRange } from "#web/lib/use-time-range.ts";
import { SavedViewsMenu } from "#web/table/saved-views-menu.tsx";
import { useDefaultView } from "#web/table/use-default-view.ts";
import type { MetricsSearch } from "./model/metrics-search.ts";

/** Queries and range under a name. */
export function MetricViews({ search }: { search: MetricsSearch }) {
  const views = useSavedViews("metrics");
  const { typed } = useTimeRange();
  const navigate = useNavigate();
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const { find: _, ...kept } = search;
  const apply = useCallback(
    (text: string, replace = false) => {
      navigate({ to: ".", search: parseSearch(`?${text}`) as never, replace });
    },
    [navigate],
  );
  useDefaultView(
    views.views,
    search.query === undefined && raw.from === undefined,
    useCallback((text) => apply(text, true), [apply]),
  );
  return (
    <SavedViewsMenu {...views} current={stringifySearch({ ...kept, ...typed }).slice(1)} onApply={apply} />
  );
}
