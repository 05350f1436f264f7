import { useQuery } from "@tanstack/react-query";
import { ListFilter, X } from "lucide-react";
import { cx } from "#web/lib/cx.ts";
import { formatDurationMs, formatNumber } from "#web/lib/format.ts";
import { Button } from "#web/ui/button.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { IconButton } from "#web/ui/icon-button.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import { differenceQuery, type SpanScope, trendQuery } from "../explorer-api.ts";
import { filterOfGroup } from "../model/groups.ts";
import type { TracesSearch } from "../model/traces-search.ts";
import type { PatchSearch } from "./use-traces-search.ts";

const CHOICES = [
  { id: "errors", label: "Failed spans" },
  { id: "slow", label: "Slow spans" },
] as const;

/** Attributes that a dimension of the list tells already. */
const TOLD_TWICE: ReadonlySet<string> = new Set(
  [
    "gen_ai.operation.name",
    "gen_ai.provider.name",
    "gen_ai.system",
    "gen_ai.request.model",
    "gen_ai.response.model",
    "gen_ai.tool.name",
    "gen_ai.agent.name",
    "user.id",
    "session.id",
    "gen_ai.conversation.id",
  ].map((key) => `attribute:${key}`),
);

/** What failed or slow spans have more often than the others: the attributes that tell them apart. */
export function DifferencePanel({
  search,
  patch,
  scope,
}: {
  search: TracesSearch;
  patch: PatchSearch;
  scope: SpanScope;
}) {
  const chosen = search.different ?? "errors";
  // Slow is what takes longer than nineteen of twenty spans of the filter.
  const trend = useQuery({ ...trendQuery(scope, ["duration_p95_ms"]), enabled: chosen === "slow" });
  const p95 = trend.data?.series[0]?.total.duration_p95_ms ?? null;
  const select =
    chosen === "errors"
      ? "status=error"
      : p95 === null
        ? null
        : `duration_ms>=${Math.max(1, Math.round(p95))}`;
  const difference = useQuery({
    ...differenceQuery(scope, select ?? ""),
    enabled: select !== null,
  });
  const rows = (difference.data?.data ?? []).filter(({ name }) => !TOLD_TWICE.has(name));
  const failed = [trend, difference].find((query) => query.isError);
  return (
    <section
      aria-label="What is different"
      className="flex min-h-0 w-[30rem] max-w-full shrink-0 flex-col border-l border-border bg-surface max-lg:absolute max-lg:inset-0 max-lg:z-30 max-lg:w-full"
    >
      <header className="space-y-2 border-b border-border py-2 pr-2 pl-4">
        <div className="flex items-center">
          <h2 className="flex-1 font-semibold">What is different about these</h2>
          <IconButton
            size="sm"
            variant="ghost"
            label="Close the difference"
            icon={<X aria-hidden size={15} />}
            onClick={() => patch({ different: undefined }, { replace: true })}
          />
        </div>
        <fieldset className="flex flex-wrap items-center gap-1">
          <legend className="sr-only">What to compare with the rest</legend>
          {CHOICES.map(({ id, label }) => (
            <Button
              key={id}
              size="sm"
              variant="ghost"
              aria-pressed={chosen === id}
              className={chosen === id ? "bg-surface-active! text-text!" : ""}
              onClick={() => patch({ different: id }, { replace: true })}
            >
              {label}
            </Button>
          ))}
          {chosen === "slow" && p95 !== null && (
            <span className="text-xs text-text-muted">from {formatDurationMs(p95)} (p95) on</span>
          )}
        </fieldset>
        {difference.data && (
          <p role="status" className="text-xs text-text-muted">
            {formatNumber(difference.data.selected)} spans against {formatNumber(difference.data.rest)} others
          </p>
        )}
      </header>
      {failed ? (
        <ErrorState
          error={failed.error}
          title="The difference could not be worked out"
          onRetry={() => failed.refetch()}
        />
      ) : difference.data && rows.length === 0 ? (
        <EmptyState
          title={difference.data.selected === 0 ? "There are none" : "Nothing stands out"}
          why={
            difference.data.selected === 0
              ? "No span of this filter and time range is of that kind."
              : "No attribute is clearly more frequent in them than in the others."
          }
        />
      ) : difference.data ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
        <section className="min-h-0 flex-1 overflow-y-auto" tabIndex={0} aria-label="Telling attributes">
          <ol className="divide-y divide-border">
            {rows.map((row) => {
              const group = row.name;
              return (
                <li key={`${row.name} ${row.value}`} className="px-4 py-2 text-xs">
                  <div className="flex items-center gap-2">
                    <span className="min-w-0 flex-1 truncate" title={`${row.name} = ${row.value}`}>
                      <span className="text-text-muted">{row.name.replace(/^attribute:/, "")}</span>{" "}
                      <span className="font-medium">{row.value || "(not set)"}</span>
                    </span>
                    <IconButton
                      size="sm"
                      variant="ghost"
                      tooltip={false}
                      label={`Filter by ${row.name} ${row.value}`}
                      icon={<ListFilter aria-hidden size={13} />}
                      onClick={() => patch(filterOfGroup(search, group, row.value))}
                    />
                  </div>
                  <Share label="these" share={row.selected_share} className="bg-series-2" />
                  <Share label="others" share={row.rest_share} className="bg-series-1" />
                </li>
              );
            })}
          </ol>
        </section>
      ) : (
        <div role="status" className="space-y-3 p-4">
          <span className="sr-only">Comparing</span>
          <Skeleton className="h-10 w-full" />
          <Skeleton className="h-10 w-full" />
          <Skeleton className="h-10 w-full" />
        </div>
      )}
    </section>
  );
}

function Share({ label, share, className }: { label: string; share: number; className: string }) {
  return (
    <div className="flex items-center gap-2 text-2xs text-text-muted">
      <span className="w-10 shrink-0">{label}</span>
      <span aria-hidden className="h-1.5 min-w-0 flex-1 rounded-full bg-surface-active">
        <span
          className={cx("block h-full rounded-full", className)}
          style={{ width: `${Math.max(share > 0 ? 1 : 0, share * 100)}%` }}
        />
      </span>
      <span className="w-12 shrink-0 text-right tabular-nums">{formatNumber(share * 100, 1)} %</span>
    </div>
  );
}
