import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, FileQuestion, ListTree } from "lucide-react";
import type { ReactNode } from "react";
import { ApiProblem } from "#web/lib/api-client.ts";
import { useDocumentTitle } from "#web/lib/document-title.ts";
import {
  formatAbsoluteTime,
  formatCost,
  formatDurationMs,
  formatNumber,
  formatTokens,
} from "#web/lib/format.ts";
import { useLiveChanges } from "#web/lib/live.ts";
import { useTimeZone } from "#web/lib/time-zone.ts";
import { useNow } from "#web/lib/use-now.ts";
import { buttonClass } from "#web/ui/button.tsx";
import { Card } from "#web/ui/card.tsx";
import { CodeBlock } from "#web/ui/code-block.tsx";
import { CopyButton } from "#web/ui/copy-button.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import type { ExecutionDetail } from "../execution-contract.ts";
import { runName } from "./execution-columns.tsx";
import { ExecutionStatusBadge, SOURCE_WORDS } from "./execution-status.tsx";
import { executionQuery } from "./executions-api.ts";

const LIVE_GAP_MS = 500;

/** One run: how it went, what went in and came out, and the way to its trace. */
export function ExecutionPage() {
  const { project = "", executionId = "" } = useParams({ strict: false }) as {
    project?: string;
    executionId?: string;
  };
  const client = useQueryClient();
  const query = executionQuery(project, executionId);
  const detail = useQuery(query);
  useDocumentTitle(detail.data ? runName(detail.data) : `Execution ${executionId}`);
  useLiveChanges(
    project,
    "executions",
    () => {
      if (detail.data?.status === "running") void client.invalidateQueries({ queryKey: query.queryKey });
    },
    LIVE_GAP_MS,
  );
  if (detail.isError && !detail.data) {
    if (detail.error instanceof ApiProblem && detail.error.status === 404) {
      return (
        <EmptyState
          level="h1"
          icon={<FileQuestion size={20} />}
          title="No such execution"
          why={detail.error.detail}
          action={
            <Link to="/p/$project/executions" params={{ project }} className={buttonClass("primary")}>
              All executions
            </Link>
          }
        />
      );
    }
    return (
      <ErrorState
        level="h1"
        error={detail.error}
        title="The execution could not be read"
        onRetry={() => detail.refetch()}
      />
    );
  }
  return (
    <div className="mx-auto max-w-5xl space-y-4 p-4">
      <header className="flex flex-wrap items-center gap-2">
        <Link
          to="/p/$project/executions"
          params={{ project }}
          aria-label="All executions"
          className="-ml-1.5 inline-flex size-7 shrink-0 items-center justify-center rounded-md text-text-muted hover:bg-surface-hover"
        >
          <ArrowLeft aria-hidden size={16} />
        </Link>
        <h1 className="min-w-0 truncate text-lg font-semibold">
          {detail.data ? runName(detail.data) : executionId}
        </h1>
        {detail.data && <ExecutionStatusBadge status={detail.data.status} />}
        <CopyButton text={executionId} label="Copy execution id" />
        {detail.data?.trace_id && detail.data.source !== "reported" && (
          <Link
            to="/p/$project/traces/$traceId"
            params={{ project, traceId: detail.data.trace_id }}
            className={`${buttonClass("primary")} ml-auto`}
          >
            <ListTree aria-hidden size={14} />
            Open its trace
          </Link>
        )}
      </header>
      {detail.data ? <Body project={project} run={detail.data} /> : <Loading />}
    </div>
  );
}

function Body({ project, run }: { project: string; run: ExecutionDetail }) {
  const zone = useTimeZone();
  const now = useNow();
  const ranMs = run.duration_ms ?? Math.max(0, now - Date.parse(run.start_time));
  const facts: [string, ReactNode][] = [
    [
      "Agent",
      run.agent_id ? (
        <Link
          key="agent"
          to="/p/$project/agents/$agentId"
          params={{ project, agentId: run.agent_id }}
          className="text-accent hover:underline"
        >
          {run.agent}
        </Link>
      ) : (
        run.agent || "—"
      ),
    ],
    ["Started", formatAbsoluteTime(run.start_time, zone)],
    [run.duration_ms === null ? "Runs for" : "Duration", formatDurationMs(ranMs)],
    ["Model calls", run.llm_call_count === null ? "—" : formatNumber(run.llm_call_count)],
    ["Tool calls", run.tool_call_count === null ? "—" : formatNumber(run.tool_call_count)],
    ["Tokens", run.total_tokens === null ? "—" : formatTokens(run.total_tokens)],
    ["Cost", run.cost_usd === null ? "—" : formatCost(run.cost_usd)],
    ["Known from", SOURCE_WORDS[run.source]],
    ["Version", run.version || "—"],
    ["Environment", run.environment || "—"],
    [
      "User",
      run.user_id ? (
        <Link
          key="user"
          to="/p/$project/users/$userId"
          params={{ project, userId: run.user_id }}
          className="text-accent hover:underline"
        >
          {run.user_id}
        </Link>
      ) : (
        "—"
      ),
    ],
    [
      "Session",
      run.session_id ? (
        <Link
          key="session"
          to="/p/$project/sessions/$sessionId"
          params={{ project, sessionId: run.session_id }}
          className="text-accent hover:underline"
        >
          {run.session_id}
        </Link>
      ) : (
        "—"
      ),
    ],
  ];
  return (
    <>
      {run.error && (
        <div role="alert" className="rounded-lg border border-danger/40 bg-danger-soft px-4 py-3 text-danger">
          <p className="font-semibold">{run.error.type || "It failed"}</p>
          {run.error.message && <p className="mt-0.5 break-words">{run.error.message}</p>}
        </div>
      )}
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-4">
        {facts.map(([name, value]) => (
          <div key={name} className="min-w-0 rounded-md border border-border bg-surface px-3 py-2">
            <dt className="text-xs text-text-muted">{name}</dt>
            <dd
              className="truncate font-medium tabular-nums"
              title={typeof value === "string" ? value : undefined}
            >
              {value}
            </dd>
          </div>
        ))}
      </dl>
      {run.source === "trace" ? (
        <p className="text-text-muted">
          This run is known from its trace only: what went in and came out stands on its spans.
        </p>
      ) : (
        <>
          <Value title="Input" value={run.input} />
          <Value title="Output" value={run.output} />
          {Object.keys(run.metadata).length > 0 && <Value title="Metadata" value={run.metadata} />}
        </>
      )}
    </>
  );
}

function Value({ title, value }: { title: string; value: unknown }) {
  return (
    <Card title={title}>
      {value === null || value === undefined ? (
        <p className="text-text-muted">Not reported.</p>
      ) : (
        <CodeBlock code={typeof value === "string" ? value : JSON.stringify(value, null, 2)} label={title} />
      )}
    </Card>
  );
}

function Loading() {
  return (
    <div role="status" className="grid grid-cols-2 gap-3 sm:grid-cols-4">
      <span className="sr-only">Loading the execution</span>
      {Array.from({ length: 8 }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: skeletons have no identity
        <Skeleton key={at} className="h-14" />
      ))}
    </div>
  );
}
