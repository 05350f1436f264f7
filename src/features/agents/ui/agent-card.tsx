import { Link } from "@tanstack/react-router";
import type { SeriesColor, Unit } from "#web/charts/chart-types.ts";
import { Sparkline } from "#web/charts/sparkline.tsx";
import { cx } from "#web/lib/cx.ts";
import { formatCost, formatDurationMs, formatNumber } from "#web/lib/format.ts";
import { Badge } from "#web/ui/badge.tsx";
import { RelativeTime } from "#web/ui/relative-time.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import type { AgentActivity, AgentListItem } from "../agent-contract.ts";
import { activityTotals } from "./activity-model.ts";
import { AgentStatusBadge } from "./agent-status.tsx";

const NOTHING = "—";

/** One agent of the grid: who it is, how it is, and what it did. The whole card leads to its page. */
export function AgentCard({
  project,
  agent,
  activity,
}: {
  project: string;
  agent: AgentListItem;
  /** Undefined while it is being read. */
  activity: AgentActivity | undefined;
}) {
  const told = [agent.type, agent.environment, agent.version && `v${agent.version}`].filter(Boolean);
  return (
    <li
      data-agent-id={agent.id}
      className="relative min-w-0 rounded-lg border border-border bg-surface p-3.5 focus-within:border-accent hover:border-border-strong"
    >
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-base font-semibold">
            <Link
              to="/p/$project/agents/$agentId"
              params={{ project, agentId: agent.id }}
              className="after:absolute after:inset-0 after:rounded-lg"
            >
              {agent.name}
            </Link>
          </h2>
          <p className="h-4 truncate text-xs text-text-muted">{told.join(" · ")}</p>
        </div>
        <AgentStatusBadge status={agent.status} reason={agent.status_reason} />
      </div>
      <Figures activity={activity} />
      <div className="mt-3 flex h-5 items-center gap-1.5 overflow-hidden text-xs text-text-muted">
        <span className="shrink-0">
          Seen <RelativeTime time={agent.last_seen_at} />
        </span>
        <span className="ml-auto flex min-w-0 gap-1">
          {agent.tags.slice(0, 3).map((tag) => (
            <Badge key={tag} className="min-w-0">
              {tag}
            </Badge>
          ))}
        </span>
      </div>
    </li>
  );
}

function Figures({ activity }: { activity: AgentActivity | undefined }) {
  if (!activity) {
    return (
      <div aria-hidden className="mt-3 grid grid-cols-2 gap-3">
        {["executions", "errors", "latency", "cost"].map((name) => (
          <Skeleton key={name} className="h-12" />
        ))}
      </div>
    );
  }
  const totals = activityTotals(activity);
  const figures: {
    name: string;
    value: string;
    values: readonly (number | null)[];
    unit: Unit;
    color: SeriesColor;
    alarm?: boolean;
  }[] = [
    {
      name: "Executions",
      value: formatNumber(totals.executions),
      values: activity.executions,
      unit: "count",
      color: 1,
    },
    {
      name: "Errors",
      value: totals.errorRate === null ? NOTHING : formatNumber(totals.errors),
      values: activity.errors,
      unit: "count",
      color: totals.errors > 0 ? "danger" : "muted",
      alarm: totals.errors > 0,
    },
    {
      name: "Latency p95",
      value: totals.latencyMs === null ? NOTHING : formatDurationMs(totals.latencyMs),
      values: activity.latency_p95_ms,
      unit: "ms",
      color: 7,
    },
    {
      name: "Cost",
      value: totals.costUsd > 0 ? formatCost(totals.costUsd) : NOTHING,
      values: activity.cost_usd,
      unit: "usd",
      color: 3,
    },
  ];
  return (
    <dl className="mt-3 grid grid-cols-2 gap-x-4 gap-y-2.5">
      {figures.map(({ name, value, values, unit, color, alarm }) => (
        <div key={name} className="min-w-0">
          <dt className="text-2xs text-text-muted">{name}</dt>
          <dd className="flex items-end gap-2">
            <span className={cx("shrink-0 font-semibold tabular-nums", alarm && "text-danger")}>{value}</span>
            <span className="min-w-0 flex-1">
              <Sparkline
                values={values}
                unit={unit}
                color={color}
                label={name}
                height={20}
                className="w-full"
              />
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
