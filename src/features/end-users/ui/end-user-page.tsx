import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, FileQuestion } from "lucide-react";
import { ApiProblem } from "#web/lib/api-client.ts";
import { useDocumentTitle } from "#web/lib/document-title.ts";
import {
  formatAbsoluteTime,
  formatCost,
  formatCount,
  formatNumber,
  formatRelativeTime,
  formatTokens,
} from "#web/lib/format.ts";
import { useTimeZone } from "#web/lib/time-zone.ts";
import { TraceTable } from "#web/table/trace-table.tsx";
import { buttonClass } from "#web/ui/button.tsx";
import { Card } from "#web/ui/card.tsx";
import { CopyButton } from "#web/ui/copy-button.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import type { EndUserDetail } from "../end-user-contract.ts";
import { endUserQuery } from "./end-users-api.ts";

/** One end user: when they were active, their sessions, their newest traces. */
export function EndUserPage() {
  const { project = "", userId = "" } = useParams({ strict: false }) as { project?: string; userId?: string };
  const detail = useQuery(endUserQuery(project, userId));
  useDocumentTitle(`User ${userId}`);
  if (detail.isError) {
    if (detail.error instanceof ApiProblem && detail.error.status === 404) {
      return (
        <EmptyState
          level="h1"
          icon={<FileQuestion size={20} />}
          title="No such user"
          why={detail.error.detail}
          action={
            <Link to="/p/$project/users" params={{ project }} className={buttonClass("primary")}>
              All users
            </Link>
          }
        />
      );
    }
    return (
      <ErrorState
        level="h1"
        error={detail.error}
        title="The user could not be read"
        onRetry={() => detail.refetch()}
      />
    );
  }
  return (
    <div className="mx-auto max-w-6xl space-y-4 p-4">
      <header className="flex items-center gap-2">
        <Link
          to="/p/$project/users"
          params={{ project }}
          aria-label="All users"
          className="-ml-1.5 inline-flex size-7 shrink-0 items-center justify-center rounded-md text-text-muted hover:bg-surface-hover"
        >
          <ArrowLeft aria-hidden size={16} />
        </Link>
        <h1 className="min-w-0 truncate text-lg font-semibold">{userId}</h1>
        <CopyButton text={userId} label="Copy user id" />
      </header>
      {detail.data ? (
        <Activity project={project} detail={detail.data} />
      ) : (
        <div role="status" className="space-y-3">
          <span className="sr-only">Loading the user</span>
          <Skeleton className="h-16 w-full" />
          <Skeleton className="h-40 w-full" />
        </div>
      )}
    </div>
  );
}

function Activity({ project, detail }: { project: string; detail: EndUserDetail }) {
  const zone = useTimeZone();
  const { user } = detail;
  const facts: [string, string][] = [
    ["Last seen", formatRelativeTime(user.last_seen, Date.now())],
    ["First seen", formatAbsoluteTime(user.first_seen, zone)],
    ["Sessions", formatNumber(user.session_count)],
    ["Executions", `${formatNumber(user.execution_count)}${detail.truncated ? "+" : ""}`],
    ["Failed", formatNumber(user.failed_count)],
    ["Tokens", formatTokens(user.total_tokens)],
    ["Cost", formatCost(user.cost_usd)],
    ["Agents", user.agents.join(", ") || "—"],
  ];
  const most = Math.max(1, ...detail.days.map((day) => day.executions));
  return (
    <>
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        {facts.map(([name, value]) => (
          <div key={name} className="rounded-md border border-border bg-surface px-3 py-2">
            <dt className="text-xs text-text-muted">{name}</dt>
            <dd className="truncate font-medium tabular-nums" title={value}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
      <Card title="Activity by day">
        <table className="w-full text-xs">
          <caption className="sr-only">Executions, failures and cost per UTC day</caption>
          <thead className="text-left text-text-muted">
            <tr>
              <th scope="col" className="w-28 px-4 py-1.5 font-medium">
                Day
              </th>
              <th scope="col" className="px-2 py-1.5 font-medium">
                Executions
              </th>
              <th scope="col" className="w-20 px-2 py-1.5 text-right font-medium">
                Failed
              </th>
              <th scope="col" className="w-24 px-4 py-1.5 text-right font-medium">
                Cost
              </th>
            </tr>
          </thead>
          <tbody>
            {[...detail.days].reverse().map((day) => (
              <tr key={day.date} className="border-t border-border">
                <th scope="row" className="px-4 py-1.5 text-left font-mono font-normal whitespace-nowrap">
                  {day.date}
                </th>
                <td className="px-2 py-1.5">
                  <span className="flex items-center gap-2">
                    <span
                      aria-hidden
                      className="h-2 min-w-1 rounded-full bg-series-1"
                      style={{ width: `${(day.executions / most) * 80}%` }}
                    />
                    <span className="tabular-nums">{formatNumber(day.executions)}</span>
                  </span>
                </td>
                <td className={`px-2 py-1.5 text-right tabular-nums ${day.errors > 0 ? "text-danger" : ""}`}>
                  {day.errors > 0 ? day.errors : "—"}
                </td>
                <td className="px-4 py-1.5 text-right tabular-nums">{formatCost(day.cost_usd)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
      {detail.sessions.length > 0 && (
        <Card title="Sessions">
          <ul className="divide-y divide-border">
            {detail.sessions.map((session) => (
              <li key={session.session_id} className="flex items-center gap-3 px-4 py-2 text-xs">
                <Link
                  to="/p/$project/sessions/$sessionId"
                  params={{ project, sessionId: session.session_id }}
                  className="min-w-0 truncate font-medium text-text hover:underline"
                >
                  {session.session_id}
                </Link>
                <span className="ml-auto shrink-0 text-text-muted">
                  {formatCount(session.trace_count, "trace")} ·{" "}
                  {formatRelativeTime(session.last_activity, Date.now())}
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <Card title="Newest traces">
        <TraceTable label="Newest traces of the user" project={project} traces={detail.traces} />
      </Card>
    </>
  );
}
