import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, CircleDashed, CirclePlay, type LucideIcon } from "lucide-react";
import type { AgentStatus } from "#features/agents/agent-contract.ts";
import { ChartFrame, chartStateOf } from "#web/charts/chart-frame.tsx";
import { cx } from "#web/lib/cx.ts";
import { formatNumber } from "#web/lib/format.ts";
import { RelativeTime } from "#web/ui/relative-time.tsx";
import type { Overview } from "../dashboard-contract.ts";
import { unhealthyAgentsQuery } from "./dashboards-api.ts";
import { PageLink } from "./page-link.tsx";

/** Shape as well as colour tells the statuses apart. */
const STATUSES: Record<AgentStatus, { label: string; Icon: LucideIcon; colour: string; fill: string }> = {
  running: { label: "Running", Icon: CirclePlay, colour: "text-accent", fill: "bg-accent-fill" },
  idle: { label: "Idle", Icon: CircleCheck, colour: "text-success", fill: "bg-success" },
  degraded: { label: "Degraded", Icon: CircleAlert, colour: "text-danger", fill: "bg-danger-fill" },
  offline: { label: "Offline", Icon: CircleDashed, colour: "text-text-muted", fill: "bg-border-strong" },
};
const ORDER: readonly AgentStatus[] = ["degraded", "running", "idle", "offline"];
const HEIGHT_PX = 150;

/** How many agents are in which state, and the ones that need a look. */
export function AgentHealth({
  project,
  counts,
  loading,
  error,
  onRetry,
}: {
  project: string;
  counts: Overview["agents"] | undefined;
  loading: boolean;
  error: unknown;
  onRetry: () => void;
}) {
  const unhealthy = useQuery({ ...unhealthyAgentsQuery(project), enabled: (counts?.total ?? 0) > 0 });
  const state = chartStateOf(
    {
      loading,
      error,
      onRetry,
      empty: "No agent is known yet. Agents appear with their first span or heartbeat.",
    },
    "agents",
    (counts?.total ?? 0) > 0,
    HEIGHT_PX,
  );
  return (
    <ChartFrame
      title="Agents"
      actions={
        <PageLink project={project} page="agents" className="px-1 text-xs text-accent hover:underline">
          All agents
        </PageLink>
      }
    >
      {state ??
        (counts && (
          <div className="px-1">
            <div aria-hidden className="flex h-2 gap-0.5 overflow-hidden rounded-full">
              {ORDER.map((status) => (
                <span
                  key={status}
                  className={STATUSES[status].fill}
                  style={{ width: `${(counts[status] / Math.max(1, counts.total)) * 100}%` }}
                />
              ))}
            </div>
            <ul aria-label="Agents by status" className="mt-3 grid grid-cols-2 gap-1 sm:grid-cols-4">
              {ORDER.map((status) => {
                const { label, Icon, colour } = STATUSES[status];
                return (
                  <li key={status}>
                    <PageLink
                      project={project}
                      page="agents"
                      search={{ status }}
                      className="block rounded-md px-1.5 py-1 hover:bg-surface-hover"
                    >
                      <span className="flex items-center gap-1.5 text-xs text-text-muted">
                        <Icon aria-hidden size={13} className={cx("shrink-0", colour)} />
                        {label}
                      </span>
                      <span className="block text-lg font-semibold tabular-nums">
                        {formatNumber(counts[status])}
                      </span>
                    </PageLink>
                  </li>
                );
              })}
            </ul>
            {unhealthy.data && unhealthy.data.data.length > 0 && (
              <ul aria-label="Agents that need a look" className="mt-2 border-t border-border pt-2">
                {unhealthy.data.data.map((agent) => {
                  const { Icon, colour, label } = STATUSES[agent.status];
                  return (
                    <li key={agent.id} className="flex min-h-7 items-center gap-2">
                      <Icon aria-hidden size={13} className={cx("shrink-0", colour)} />
                      <span className="sr-only">{label}</span>
                      <PageLink
                        project={project}
                        page={`agents/${encodeURIComponent(agent.id)}`}
                        className="shrink-0 truncate font-medium hover:text-accent hover:underline"
                      >
                        {agent.name}
                      </PageLink>
                      <span className="min-w-0 flex-1 truncate text-text-muted" title={agent.status_reason}>
                        {agent.status_reason}
                      </span>
                      <RelativeTime time={agent.status_changed_at} className="text-xs text-text-muted" />
                    </li>
                  );
                })}
              </ul>
            )}
          </div>
        ))}
    </ChartFrame>
  );
}
