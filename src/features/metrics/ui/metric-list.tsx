import { useInfiniteQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { type RefObject, useEffect, useState } from "react";
import { cx } from "#web/lib/cx.ts";
import { formatCount } from "#web/lib/format.ts";
import { Badge } from "#web/ui/badge.tsx";
import { Button } from "#web/ui/button.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { Input } from "#web/ui/input.tsx";
import { SkeletonLines } from "#web/ui/skeleton.tsx";
import type { MetricName } from "../metrics-contract.ts";
import { metricNamesQuery } from "./metrics-api.ts";

const KIND_WORDS: Record<MetricName["kind"], string> = {
  gauge: "gauge",
  sum: "sum",
  histogram: "histogram",
  exponential_histogram: "exp. histogram",
  summary: "summary",
};
/** Typing settles for this long before names are searched. */
const TYPING_MS = 250;

/** All metrics by name, with a field to find one; a click charts it. */
export function MetricList({
  project,
  find,
  chosen,
  field,
  onFind,
  onChoose,
}: {
  project: string;
  find: string | undefined;
  /** Names in use by the queries. */
  chosen: ReadonlySet<string>;
  field: RefObject<HTMLInputElement | null>;
  onFind: (find: string | undefined) => void;
  /** `add` to chart it beside the others. */
  onChoose: (name: string, add: boolean) => void;
}) {
  const [text, setText] = useState(find ?? "");
  useEffect(() => setText(find ?? ""), [find]);
  useEffect(() => {
    if (text === (find ?? "")) return;
    const timer = setTimeout(() => onFind(text.trim() || undefined), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, find, onFind]);
  const list = useInfiniteQuery(metricNamesQuery(project, find));
  const names = list.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="border-b border-border p-2">
        <Input
          ref={field}
          type="search"
          size="sm"
          aria-label="Find a metric"
          placeholder="Find a metric"
          autoComplete="off"
          leading={<Search aria-hidden size={13} />}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto p-1">
        {list.isPending ? (
          <SkeletonLines lines={8} className="p-2" />
        ) : list.isError ? (
          <ErrorState error={list.error} onRetry={() => list.refetch()} />
        ) : names.length === 0 ? (
          <p className="p-3 text-text-muted">No metric has this in its name.</p>
        ) : (
          <ul aria-label="Metrics">
            {names.map((metric) => (
              <li key={`${metric.name} ${metric.kind}`}>
                <button
                  type="button"
                  aria-pressed={chosen.has(metric.name)}
                  title={metric.description || metric.name}
                  onClick={(event) => onChoose(metric.name, event.ctrlKey || event.metaKey || event.shiftKey)}
                  className={cx(
                    "block w-full rounded-md px-2 py-1.5 text-left hover:bg-surface-hover",
                    chosen.has(metric.name) && "bg-accent-soft",
                  )}
                >
                  <span className="block truncate font-mono text-xs">{metric.name}</span>
                  <span className="mt-0.5 flex items-center gap-1.5 text-2xs text-text-muted">
                    <Badge className="h-4! text-2xs!">{KIND_WORDS[metric.kind]}</Badge>
                    {metric.unit && <span className="font-mono">{metric.unit}</span>}
                    <span>{formatCount(metric.series_count, "series", "series")}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )}
        {list.hasNextPage && (
          <Button
            size="sm"
            variant="ghost"
            className="w-full"
            busy={list.isFetchingNextPage}
            onClick={() => list.fetchNextPage()}
          >
            More metrics
          </Button>
        )}
      </div>
    </div>
  );
}
