import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ArrowLeft, FileQuestion } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { ApiProblem } from "#web/lib/api-client.ts";
import { useDocumentTitle } from "#web/lib/document-title.ts";
import {
  formatAbsoluteTime,
  formatCost,
  formatDurationMs,
  formatNumber,
  formatTokens,
} from "#web/lib/format.ts";
import { useTimeZone } from "#web/lib/time-zone.ts";
import { TraceTable } from "#web/table/trace-table.tsx";
import { buttonClass } from "#web/ui/button.tsx";
import { ThreadMessages } from "#web/ui/chat/thread.tsx";
import { CopyButton } from "#web/ui/copy-button.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import { Tabs } from "#web/ui/tabs.tsx";
import type { Session } from "../session-contract.ts";
import { sessionQuery, sessionThreadQuery } from "./sessions-api.ts";
import { parseSessionSearch } from "./sessions-search.ts";

/** One session: what it adds up to, its conversation, its traces in order. */
export function SessionPage() {
  const { project = "", sessionId = "" } = useParams({ strict: false }) as {
    project?: string;
    sessionId?: string;
  };
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const { view = "thread" } = useMemo(() => parseSessionSearch(raw), [raw]);
  const navigate = useNavigate();
  const detail = useQuery(sessionQuery(project, sessionId));
  useDocumentTitle(`Session ${sessionId}`);
  if (detail.isError) {
    if (detail.error instanceof ApiProblem && detail.error.status === 404) {
      return (
        <EmptyState
          level="h1"
          icon={<FileQuestion size={20} />}
          title="No such session"
          why={detail.error.detail}
          action={
            <Link to="/p/$project/sessions" params={{ project }} className={buttonClass("primary")}>
              All sessions
            </Link>
          }
        />
      );
    }
    return (
      <ErrorState
        level="h1"
        error={detail.error}
        title="The session could not be read"
        onRetry={() => detail.refetch()}
      />
    );
  }
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="border-b border-border px-4 pt-2.5 pb-2">
        <div className="flex items-center gap-2">
          <Link
            to="/p/$project/sessions"
            params={{ project }}
            aria-label="All sessions"
            className="-ml-1.5 inline-flex size-7 shrink-0 items-center justify-center rounded-md text-text-muted hover:bg-surface-hover"
          >
            <ArrowLeft aria-hidden size={16} />
          </Link>
          <h1 className="min-w-0 truncate text-lg font-semibold" title={sessionId}>
            {sessionId}
          </h1>
          <CopyButton text={sessionId} label="Copy session id" />
        </div>
        {detail.data ? (
          <Facts project={project} session={detail.data.session} more={detail.data.truncated} />
        ) : (
          <Skeleton className="mt-2 h-4 w-96 max-w-full" />
        )}
      </header>
      <Tabs
        label="Views of the session"
        tabs={[
          { id: "thread", label: "Conversation" },
          {
            id: "traces",
            label: `Traces${detail.data ? ` ${formatNumber(detail.data.session.trace_count)}` : ""}`,
          },
        ]}
        value={view}
        onChange={(id) =>
          navigate({
            to: ".",
            search: ((before: object) => ({ ...before, view: id === "traces" ? id : undefined })) as never,
            replace: true,
          })
        }
        className="shrink-0 px-2"
        panelClassName="min-h-0 flex-1 overflow-y-auto"
      >
        {view === "thread" ? (
          <Conversation project={project} sessionId={sessionId} />
        ) : (
          detail.data && (
            <TraceTable label="Traces of the session" project={project} traces={detail.data.traces} />
          )
        )}
      </Tabs>
    </div>
  );
}

function Conversation({ project, sessionId }: { project: string; sessionId: string }) {
  const thread = useQuery(sessionThreadQuery(project, sessionId));
  if (thread.isError) {
    return (
      <ErrorState
        error={thread.error}
        title="The conversation could not be read"
        onRetry={() => thread.refetch()}
      />
    );
  }
  if (!thread.data) {
    return (
      <div role="status" className="mx-auto max-w-4xl space-y-3 p-4">
        <span className="sr-only">Loading the conversation</span>
        <Skeleton className="h-14 w-8/12" />
        <Skeleton className="h-24 w-10/12" />
      </div>
    );
  }
  return (
    <ThreadMessages
      thread={thread.data}
      source={({ trace_id, span_id }) => (
        <Link
          to="/p/$project/traces/$traceId"
          params={{ project, traceId: trace_id }}
          search={{ span: span_id }}
          className="inline-flex h-6 items-center text-accent hover:underline"
        >
          Show in its trace
        </Link>
      )}
    />
  );
}

function Facts({ project, session, more }: { project: string; session: Session; more: boolean }) {
  const zone = useTimeZone();
  const facts: [string, ReactNode][] = [
    ["Traces", `${formatNumber(session.trace_count)}${more ? "+" : ""}`],
    ["From", formatAbsoluteTime(session.first_activity, zone)],
    ["Duration", formatDurationMs(session.duration_ms)],
    ["At work", formatDurationMs(session.busy_ms)],
  ];
  if (session.error_count > 0) {
    facts.push([
      "Errors",
      <span key="errors" className="text-danger">
        {formatNumber(session.error_count)}
      </span>,
    ]);
  }
  if (session.total_tokens > 0) facts.push(["Tokens", formatTokens(session.total_tokens)]);
  facts.push(["Cost", formatCost(session.cost_usd)]);
  if (session.agents.length > 0) facts.push(["Agents", session.agents.join(", ")]);
  for (const user of session.users.slice(0, 3)) {
    facts.push([
      "User",
      <Link
        key={user}
        to="/p/$project/users/$userId"
        params={{ project, userId: user }}
        className="text-accent hover:underline"
      >
        {user}
      </Link>,
    ]);
  }
  return (
    <dl className="mt-1.5 flex flex-wrap gap-x-4 gap-y-1 text-xs">
      {facts.map(([name, value], at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: several facts may have one name
        <div key={at} className="flex min-w-0 gap-1.5">
          <dt className="text-text-muted">{name}</dt>
          <dd className="min-w-0 truncate font-medium tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
