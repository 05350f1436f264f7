import { Link } from "@tanstack/react-router";
import { CircleAlert, Copy, LoaderCircle, PanelRightOpen } from "lucide-react";
import {
  formatCost,
  formatDurationMs,
  formatNumber,
  formatRelativeTime,
  formatTableTime,
  formatTokens,
} from "#web/lib/format.ts";
import { useTimeZone } from "#web/lib/time-zone.ts";
import type { Column } from "#web/table/columns.ts";
import { Badge } from "#web/ui/badge.tsx";
import { StatusBadge } from "#web/ui/status-badge.tsx";
import type { TraceSummary } from "../../trace-contract.ts";
import { traceState } from "../model/trace-state.ts";

const DASH = <span className="text-text-faint">—</span>;

/** Clock time of the start; how long ago on hover. */
function TraceTime({ trace }: { trace: TraceSummary }) {
  const zone = useTimeZone();
  const now = Date.now();
  return (
    <time
      dateTime={trace.start_time}
      title={formatRelativeTime(trace.start_time, now, zone)}
      className="font-mono text-xs text-text-muted tabular-nums"
    >
      {formatTableTime(trace.start_time, now, zone)}
    </time>
  );
}

/** The first of several names, and how many more there are. */
function Names({ names, mono }: { names: readonly string[]; mono?: boolean }) {
  const [first, ...rest] = names;
  if (first === undefined) return DASH;
  return (
    <span className="flex min-w-0 items-center gap-1" title={names.join(", ")}>
      <Badge mono={mono} className="min-w-0">
        {first}
      </Badge>
      {rest.length > 0 && <span className="shrink-0 text-xs text-text-muted">+{rest.length}</span>}
    </span>
  );
}

export function TraceStatus({ trace, compact }: { trace: TraceSummary; compact?: boolean }) {
  const state = traceState(trace, Date.now());
  if (state === "running" && trace.status !== "error") {
    return compact ? (
      <span
        role="img"
        aria-label="Running"
        title="Running: the root span has not arrived"
        className="text-accent"
      >
        <LoaderCircle aria-hidden size={14} className="animate-spin" />
      </span>
    ) : (
      <Badge
        tone="accent"
        title="The root span has not arrived"
        icon={<LoaderCircle aria-hidden size={12} className="shrink-0 animate-spin" />}
      >
        Running
      </Badge>
    );
  }
  // Instrumentation rarely sets a status when all went well, so "unset" is what success looks like.
  return <StatusBadge status={trace.status === "error" ? "error" : "ok"} compact={compact} />;
}

function NameCell({ trace }: { trace: TraceSummary }) {
  const action =
    "inline-flex size-6 items-center justify-center rounded-sm text-text-muted hover:bg-surface-active";
  return (
    <span className="relative flex min-w-0 items-center gap-2">
      <TraceLink trace={trace} />
      {!trace.name.includes(trace.service) && (
        <span className="min-w-0 shrink-[3] truncate text-xs text-text-faint">{trace.service}</span>
      )}
      <span className="absolute inset-y-0 right-0 flex items-center rounded-md bg-surface-hover opacity-0 group-hover:opacity-100 focus-within:opacity-100">
        <button
          type="button"
          tabIndex={-1}
          data-peek={trace.trace_id}
          title="Peek (p)"
          aria-label={`Peek at trace ${trace.name}`}
          className={action}
        >
          <PanelRightOpen aria-hidden size={13} />
        </button>
        <button
          type="button"
          tabIndex={-1}
          data-copy={trace.trace_id}
          title="Copy trace id"
          aria-label={`Copy id of trace ${trace.name}`}
          className={action}
        >
          <Copy aria-hidden size={13} />
        </button>
      </span>
    </span>
  );
}

function TraceLink({ trace }: { trace: TraceSummary }) {
  return (
    <Link
      from="/p/$project/traces"
      to="/p/$project/traces/$traceId"
      params={(before) => ({ ...before, traceId: trace.trace_id })}
      preload={false}
      tabIndex={-1}
      className="min-w-0 truncate font-medium text-text hover:underline"
    >
      {trace.name || "(no name)"}
    </Link>
  );
}

/** Width of the bar is the share of a long loaded trace's duration, which the grid's container sets as a variable. */
function DurationCell({ trace }: { trace: TraceSummary }) {
  return (
    <span className="flex items-center justify-end gap-2" title={`${trace.duration_ms} ms`}>
      <span aria-hidden className="h-1.5 w-10 overflow-hidden rounded-full bg-surface-active">
        <span
          className={`block h-full min-w-0.5 rounded-full ${trace.status === "error" ? "bg-danger" : "bg-series-1"}`}
          style={{ width: `min(100%, 100% * ${Math.max(0, trace.duration_ms)} / var(--long-ms, 1))` }}
        />
      </span>
      <span className="min-w-14 tabular-nums">{formatDurationMs(trace.duration_ms)}</span>
    </span>
  );
}

