import { Link } from "@tanstack/react-router";
import { Sparkline } from "#web/charts/sparkline.tsx";
import { formatCost, formatDurationMs, formatNumber } from "#web/lib/format.ts";
import type { Column } from "#web/table/columns.ts";
import { Badge } from "#web/ui/badge.tsx";
import { RelativeTime } from "#web/ui/relative-time.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import type { AgentActivity, AgentListItem } from "../agent-contract.ts";
import { activityTotals } from "./activity-model.ts";
import { AgentStatusBadge } from "./agent-status.tsx";

/** A row of the list: the agent, and what it did once that is known. */
export type AgentRow = AgentListItem & { did: AgentActivity | undefined };

const DASH = <span className="text-text-faint">—</span>;

function Name({ row }: { row: AgentRow }) {
  return (
    <Link
      from="/p/$project/agents"
      to="/p/$project/agents/$agentId"
      params={(before) => ({ ...before, agentId: row.id })}
      preload={false}
      tabIndex={-1}
      className="min-w-0 truncate font-medium hover:underline"
    >
      {row.name}
    </Link>
  );
}

export const AGENT_COLUMNS: readonly Column<AgentRow>[] = [
  {
    id: "name",
    header: "Agent",
    track: "minmax(180px, 2fr)",
    cell: (row) => <Name row={row} />,
  },
  {
    id: "status",
    header: "Status",
    track: "104px",
    cell: (row) => <AgentStatusBadge status={row.status} reason={row.status_reason} />,
  },
  {
    id: "executions",
    header: "Executions",
    track: "150px",
    cell: (row) =>
      row.did ? (
        <span className="flex items-center gap-2">
          <span className="w-12 shrink-0 text-right tabular-nums">
            {formatNumber(activityTotals(row.did).executions)}
          </span>
          <Sparkline values={row.did.executions} width={70} height={18} />
        </span>
      ) : (
        <Skeleton className="w-28" />
      ),
  },
  {
    id: "errors",
    header: "Errors",
    track: "120px",
    fromWidth: 860,
    cell: (row) => {
      if (!row.did) return null;
      const { errors } = activityTotals(row.did);
      if (errors === 0) return DASH;
      return (
        <span className="flex items-center gap-2 text-danger">
          <span className="w-8 shrink-0 text-right tabular-nums">{formatNumber(errors)}</span>
          <Sparkline values={row.did.errors} color="danger" width={56} height={18} />
        </span>
      );
    },
  },
  {
    id: "latency",
    header: "Latency p95",
    track: "96px",
    align: "end",
    fromWidth: 760,
    cell: (row) => {
      const latency = row.did && activityTotals(row.did).latencyMs;
      return latency == null ? DASH : <span className="tabular-nums">{formatDurationMs(latency)}</span>;
    },
  },
  {
    id: "cost",
    header: "Cost",
    track: "84px",
    align: "end",
    fromWidth: 700,
    cell: (row) => {
      const cost = row.did ? activityTotals(row.did).costUsd : 0;
      return cost > 0 ? formatCost(cost) : DASH;
    },
  },
  {
    id: "type",
    header: "Type",
    track: "minmax(80px, 1fr)",
    fromWidth: 1000,
    cell: (row) => row.type || DASH,
  },
  {
    id: "environment",
    header: "Environment",
    track: "minmax(96px, 1fr)",
    fromWidth: 1000,
    cell: (row) => row.environment || DASH,
  },
  {
    id: "version",
    header: "Version",
    track: "84px",
    fromWidth: 920,
    cell: (row) => row.version || DASH,
  },
  {
    id: "tags",
    header: "Tags",
    track: "minmax(90px, 1fr)",
    fromWidth: 1200,
    cell: (row) => (
      <span className="flex min-w-0 gap-1">
        {row.tags.slice(0, 2).map((tag) => (
          <Badge key={tag} className="min-w-0">
            {tag}
          </Badge>
        ))}
      </span>
    ),
  },
  {
    id: "last_seen",
    header: "Last seen",
    track: "104px",
    align: "end",
    cell: (row) => <RelativeTime time={row.last_seen_at} className="text-xs text-text-muted" />,
  },
];

/** A row as two lines, where the page is narrow. */
export const agentCard = (row: AgentRow) => (
  <span className="block min-w-0 py-2">
    <span className="flex items-center gap-2">
      <AgentStatusBadge compact status={row.status} reason={row.status_reason} />
      <Name row={row} />
      <RelativeTime time={row.last_seen_at} className="ml-auto shrink-0 text-xs text-text-muted" />
    </span>
    <span className="mt-0.5 flex items-center gap-2 text-xs text-text-muted">
      <span className="min-w-0 truncate">{[row.type, row.environment].filter(Boolean).join(" · ")}</span>
      {row.did && (
        <span className="ml-auto shrink-0 tabular-nums">
          {formatNumber(activityTotals(row.did).executions)} runs
        </span>
      )}
    </span>
  </span>
);
