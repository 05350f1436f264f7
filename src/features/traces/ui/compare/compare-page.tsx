import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ArrowLeft, ArrowLeftRight, GitCompareArrows } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { cx } from "#web/lib/cx.ts";
import { useDocumentTitle } from "#web/lib/document-title.ts";
import { formatCost, formatDurationMs, formatNumber, formatTokens } from "#web/lib/format.ts";
import { Button, buttonClass } from "#web/ui/button.tsx";
import { Checkbox } from "#web/ui/checkbox.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import type { TraceDetail } from "../../trace-contract.ts";
import { groupOf } from "../model/operations.ts";
import { diffTraces } from "../model/trace-diff.ts";
import { buildTraceTree } from "../model/trace-tree.ts";
import { type CompareSearch, parseCompareSearch } from "../model/traces-search.ts";
import { traceQuery } from "../traces-api.ts";
import { DiffRows } from "./diff-rows.tsx";
import { PairPanel } from "./pair-panel.tsx";

/** Two traces side by side: what one did that the other did not, and what took longer or cost more. */
export function ComparePage() {
  const { project = "" } = useParams({ strict: false }) as { project?: string };
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => parseCompareSearch(raw), [raw]);
  const { a = "", b = "" } = search;
  useDocumentTitle("Compare traces");
  const [first, second] = [
    useQuery({ ...traceQuery(project, a), enabled: a !== "" }),
    useQuery({ ...traceQuery(project, b), enabled: b !== "" }),
  ];
  if (a === "" || b === "") {
    return (
      <EmptyState
        level="h1"
        icon={<GitCompareArrows size={20} />}
        title="Choose two traces to compare"
        why="Tick two traces of the list, then choose Compare."
        action={
          <Link to="/p/$project/traces" params={{ project }} className={buttonClass("primary")}>
            All traces
          </Link>
        }
      />
    );
  }
  const failed = [first, second].find((query) => query.isError);
  if (failed) {
    return (
      <ErrorState
        level="h1"
        error={failed.error}
        title="One of the traces could not be read"
        onRetry={() => failed.refetch()}
      />
    );
  }
  if (!first.data || !second.data) {
    return (
      <div role="status" className="space-y-4 p-4">
        <span className="sr-only">Loading both traces</span>
        <Skeleton className="h-6 w-72 max-w-full" />
        <Skeleton className="h-40 w-full" />
      </div>
    );
  }
  return <Comparison key={`${a} ${b}`} project={project} search={search} a={first.data} b={second.data} />;
}

function Comparison({
  project,
  search,
  a,
  b,
}: {
  project: string;
  search: CompareSearch;
  a: TraceDetail;
  b: TraceDetail;
}) {
  const navigate = useNavigate();
  const patch = (change: Partial<CompareSearch>) =>
    navigate({
      to: ".",
      search: ((before: object) => ({ ...before, ...change })) as never,
      replace: true,
      resetScroll: false,
    });
  const [treeA, treeB] = [
    useMemo(() => buildTraceTree(a.spans), [a.spans]),
    useMemo(() => buildTraceTree(b.spans), [b.spans]),
  ];
  const diff = useMemo(() => diffTraces(treeA, treeB), [treeA, treeB]);
  const rows = useMemo(
    () => (search.only ? diff.rows.filter((row) => row.kind !== "same") : diff.rows),
    [diff, search.only],
  );
  const idOf = (row: (typeof rows)[number]) => (treeA.nodes[row.a] ?? treeB.nodes[row.b])!.id;
  const active = search.row === undefined ? -1 : rows.findIndex((row) => idOf(row) === search.row);
  // Until a row is chosen, the last answers of a model are what one wants to see beside each other.
  const lastAnswer = diff.rows.findLast(
    (row) => row.a >= 0 && row.b >= 0 && groupOf(treeA.nodes[row.a]!.span) === "llm",
  );
  const shown = rows[active] ?? lastAnswer ?? diff.rows[0];
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="space-y-2 border-b border-border px-4 pt-2.5 pb-2">
        <div className="flex flex-wrap items-center gap-2">
          <Link
            to="/p/$project/traces"
            params={{ project }}
            aria-label="All traces"
            className="-ml-1.5 inline-flex size-7 shrink-0 items-center justify-center rounded-md text-text-muted hover:bg-surface-hover"
          >
            <ArrowLeft aria-hidden size={16} />
          </Link>
          <h1 className="text-lg font-semibold">Compare traces</h1>
          <Button
            size="sm"
            icon={<ArrowLeftRight aria-hidden size={13} />}
            onClick={() => patch({ a: search.b, b: search.a, row: undefined })}
          >
            Swap
          </Button>
          <Checkbox
            className="ml-auto text-xs"
            label="Only differences"
            checked={search.only !== undefined}
            onChange={(event) => patch({ only: event.target.checked ? "differences" : undefined })}
          />
        </div>
        <Totals project={project} a={a} b={b} />
        <p role="status" className="text-xs text-text-muted">
          {formatNumber(diff.counts.added)} added, {formatNumber(diff.counts.removed)} removed,{" "}
          {formatNumber(diff.counts.changed)} changed, {formatNumber(diff.counts.same)} alike
        </p>
      </header>
      <div className="flex min-h-0 flex-1 max-lg:flex-col">
        <DiffRows
          treeA={treeA}
          treeB={treeB}
          rows={rows}
          active={active}
          onActive={(index) => rows[index] && patch({ row: idOf(rows[index]) })}
        />
        {shown && (
          <PairPanel
            project={project}
            a={treeA.nodes[shown.a]?.span ?? null}
            b={treeB.nodes[shown.b]?.span ?? null}
          />
        )}
      </div>
    </div>
  );
}