function Tokens({ trace }: { trace: TraceSummary }) {
  if (trace.total_tokens === 0) return DASH;
  const { usage } = trace;
  const parts = [
    `${usage.input_uncached} input`,
    `${usage.cache_read} read from cache`,
    `${usage.cache_write} written to cache`,
    `${usage.output} output`,
    `${usage.reasoning} reasoning`,
  ];
  return (
    <span title={parts.join("\n")} className="tabular-nums">
      {formatTokens(trace.total_tokens)}
    </span>
  );
}

const text = (value: string) => (value === "" ? DASH : <span title={value}>{value}</span>);

function optional(id: string, header: string, cell: Column<TraceSummary>["cell"]): Column<TraceSummary> {
  return { id, header, track: "minmax(100px, 1fr)", optional: true, cell };
}

/** Columns of the trace list; the last ones show where someone chose them. */
export const TRACE_COLUMNS: readonly Column<TraceSummary>[] = [
  { id: "time", header: "Time", track: "136px", cell: (trace) => <TraceTime trace={trace} /> },
  { id: "name", header: "Name", track: "minmax(170px, 2.4fr)", cell: (trace) => <NameCell trace={trace} /> },
  {
    id: "agent",
    header: "Agent",
    track: "minmax(110px, 1fr)",
    fromWidth: 720,
    cell: (trace) => <Names names={trace.agents} />,
  },
  {
    id: "model",
    header: "Model",
    track: "minmax(130px, 1.3fr)",
    fromWidth: 950,
    cell: (trace) => <Names names={trace.models} mono />,
  },
  { id: "status", header: "Status", track: "84px", cell: (trace) => <TraceStatus trace={trace} /> },
  {
    id: "duration",
    header: "Duration",
    track: "128px",
    align: "end",
    cell: (trace) => <DurationCell trace={trace} />,
  },
  {
    id: "spans",
    header: "Spans",
    track: "104px",
    align: "end",
    fromWidth: 1060,
    cell: (trace) => (
      <span className="inline-flex items-center gap-2 tabular-nums">
        {trace.error_count > 0 && (
          <span
            className="inline-flex items-center gap-0.5 text-xs text-danger"
            title={`${trace.error_count} with errors`}
          >
            <CircleAlert aria-label="errors:" size={12} />
            {formatNumber(trace.error_count)}
          </span>
        )}
        {formatNumber(trace.span_count)}
      </span>
    ),
  },
  {
    id: "tokens",
    header: "Tokens",
    track: "74px",
    align: "end",
    fromWidth: 840,
    cell: (trace) => <Tokens trace={trace} />,
  },
  {
    id: "cost",
    header: "Cost",
    track: "74px",
    align: "end",
    fromWidth: 840,
    cell: (trace) =>
      trace.cost_usd === null ? DASH : <span className="tabular-nums">{formatCost(trace.cost_usd)}</span>,
  },
  optional("service", "Service", (trace) => text(trace.service)),
  optional("environment", "Environment", (trace) => text(trace.environment)),
  optional("user", "User", (trace) => text(trace.user_id)),
  optional("session", "Session", (trace) => text(trace.session_id)),
  optional("provider", "Provider", (trace) => text(trace.providers.join(", "))),
  optional("llm_calls", "LLM calls", (trace) => formatNumber(trace.llm_call_count)),
  optional("tool_calls", "Tool calls", (trace) => formatNumber(trace.tool_call_count)),
];

/** A trace on a phone: two lines. */
export function TraceCard({ trace }: { trace: TraceSummary }) {
  return (
    <span className="block min-w-0 py-2">
      <span className="flex items-center gap-2">
        <TraceStatus trace={trace} compact />
        <TraceLink trace={trace} />
        <span className="ml-auto shrink-0 tabular-nums">{formatDurationMs(trace.duration_ms)}</span>
      </span>
      <span className="mt-0.5 flex items-center gap-2 text-xs text-text-muted">
        <TraceTime trace={trace} />
        <span className="min-w-0 truncate">{trace.agents[0] ?? trace.service}</span>
        <span className="ml-auto shrink-0">
          {trace.total_tokens > 0 && `${formatTokens(trace.total_tokens)} tok`}
          {trace.cost_usd !== null && ` · ${formatCost(trace.cost_usd)}`}
        </span>
      </span>
    </span>
  );
}
