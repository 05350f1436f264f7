import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronDown, ChevronUp, Maximize2, X } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { formatCost, formatDurationMs, formatNumber, formatTokens } from "#web/lib/format.ts";
import { buttonClass } from "#web/ui/button.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { IconButton } from "#web/ui/icon-button.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import type { TraceDetail } from "../../trace-contract.ts";
import { criticalPath } from "../model/critical-path.ts";
import { findRepeats, foldedRows } from "../model/repeats.ts";
import { buildTraceTree } from "../model/trace-tree.ts";
import { domainOf } from "../model/waterfall-layout.ts";
import { ThreadView } from "../trace/thread-view.tsx";
import { Waterfall } from "../trace/waterfall.tsx";
import { traceQuery } from "../traces-api.ts";
import { TraceStatus } from "./trace-cells.tsx";

const NONE: ReadonlySet<string> = new Set();
const NO_MATCHES: ReadonlySet<number> = new Set();

/** A trace beside the list: what it adds up to and its waterfall or conversation, while J and K walk the list. */
export function PeekPanel({
  project,
  traceId,
  onClose,
  onStep,
}: {
  project: string;
  traceId: string;
  onClose: () => void;
  onStep: (by: 1 | -1) => void;
}) {
  const trace = useQuery(traceQuery(project, traceId));
  const [thread, setThread] = useState(false);
  return (
    <section
      aria-label="Peek"
      className="flex min-h-0 w-[34rem] max-w-full shrink-0 flex-col border-l border-border bg-surface max-lg:absolute max-lg:inset-0 max-lg:z-30 max-lg:w-full"
    >
      <header className="flex items-center gap-1 border-b border-border py-1.5 pr-2 pl-4">
        <h2 className="min-w-0 flex-1 truncate font-semibold">{trace.data?.trace.name ?? "Trace"}</h2>
        <IconButton
          size="sm"
          variant="ghost"
          label="Previous trace"
          keys="k"
          icon={<ChevronUp aria-hidden size={15} />}
          onClick={() => onStep(-1)}
        />
        <IconButton
          size="sm"
          variant="ghost"
          label="Next trace"
          keys="j"
          icon={<ChevronDown aria-hidden size={15} />}
          onClick={() => onStep(1)}
        />
        <Link
          to="/p/$project/traces/$traceId"
          params={{ project, traceId }}
          className={buttonClass("secondary", "sm")}
        >
          <Maximize2 aria-hidden size={13} />
          Open
        </Link>
        <IconButton
          size="sm"
          variant="ghost"
          label="Close the peek"
          icon={<X aria-hidden size={15} />}
          onClick={onClose}
        />
      </header>
      {trace.isError ? (
        <ErrorState error={trace.error} title="The trace could not be read" onRetry={() => trace.refetch()} />
      ) : trace.data ? (
        <>
          <PeekFacts detail={trace.data} />
          <div className="flex gap-1 border-b border-border px-3 py-1">
            {[false, true].map((id) => (
              <button
                key={String(id)}
                type="button"
                aria-pressed={thread === id}
                onClick={() => setThread(id)}
                className={`h-7 rounded-md px-2.5 text-xs ${thread === id ? "bg-surface-active text-text" : "text-text-muted"}`}
              >
                {id ? "Thread" : "Waterfall"}
              </button>
            ))}
          </div>
          {thread ? (
            <ThreadView key={traceId} project={project} traceId={traceId} onSpan={() => setThread(false)} />
          ) : (
            <PeekWaterfall key={traceId} detail={trace.data} />
          )}
        </>
      ) : (
        <div role="status" className="space-y-3 p-4">
          <span className="sr-only">Loading the trace</span>
          <Skeleton className="h-5 w-2/3" />
          <Skeleton className="h-48 w-full" />
        </div>
      )}
    </section>
  );
}

function PeekFacts({ detail: { trace } }: { detail: TraceDetail }) {
  const facts: [string, string][] = [
    ["Duration", formatDurationMs(trace.duration_ms)],
    ["Spans", formatNumber(trace.span_count)],
    ["Tokens", trace.total_tokens > 0 ? formatTokens(trace.total_tokens) : "—"],
    ["Cost", formatCost(trace.cost_usd)],
  ];
  if (trace.error_count > 0) facts.push(["Errors", formatNumber(trace.error_count)]);
  return (
    <dl className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-border px-4 py-2 text-xs">
      <div>
        <dt className="sr-only">Status</dt>
        <dd>
          <TraceStatus trace={trace} />
        </dd>
      </div>
      {facts.map(([name, value]) => (
        <div key={name} className="flex gap-1.5">
          <dt className="text-text-muted">{name}</dt>
          <dd className="font-medium tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function PeekWaterfall({ detail }: { detail: TraceDetail }) {
  const tree = useMemo(() => buildTraceTree(detail.spans), [detail.spans]);
  const repeats = useMemo(() => findRepeats(tree), [tree]);
  const domain = useMemo(() => domainOf(tree), [tree]);
  const critical = useMemo(() => {
    const byNode = new Map<number, ReturnType<typeof criticalPath>["segments"]>();
    for (const segment of criticalPath(tree).segments) {
      byNode.set(segment.index, [...(byNode.get(segment.index) ?? []), segment]);
    }
    return byNode;
  }, [tree]);
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(NONE);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(NONE);
  const [active, setActive] = useState(-1);
  const rows = useMemo(
    () => foldedRows(tree, collapsed, repeats, unfolded),
    [tree, collapsed, repeats, unfolded],
  );
  const element = useRef<HTMLDivElement>(null);
  const toggled = (set: ReadonlySet<string>, id: string, on: boolean) => {
    const next = new Set(set);
    if (on) next.add(id);
    else next.delete(id);
    return next;
  };
  return (
    <Waterfall
      tree={tree}
      rows={rows}
      collapsed={collapsed}
      active={active}
      matches={NO_MATCHES}
      domain={domain}
      repeats={repeats}
      unfolded={unfolded}
      critical={critical}
      treeRef={element}
      onActive={setActive}
      onExpand={(id, open) => setCollapsed((before) => toggled(before, id, !open))}
      onUnfold={(id, open) => setUnfolded((before) => toggled(before, id, open))}
    />
  );
}
