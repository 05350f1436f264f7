import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { formatExact } from "#web/charts/model/units.ts";
import { RelativeTime } from "#web/ui/relative-time.tsx";
import { type MetricScope, metricExemplarsQuery } from "./metrics-api.ts";
import { readUnit } from "./model/metric-unit.ts";
import type { MetricQuery } from "./model/metrics-search.ts";

const SHOWN = 12;

/** Single measurements that were sent with the trace they belong to; nothing where there are none. */
export function Exemplars({
  scope,
  query,
  ucum,
}: {
  scope: MetricScope;
  query: MetricQuery;
  /** The metric's own unit. */
  ucum: string;
}) {
  const exemplars = useQuery(metricExemplarsQuery(scope, query));
  const traced = (exemplars.data?.data ?? []).filter((each) => each.trace_id !== null);
  if (traced.length === 0) return null;
  const { unit, factor } = readUnit(ucum);
  const largest = [...traced].sort((a, b) => (b.value ?? 0) - (a.value ?? 0)).slice(0, SHOWN);
  return (
    <section
      aria-label={`Exemplars of ${query.metric}`}
      className="rounded-lg border border-border bg-surface p-3"
    >
      <h2 className="mb-2 px-1 text-sm font-medium">
        Traces behind {query.metric}
        <span className="ml-2 text-xs font-normal text-text-muted">largest of {traced.length} exemplars</span>
      </h2>
      <ul className="grid gap-x-6 sm:grid-cols-2 lg:grid-cols-3">
        {largest.map((each) => (
          <li
            key={`${each.time} ${each.span_id} ${each.series}`}
            className="flex h-7 items-center gap-2 px-1 text-xs"
          >
            <span className="w-20 shrink-0 text-right font-medium tabular-nums">
              {formatExact(each.value === null ? null : each.value * factor, unit)}
            </span>
            <Link
              to="/p/$project/traces/$traceId"
              params={{ project: scope.project, traceId: each.trace_id ?? "" }}
              search={{ span: each.span_id ?? undefined } as never}
              className="min-w-0 flex-1 truncate font-mono text-accent hover:underline"
            >
              {each.trace_id}
            </Link>
            <RelativeTime time={each.time} className="shrink-0 text-text-muted" />
          </li>
        ))}
      </ul>
    </section>
  );
}
