import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Archive, ArrowLeft, FileQuestion, MoreHorizontal, OctagonX, RotateCcw, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { ApiProblem } from "#web/lib/api-client.ts";
import { useDocumentTitle } from "#web/lib/document-title.ts";
import { useHotkeys } from "#web/lib/hotkeys.ts";
import { useLiveChanges } from "#web/lib/live.ts";
import { Badge } from "#web/ui/badge.tsx";
import { Button, buttonClass } from "#web/ui/button.tsx";
import { CopyButton } from "#web/ui/copy-button.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { Menu } from "#web/ui/menu.tsx";
import { RelativeTime } from "#web/ui/relative-time.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import { Tabs } from "#web/ui/tabs.tsx";
import { toast } from "#web/ui/toast.tsx";
import type { AgentDetail } from "../agent-contract.ts";
import { AgentConfiguration } from "./agent-configuration.tsx";
import { AgentEvents } from "./agent-events.tsx";
import { AgentExecutions } from "./agent-executions.tsx";
import { AgentPerformance } from "./agent-performance.tsx";
import { AgentStatusBadge } from "./agent-status.tsx";
import { AgentVersionsCompared } from "./agent-versions.tsx";
import { agentQuery, agentsKey, archiveAgent, patchAgent } from "./agents-api.ts";
import { AGENT_TABS, type AgentSearch, type AgentTab, parseAgentSearch } from "./agents-search.ts";
import { PurgeDialog } from "./purge-dialog.tsx";

const STATUS_GAP_MS = 400;
const TAB_LABELS: Record<AgentTab, string> = {
  performance: "Performance",
  executions: "Executions",
  events: "Events",
  configuration: "Configuration",
  versions: "Versions",
};

/** One agent: how it does, what it ran and reported, how it is configured, how its versions compare. */
export function AgentPage() {
  const { project = "", agentId = "" } = useParams({ strict: false }) as {
    project?: string;
    agentId?: string;
  };
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => parseAgentSearch(raw), [raw]);
  const { tab = "performance" } = search;
  const navigate = useNavigate();
  const client = useQueryClient();
  const query = agentQuery(project, agentId);
  const detail = useQuery(query);
  useDocumentTitle(detail.data?.name ?? "Agent");
  useLiveChanges(
    project,
    "agents",
    () => void client.invalidateQueries({ queryKey: query.queryKey }),
    STATUS_GAP_MS,
  );
  const patch = (change: Partial<AgentSearch>) =>
    navigate({
      to: ".",
      search: ((before: Record<string, unknown>) => ({ ...before, ...change })) as never,
      replace: true,
      resetScroll: false,
    });
  const show = (to: AgentTab) => patch({ tab: to === "performance" ? undefined : to });
  useHotkeys(
    AGENT_TABS.map((to, at) => ({
      keys: String(at + 1),
      label: `Show ${TAB_LABELS[to].toLowerCase()}`,
      group: "Agent",
      run: () => show(to),
    })),
  );
  if (detail.isError && !detail.data) {
    if (detail.error instanceof ApiProblem && detail.error.status === 404) {
      return (
        <EmptyState
          level="h1"
          icon={<FileQuestion size={20} />}
          title="No such agent"
          why={detail.error.detail}
          action={
            <Link to="/p/$project/agents" params={{ project }} className={buttonClass("primary")}>
              All agents
            </Link>
          }
        />
      );
    }
    return (
      <ErrorState
        level="h1"
        error={detail.error}
        title="The agent could not be read"
        onRetry={() => detail.refetch()}
      />
    );
  }
  const agent = detail.data;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="border-b border-border px-4 pt-2.5 pb-2">
        <div className="flex items-center gap-2">
          <Link
            to="/p/$project/agents"
            params={{ project }}
            aria-label="All agents"
            className="-ml-1.5 inline-flex size-7 shrink-0 items-center justify-center rounded-md text-text-muted hover:bg-surface-hover"
          >
            <ArrowLeft aria-hidden size={16} />
          </Link>
          <h1 className="min-w-0 truncate text-lg font-semibold">{agent?.name ?? "Agent"}</h1>
          {agent && (
            <>
              <span aria-live="polite" className="contents">
                <AgentStatusBadge status={agent.status} reason={agent.status_reason} />
              </span>
              <CopyButton text={agent.id} label="Copy agent id" />
              <span className="ml-auto">
                <Actions project={project} agent={agent} />
              </span>
            </>
          )}
        </div>
        {agent ? <Facts agent={agent} /> : <Skeleton className="mt-2 h-4 w-96 max-w-full" />}
      </header>
      {agent?.directive.action === "stop" && (
        <p
          role="alert"
          className="flex items-center gap-2 border-b border-border bg-danger-soft px-4 py-2 text-danger"
        >
          <OctagonX aria-hidden size={15} className="shrink-0" />
          It is told to stop: {agent.directive.reason}
        </p>
      )}
      <Tabs
        label="Views of the agent"
        tabs={AGENT_TABS.map((id) => ({ id, label: TAB_LABELS[id] }))}
        value={tab}
        onChange={show}
        className="shrink-0 px-2"
        panelClassName="min-h-0 flex-1 overflow-y-auto"
      >
        {agent && (
          <>
            {tab === "performance" && <AgentPerformance project={project} agent={agent} />}
            {tab === "executions" && <AgentExecutions project={project} agent={agent} />}
            {tab === "events" && (
              <AgentEvents
                project={project}
                agent={agent}
                type={search.event}
                text={search.text}
                onSearch={patch}
              />
            )}
            {tab === "configuration" && (
              <AgentConfiguration project={project} agent={agent} search={search} onSearch={patch} />
            )}
            {tab === "versions" && <AgentVersionsCompared project={project} agent={agent} />}
          </>
        )}
      </Tabs>
    </div>
  );
}