/** What both add up to, and by how much the second differs. */
function Totals({ project, a, b }: { project: string; a: TraceDetail; b: TraceDetail }) {
  const measures: [string, number | null, number | null, (value: number) => string][] = [
    ["Duration", a.trace.duration_ms, b.trace.duration_ms, formatDurationMs],
    ["Spans", a.trace.span_count, b.trace.span_count, formatNumber],
    ["Errors", a.trace.error_count, b.trace.error_count, formatNumber],
    ["Tokens", a.trace.total_tokens, b.trace.total_tokens, formatTokens],
    ["Cost", a.trace.cost_usd, b.trace.cost_usd, formatCost],
  ];
  const name = (detail: TraceDetail): ReactNode => (
    <Link
      to="/p/$project/traces/$traceId"
      params={{ project, traceId: detail.trace.trace_id }}
      className="block truncate font-medium text-accent hover:underline"
      title={detail.trace.trace_id}
    >
      {detail.trace.name || detail.trace.trace_id}
    </Link>
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
    <section className="overflow-x-auto" tabIndex={0} aria-label="Totals">
      <table className="min-w-[34rem] text-xs">
        <caption className="sr-only">What both traces add up to</caption>
        <thead className="text-left text-text-muted">
          <tr>
            <th scope="col" className="sr-only">
              Trace
            </th>
            {measures.map(([label]) => (
              <th key={label} scope="col" className="px-3 py-0.5 text-right font-medium">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[a, b].map((detail, at) => (
            <tr key={at === 0 ? "a" : "b"}>
              <th scope="row" className="max-w-72 py-0.5 pr-3 text-left font-normal">
                <span className="flex items-center gap-2">
                  <span className="text-text-muted">{at === 0 ? "A" : "B"}</span>
                  {name(detail)}
                </span>
              </th>
              {measures.map(([label, ofA, ofB, format]) => {
                const value = at === 0 ? ofA : ofB;
                return (
                  <td key={label} className="px-3 py-0.5 text-right whitespace-nowrap tabular-nums">
                    {value === null ? "—" : format(value)}
                    {at === 1 && ofA !== null && ofB !== null && ofA !== ofB && (
                      <Delta value={ofB - ofA} format={format} className="ml-1.5" />
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** By how much the second differs; more is worse for everything measured here. */
export function Delta({
  value,
  format,
  className,
}: {
  value: number;
  format: (value: number) => string;
  className?: string;
}) {
  return (
    <span className={cx(value > 0 ? "text-danger" : "text-success", className)}>
      {value > 0 ? "+" : "−"}
      {format(Math.abs(value))}
    </span>
  );
}
