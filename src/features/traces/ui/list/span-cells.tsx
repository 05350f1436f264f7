import { Link } from "@tanstack/react-router";
import {
  formatCost,
  formatDurationMs,
  formatRelativeTime,
  formatTableTime,
  formatTokens,
} from "#web/lib/format.ts";
import { useTimeZone } from "#web/lib/time-zone.ts";
import type { Column } from "#web/table/columns.ts";
import { Badge } from "#web/ui/badge.tsx";
import { StatusBadge } from "#web/ui/status-badge.tsx";
import type { ListedSpan } from "../../trace-contract.ts";
import { groupOf } from "../model/operations.ts";
import { OperationIcon } from "../trace/operation-icon.tsx";

const DASH = <span className="text-text-faint">—</span>;
const text = (value: string) => (value === "" ? DASH : <span title={value}>{value}</span>);
const badge = (value: string) => (value === "" ? DASH : <Badge>{value}</Badge>);

const tokensOf = ({ usage }: ListedSpan) =>
  usage.input_uncached + usage.cache_read + usage.cache_write + usage.output + usage.reasoning;

function SpanTime({ span }: { span: ListedSpan }) {
  const zone = useTimeZone();
  const now = Date.now();
  return (
    <time
      dateTime={span.start_time}
      title={formatRelativeTime(span.start_time, now, zone)}
      className="font-mono text-xs text-text-muted tabular-nums"
    >
      {formatTableTime(span.start_time, now, zone)}
    </time>
  );
}

function SpanName({ span }: { span: ListedSpan }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <OperationIcon group={groupOf(span)} />
      <Link
        from="/p/$project/traces"
        to="/p/$project/traces/$traceId"
        params={(before) => ({ ...before, traceId: span.trace_id })}
        search={{ span: span.span_id }}
        preload={false}
        tabIndex={-1}
        className="min-w-0 truncate font-medium text-text hover:underline"
      >
        {span.name || "(no name)"}
      </Link>
      {span.match && (
        <span className="min-w-0 shrink-[3] truncate text-xs text-text-muted" title={span.match.excerpt}>
          {span.match.excerpt}
        </span>
      )}
    </span>
  );
}

/** Columns of the span list; the later ones show where someone chose them. */
export const SPAN_COLUMNS: readonly Column<ListedSpan>[] = [
  { id: "time", header: "Time", track: "136px", cell: (span) => <SpanTime span={span} /> },
  { id: "name", header: "Span", track: "minmax(200px, 2.4fr)", cell: (span) => <SpanName span={span} /> },
  {
    id: "agent",
    header: "Agent",
    track: "minmax(110px, 1fr)",
    fromWidth: 700,
    cell: (span) => badge(span.agent),
  },
  {
    id: "model",
    header: "Model",
    track: "minmax(120px, 1fr)",
    fromWidth: 860,
    cell: (span) => text(span.model),
  },
  {
    id: "tool",
    header: "Tool",
    track: "minmax(110px, 1fr)",
    fromWidth: 980,
    cell: (span) => text(span.tool),
  },
  {
    id: "status",
    header: "Status",
    track: "96px",
    cell: (span) => <StatusBadge status={span.status === "error" ? "error" : "ok"} />,
  },
  {
    id: "duration",
    header: "Duration",
    track: "90px",
    align: "end",
    cell: (span) => (
      <span className="tabular-nums" title={`${span.duration_ms} ms`}>
        {formatDurationMs(span.duration_ms)}
      </span>
    ),
  },
  {
    id: "tokens",
    header: "Tokens",
    track: "80px",
    align: "end",
    fromWidth: 780,
    cell: (span) => (tokensOf(span) > 0 ? formatTokens(tokensOf(span)) : DASH),
  },
  {
    id: "cost",
    header: "Cost",
    track: "84px",
    align: "end",
    fromWidth: 780,
    cell: (span) => (span.cost_usd === null ? DASH : formatCost(span.cost_usd)),
  },
  {
    id: "service",
    header: "Service",
    track: "minmax(100px, 0.8fr)",
    optional: true,
    cell: (span) => text(span.service),
  },
  {
    id: "user",
    header: "User",
    track: "minmax(100px, 0.8fr)",
    optional: true,
    cell: (span) => text(span.user_id),
  },
  {
    id: "session",
    header: "Session",
    track: "minmax(100px, 0.8fr)",
    optional: true,
    cell: (span) => text(span.session_id),
  },
  {
    id: "environment",
    header: "Environment",
    track: "110px",
    optional: true,
    cell: (span) => text(span.environment),
  },
  {
    id: "error",
    header: "Error",
    track: "minmax(120px, 1fr)",
    optional: true,
    cell: (span) => text(span.error?.message || span.error_type),
  },
];

/** A span on a phone: two lines. */
export function SpanCard({ span }: { span: ListedSpan }) {
  return (
    <span className="block min-w-0 py-2">
      <span className="flex items-center gap-2">
        <SpanName span={span} />
        <span className="ml-auto shrink-0 tabular-nums">{formatDurationMs(span.duration_ms)}</span>
      </span>
      <span className="mt-0.5 flex items-center gap-2 text-xs text-text-muted">
        <SpanTime span={span} />
        {span.status === "error" && <span className="text-danger">error</span>}
        <span className="min-w-0 truncate">{span.agent || span.service}</span>
        <span className="ml-auto shrink-0">{span.cost_usd !== null && formatCost(span.cost_usd)}</span>
      </span>
    </span>
  );
}
