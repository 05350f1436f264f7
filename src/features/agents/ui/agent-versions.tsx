import { useQuery } from "@tanstack/react-query";
import { GitCompare } from "lucide-react";
import { cx } from "#web/lib/cx.ts";
import { formatCost, formatDurationMs, formatNumber, formatTokens } from "#web/lib/format.ts";
import { useTimeRange } from "#web/lib/use-time-range.ts";
import { Badge } from "#web/ui/badge.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { RelativeTime } from "#web/ui/relative-time.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import type { AgentDetail, AgentVersion } from "../agent-contract.ts";
import { agentVersionsQuery } from "./agents-api.ts";

const MOST_COLUMNS = 6;

/** A line of the comparison; `best` picks the better one of the versions that ran. */
interface Line {
  name: string;
  value: (version: AgentVersion) => number | null;
  show: (value: number) => string;
  lowerIsBetter?: boolean;
}

const perRun = (total: (version: AgentVersion) => number) => (version: AgentVersion) =>
  version.executions > 0 ? total(version) / version.executions : null;

const LINES: readonly Line[] = [
  { name: "Executions", value: (one) => one.executions, show: (value) => formatNumber(value) },
  {
    name: "Error rate",
    value: perRun((one) => one.errors),
    show: (value) => `${formatNumber(value * 100, 1)} %`,
    lowerIsBetter: true,
  },
  { name: "Latency p50", value: (one) => one.latency_p50_ms, show: formatDurationMs, lowerIsBetter: true },
  { name: "Latency p95", value: (one) => one.latency_p95_ms, show: formatDurationMs, lowerIsBetter: true },
  {
    name: "Tokens per run",
    value: perRun((one) => one.total_tokens),
    show: formatTokens,
    lowerIsBetter: true,
  },
  { name: "Cost per run", value: perRun((one) => one.cost_usd), show: formatCost, lowerIsBetter: true },
];

/** The versions an agent ran as, side by side. */
export function AgentVersionsCompared({ project, agent }: { project: string; agent: AgentDetail }) {
  const range = useTimeRange();
  const list = useQuery(agentVersionsQuery(project, agent.id, range));
  if (list.isPending) {
    return (
      <div role="status" className="p-4">
        <span className="sr-only">Loading the versions</span>
        <Skeleton className="h-48" />
      </div>
    );
  }
  if (list.isError && !list.data) {
    return (
      <ErrorState error={list.error} title="The versions could not be read" onRetry={() => list.refetch()} />
    );
  }
  const versions = list.data.data.slice(0, MOST_COLUMNS);
  if (versions.length === 0) {
    return (
      <EmptyState
        icon={<GitCompare size={20} />}
        title="No version is known"
        why="An agent tells its version in heartbeats, at registration, or by gen_ai.agent.version or service.version on its spans."
      />
    );
  }
  return (
    <div className="p-4">
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
        tabIndex={0}
        aria-label="Versions"
        className="relative overflow-x-auto rounded-lg border border-border bg-surface"
      >
        <table className="w-full text-xs">
          <caption className="sr-only">
            Figures of each version in the time range; the best of a line is marked
          </caption>
          <thead>
            <tr className="border-b border-border text-left align-bottom">
              <td className="px-4 py-2" />
              {versions.map((one) => (
                <th key={one.version} scope="col" className="min-w-36 px-4 py-2 text-right font-semibold">
                  <span className="flex items-center justify-end gap-1.5">
                    {one.version === agent.version && <Badge tone="accent">current</Badge>}
                    {one.version}
                  </span>
                  <span className="font-normal text-text-muted">
                    since <RelativeTime time={one.first_seen_at} />
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {LINES.map((line) => {
              const values = versions.map(line.value);
              const ran = values.filter(
                (value, at) => value !== null && versions[at]!.executions > 0,
              ) as number[];
              // What reads the same is no better, whatever the digits behind it.
              const differ = new Set(ran.map(line.show)).size > 1;
              const best = line.lowerIsBetter && differ ? line.show(Math.min(...ran)) : null;
              return (
                <tr key={line.name} className="border-b border-border last:border-0">
                  <th
                    scope="row"
                    className="px-4 py-2 text-left font-medium whitespace-nowrap text-text-muted"
                  >
                    {line.name}
                  </th>
                  {versions.map((one, at) => {
                    const value = values[at];
                    const isBest = value != null && one.executions > 0 && line.show(value) === best;
                    return (
                      <td
                        key={one.version}
                        className={cx(
                          "px-4 py-2 text-right tabular-nums",
                          isBest && "font-semibold text-success",
                        )}
                      >
                        {value === null || value === undefined ? "—" : line.show(value)}
                        {isBest && <span className="sr-only"> (best)</span>}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </div>
  );
}
