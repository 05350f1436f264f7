import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Dimension } from "#features/analytics/analytics-contract.ts";
import { type AnalyticsScope, analyticsBreakdownQuery } from "#features/analytics/ui/analytics-api.ts";
import type { CostSubject } from "#features/costs/cost-report-contract.ts";
import { BarList } from "#web/charts/bar-list.tsx";
import { formatTokens } from "#web/lib/format.ts";
import { useTimeRange } from "#web/lib/use-time-range.ts";
import { attributionQuery } from "./costs-api.ts";

const SUBJECTS: readonly { by: CostSubject; title: string; nobody: string; filter?: string }[] = [
  { by: "agent", title: "By agent", nobody: "no agent", filter: "agent" },
  { by: "user", title: "By user", nobody: "no user", filter: "user_id" },
  { by: "tag", title: "By tag", nobody: "untagged" },
  { by: "session", title: "By session", nobody: "no session", filter: "session_id" },
];

/** The dearest models, agents, users, tags, sessions and environments. */
export function TopCosts({
  scope,
  environment,
  onEnvironment,
}: {
  scope: AnalyticsScope;
  environment: string | undefined;
  onEnvironment: (name: string | undefined) => void;
}) {
  return (
    <div className="grid gap-3 md:grid-cols-2 xl:grid-cols-3">
      <TopByDimension scope={scope} dimension="model" title="By model" nobody="no model" />
      {SUBJECTS.map((subject) => (
        <TopBySubject key={subject.by} project={scope.project} environment={environment} {...subject} />
      ))}
      <TopByDimension
        scope={scope}
        dimension="environment"
        title="By environment"
        nobody="no environment"
        onPick={(name) => onEnvironment(name === environment ? undefined : name)}
      />
    </div>
  );
}

function TopByDimension({
  scope,
  dimension,
  title,
  nobody,
  onPick,
}: {
  scope: AnalyticsScope;
  dimension: Extract<Dimension, "model" | "environment">;
  title: string;
  nobody: string;
  onPick?: (name: string) => void;
}) {
  const list = useQuery(
    analyticsBreakdownQuery(scope, { measure: ["cost_usd", "tokens_total"], group_by: dimension, limit: 7 }),
  );
  const rows = (list.data?.data ?? []).filter((row) => (row.values.cost_usd ?? 0) > 0);
  return (
    <BarList
      title={title}
      unit="usd"
      better="down"
      loading={list.isPending}
      error={list.error}
      onRetry={() => void list.refetch()}
      empty="No cost in this time range."
      items={rows.map((row) => {
        const name = row.group[0] ?? "";
        return {
          id: name,
          label: name || nobody,
          name,
          value: row.values.cost_usd ?? 0,
          previous: row.previous?.cost_usd,
          hint: `${formatTokens(row.values.tokens_total ?? 0)} tokens`,
          ...(onPick && name !== "" ? { onClick: () => onPick(name) } : {}),
          ...(!onPick && name !== ""
            ? {
                link: (label: ReactNode) => (
                  <TracesLink project={scope.project} search={{ [dimension]: name }}>
                    {label}
                  </TracesLink>
                ),
              }
            : {}),
        };
      })}
    />
  );
}

function TopBySubject({
  project,
  environment,
  by,
  title,
  nobody,
  filter,
}: {
  project: string;
  environment: string | undefined;
  by: CostSubject;
  title: string;
  nobody: string;
  filter?: string;
}) {
  const range = useTimeRange();
  const list = useQuery(attributionQuery(project, range, by, environment));
  return (
    <BarList
      title={title}
      unit="usd"
      loading={list.isPending}
      error={list.error}
      onRetry={() => void list.refetch()}
      empty="No cost in this time range."
      items={(list.data?.data ?? []).map(({ name, usd, tokens }) => ({
        id: name,
        label: name || nobody,
        name,
        value: usd,
        hint: `${formatTokens(tokens)} tokens`,
        ...(filter && name !== ""
          ? {
              link: (label: ReactNode) => (
                <TracesLink project={project} search={{ [filter]: name }}>
                  {label}
                </TracesLink>
              ),
            }
          : {}),
      }))}
    />
  );
}

function TracesLink({
  project,
  search,
  children,
}: {
  project: string;
  search: Record<string, string>;
  children: ReactNode;
}) {
  return (
    <Link
      to="/p/$project/traces"
      params={{ project }}
      search={search as never}
      className="text-text hover:text-accent hover:underline"
    >
      {children}
    </Link>
  );
}
