import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CirclePlay } from "lucide-react";
import { recentExecutionsQuery } from "#features/executions/ui/executions-api.ts";
import { formatAbsoluteTime, formatCost, formatDurationMs, formatTokens } from "#web/lib/format.ts";
import { useLiveChanges } from "#web/lib/live.ts";
import { useTimeZone } from "#web/lib/time-zone.ts";
import { useTimeRange } from "#web/lib/use-time-range.ts";
import { Badge } from "#web/ui/badge.tsx";
import { buttonClass } from "#web/ui/button.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import type { AgentDetail } from "../agent-contract.ts";

const LIVE_GAP_MS = 1000;
const TONES = { running: "accent", succeeded: "success", failed: "danger", cancelled: "neutral" } as const;

/** The newest runs of an agent. */
export function AgentExecutions({ project, agent }: { project: string; agent: AgentDetail }) {
  const range = useTimeRange();
  const zone = useTimeZone();
  const client = useQueryClient();
  const query = recentExecutionsQuery(project, agent.name, range);
  const list = useQuery(query);
  useLiveChanges(
    project,
    "executions",
    () => {
      if (range.live) void client.invalidateQueries({ queryKey: query.queryKey });
    },
    LIVE_GAP_MS,
  );
  if (list.isPending) {
    return (
      <div role="status" className="space-y-2 p-4">
        <span className="sr-only">Loading executions</span>
        <Skeleton className="h-8" />
        <Skeleton className="h-8" />
        <Skeleton className="h-8" />
      </div>
    );
  }
  if (list.isError && !list.data) {
    return (
      <ErrorState
        error={list.error}
        title="The executions could not be read"
        onRetry={() => list.refetch()}
      />
    );
  }
  const runs = list.data.data;
  const all = (
    <Link
      to="/p/$project/executions"
      params={{ project }}
      search={{ agent: [agent.name] } as never}
      className={buttonClass()}
    >
      All executions of this agent
    </Link>
  );
  if (runs.length === 0) {
    return (
      <EmptyState
        icon={<CirclePlay size={20} />}
        title="No executions in this time range"
        why="A run appears when a trace holds a span of this agent, or when it is reported. Try a wider time range."
        action={all}
      />
    );
  }
  return (
    <div className="p-4">
      <section
        className="relative overflow-x-auto rounded-lg border border-border bg-surface"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
        tabIndex={0}
        aria-label="Executions"
      >
        <table className="w-full min-w-[40rem] text-xs">
          <caption className="sr-only">The newest executions of {agent.name}</caption>
          <thead className="text-left text-text-muted">
            <tr className="border-b border-border">
              {["Started", "Execution", "Status", "Duration", "Tokens", "Cost"].map((name, at) => (
                <th key={name} scope="col" className={`h-8 px-4 font-medium ${at > 2 ? "text-right" : ""}`}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <tr key={run.id} className="border-b border-border last:border-0 hover:bg-surface-hover">
                <td className="px-4 py-2 font-mono whitespace-nowrap text-text-muted">
                  {formatAbsoluteTime(run.start_time, zone)}
                </td>
                <td className="max-w-80 px-4 py-2">
                  <Link
                    to="/p/$project/executions/$executionId"
                    params={{ project, executionId: run.id }}
                    className="block truncate font-medium text-text hover:underline"
                  >
                    {run.name || run.id}
                  </Link>
                </td>
                <td className="px-4 py-2">
                  <Badge tone={TONES[run.status]}>{run.status}</Badge>
                </td>
                <td className="px-4 py-2 text-right tabular-nums">
                  {run.duration_ms === null ? "—" : formatDurationMs(run.duration_ms)}
                </td>
                <td className="px-4 py-2 text-right tabular-nums">
                  {run.total_tokens ? formatTokens(run.total_tokens) : "—"}
                </td>
                <td className="px-4 py-2 text-right tabular-nums">
                  {run.cost_usd === null ? "—" : formatCost(run.cost_usd)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {list.data.next_cursor !== null && <div className="mt-3 text-center">{all}</div>}
    </div>
  );
}
