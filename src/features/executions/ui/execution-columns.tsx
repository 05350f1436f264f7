import { Link } from "@tanstack/react-router";
import {
  formatCost,
  formatDurationMs,
  formatNumber,
  formatRelativeTime,
  formatTokens,
} from "#web/lib/format.ts";
import type { Column } from "#web/table/columns.ts";
import { Badge } from "#web/ui/badge.tsx";
import { RelativeTime } from "#web/ui/relative-time.tsx";
import type { Execution } from "../execution-contract.ts";
import { ExecutionStatusBadge } from "./execution-status.tsx";

const DASH = <span className="text-text-faint">—</span>;

/** What a run is called: its name, or its id where it has none. */
export const runName = (run: Execution) => run.name || run.id;

function Name({ run }: { run: Execution }) {
  return (
    <Link
      from="/p/$project/executions"
      to="/p/$project/executions/$executionId"
      params={(before) => ({ ...before, executionId: run.id })}
      preload={false}
      tabIndex={-1}
      className="min-w-0 truncate font-medium hover:underline"
    >
      {runName(run)}
    </Link>
  );
}

export const EXECUTION_COLUMNS: readonly Column<Execution>[] = [
  {
    id: "time",
    header: "Started",
    track: "104px",
    cell: (run) => <RelativeTime time={run.start_time} className="text-xs text-text-muted" />,
  },
  {
    id: "name",
    header: "Execution",
    track: "minmax(180px, 2fr)",
    cell: (run) => <Name run={run} />,
  },
  {
    id: "status",
    header: "Status",
    track: "108px",
    cell: (run) => <ExecutionStatusBadge status={run.status} />,
  },
  {
    id: "agent",
    header: "Agent",
    track: "minmax(110px, 1fr)",
    fromWidth: 700,
    cell: (run) => (run.agent ? <Badge className="min-w-0">{run.agent}</Badge> : DASH),
  },
  {
    id: "duration",
    header: "Duration",
    track: "92px",
    align: "end",
    cell: (run) =>
      run.duration_ms === null ? (
        DASH
      ) : (
        <span className="tabular-nums">{formatDurationMs(run.duration_ms)}</span>
      ),
  },
  {
    id: "calls",
    header: "Calls",
    track: "110px",
    align: "end",
    fromWidth: 980,
    cell: (run) =>
      run.llm_call_count === null ? (
        DASH
      ) : (
        <span
          className="tabular-nums"
          title={`${run.llm_call_count} model calls, ${run.tool_call_count} tool calls`}
        >
          {formatNumber(run.llm_call_count)} + {formatNumber(run.tool_call_count ?? 0)}
        </span>
      ),
  },
  {
    id: "tokens",
    header: "Tokens",
    track: "80px",
    align: "end",
    fromWidth: 820,
    cell: (run) => (run.total_tokens ? formatTokens(run.total_tokens) : DASH),
  },
  {
    id: "cost",
    header: "Cost",
    track: "84px",
    align: "end",
    fromWidth: 760,
    cell: (run) => (run.cost_usd === null ? DASH : formatCost(run.cost_usd)),
  },
  {
    id: "user",
    header: "User",
    track: "minmax(80px, 1fr)",
    fromWidth: 1100,
    cell: (run) => (run.user_id ? <span className="truncate text-xs">{run.user_id}</span> : DASH),
  },
  {
    id: "source",
    header: "Known from",
    track: "100px",
    fromWidth: 1100,
    cell: (run) => (
      <span className="text-xs text-text-muted">
        {run.source === "both" ? "Report, trace" : run.source === "trace" ? "Trace" : "Report"}
      </span>
    ),
  },
];

/** A row as two lines, where the page is narrow. */
export const executionCard = (run: Execution) => (
  <span className="block min-w-0 py-2">
    <span className="flex items-center gap-2">
      <ExecutionStatusBadge compact status={run.status} />
      <Name run={run} />
      <span className="ml-auto shrink-0 text-xs text-text-muted">
        {formatRelativeTime(run.start_time, Date.now())}
      </span>
    </span>
    <span className="mt-0.5 flex items-center gap-2 text-xs text-text-muted">
      <span className="min-w-0 truncate">{run.agent}</span>
      <span className="ml-auto shrink-0 tabular-nums">
        {run.duration_ms === null ? "running" : formatDurationMs(run.duration_ms)}
        {run.cost_usd !== null && ` · ${formatCost(run.cost_usd)}`}
      </span>
    </span>
  </span>
);