function Facts({ agent }: { agent: AgentDetail }) {
  const facts = [
    agent.type,
    agent.environment,
    agent.version && `version ${agent.version}`,
    agent.host && `on ${agent.host}`,
    agent.external_id && `id ${agent.external_id}`,
  ].filter(Boolean);
  return (
    <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-text-muted">
      {facts.length > 0 && <span>{facts.join(" · ")}</span>}
      <span>
        Seen <RelativeTime time={agent.last_seen_at} />
      </span>
      <span>{agent.status_reason}</span>
      {agent.tags.map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
      {agent.archived_at && <Badge tone="warning">Archived</Badge>}
    </div>
  );
}

function Actions({ project, agent }: { project: string; agent: AgentDetail }) {
  const client = useQueryClient();
  const [purging, setPurging] = useState(false);
  const renew = () => client.invalidateQueries({ queryKey: agentsKey(project) });
  const attempt = async (work: () => Promise<unknown>, done: string, undo?: () => void) => {
    try {
      await work();
      await renew();
      toast(done, "success", undo && { label: "Undo", run: undo });
    } catch (error) {
      toast(error instanceof ApiProblem ? error.detail : String(error), "danger");
    }
  };
  const restore = () =>
    void attempt(() => patchAgent(project, agent.id, { archived: false }), `${agent.name} is back.`);
  const archive = () =>
    void attempt(() => archiveAgent(project, agent.id), `${agent.name} is archived.`, restore);
  return (
    <>
      <Menu
        label="Actions"
        align="end"
        trigger={(props) => (
          <Button
            {...props}
            size="sm"
            variant="ghost"
            aria-label="Actions"
            icon={<MoreHorizontal aria-hidden size={16} />}
          />
        )}
        items={[
          agent.archived_at
            ? { id: "restore", label: "Restore", icon: <RotateCcw aria-hidden size={14} />, run: restore }
            : { id: "archive", label: "Archive", icon: <Archive aria-hidden size={14} />, run: archive },
          {
            id: "purge",
            label: "Delete for good…",
            icon: <Trash2 aria-hidden size={14} />,
            danger: true,
            separated: true,
            run: () => setPurging(true),
          },
        ]}
      />
      <PurgeDialog project={project} agent={agent} open={purging} onClose={() => setPurging(false)} />
    </>
  );
}
