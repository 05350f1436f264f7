import { useInfiniteQuery, useQueries, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Bot, FilterX, LayoutGrid, Rows3 } from "lucide-react";
import { useCallback, useMemo, useRef } from "react";
import { cx } from "#web/lib/cx.ts";
import { useDocumentTitle } from "#web/lib/document-title.ts";
import { formatCount, formatNumber } from "#web/lib/format.ts";
import { useHotkeys } from "#web/lib/hotkeys.ts";
import { useLiveChanges } from "#web/lib/live.ts";
import { useTimeRange } from "#web/lib/use-time-range.ts";
import { rowAfterKey } from "#web/table/columns.ts";
import { DataGrid } from "#web/table/data-grid.tsx";
import { Button, buttonClass } from "#web/ui/button.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { FacetMenu } from "#web/ui/facet-menu.tsx";
import { SearchField } from "#web/ui/search-field.tsx";
import { Select } from "#web/ui/select.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import type { AgentActivity, AgentStatusCounts } from "../agent-contract.ts";
import { AgentCard } from "./agent-card.tsx";
import { AGENT_COLUMNS, type AgentRow, agentCard } from "./agent-columns.tsx";
import { STATUS_LOOKS } from "./agent-status.tsx";
import { activityQuery, agentsKey, agentsQuery } from "./agents-api.ts";
import {
  type AgentSort,
  type AgentsSearch,
  agentFilter,
  parseAgentsSearch,
  SORTS,
  STATUSES,
  toggled,
} from "./agents-search.ts";

/** A status change is on screen at once; what agents did may lag behind a little. */
const STATUS_GAP_MS = 400;
const ACTIVITY_GAP_MS = 10_000;
const NONE: ReadonlySet<string> = new Set();
const CLEARED: AgentsSearch = {
  q: undefined,
  status: undefined,
  type: undefined,
  environment: undefined,
  tag: undefined,
  archived: undefined,
};
const idOf = (row: AgentRow) => row.id;
const nameOf = (row: AgentRow) => row.name;

/** Every agent of the project: how it is and what it did. */
export function AgentsPage() {
  const { project = "" } = useParams({ strict: false }) as { project?: string };
  useDocumentTitle("Agents");
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => parseAgentsSearch(raw), [raw]);
  const filter = useMemo(() => ({ ...agentFilter(search) }), [search]);
  const navigate = useNavigate();
  const client = useQueryClient();
  const range = useTimeRange();
  const list = useInfiniteQuery(agentsQuery(project, filter));
  const pages = list.data?.pages;
  const activity = useQueries({
    queries: (list.data?.pageParams ?? []).map((cursor) =>
      activityQuery(project, filter, cursor as string | null, range),
    ),
    combine: (results) => ({
      byId: new Map<string, AgentActivity>(results.flatMap((one) => [...(one.data ?? [])])),
    }),
  }).byId;
  useLiveChanges(
    project,
    "agents",
    () => void client.invalidateQueries({ queryKey: [...agentsKey(project), "list"] }),
    STATUS_GAP_MS,
  );
  useLiveChanges(
    project,
    "executions",
    () => {
      if (range.live) void client.invalidateQueries({ queryKey: ["agent-activity", project] });
    },
    ACTIVITY_GAP_MS,
  );
  const rows = useMemo(
    () =>
      (pages ?? []).flatMap((page) =>
        page.data.map((agent): AgentRow => ({ ...agent, did: activity.get(agent.id) })),
      ),
    [pages, activity],
  );
  const patch = useCallback(
    (change: Partial<AgentsSearch>, replace = false) => {
      navigate({
        to: ".",
        search: ((before: Record<string, unknown>) => ({ ...before, ...change })) as never,
        replace,
        resetScroll: false,
      });
    },
    [navigate],
  );
  const open = (id: string) => {
    patch({ row: id }, true);
    navigate({ to: "/p/$project/agents/$agentId", params: { project, agentId: id } });
  };
  const scroller = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const activeIndex = rows.findIndex((row) => row.id === search.row);
  const isList = search.view === "list";
  const move = (key: string) => {
    const to = rowAfterKey(key, activeIndex, rows.length);
    if (to === null) return;
    patch({ row: rows[to]!.id }, true);
    if (isList) grid.current?.focus({ preventScroll: true });
    else document.querySelector<HTMLElement>(`[data-agent-id="${rows[to]!.id}"] a`)?.focus();
  };
  useHotkeys([
    { keys: "j", label: "Next agent", group: "Agents", run: () => move("j") },
    { keys: "k", label: "Previous agent", group: "Agents", run: () => move("k") },
    { keys: "/", label: "Search agents", group: "Agents", run: () => field.current?.focus() },
    {
      keys: "v",
      label: "Grid or list",
      group: "Agents",
      run: () => patch({ view: isList ? undefined : "list" }),
    },
  ]);
  const first = pages?.[0];
  const filtered = Object.keys(filter).some((key) => key !== "sort");
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const loadMore = () => {
    if (hasNextPage && !isFetchingNextPage) fetchNextPage();
  };
  const footer = (
    <div className="flex items-center justify-center gap-3 py-3 text-xs text-text-muted">
      <span className="tabular-nums">{formatCount(rows.length, "agent")}</span>
      {hasNextPage && (
        <Button size="sm" busy={isFetchingNextPage} onClick={loadMore}>
          Load more
        </Button>
      )}
    </div>
  );
  return (
    <div className="flex h-full min-h-0 flex-col">
      <h1 className="sr-only">Agents</h1>
      <div className="flex flex-wrap items-center gap-2 border-b border-border px-4 py-2.5">
        <SearchField
          label="Search agents"
          value={search.q}
          field={field}
          onChange={(q) => patch({ q }, search.q !== undefined)}
        />
        <StatusFilter
          counts={first?.counts}
          chosen={search.status}
          onChange={(status) => patch({ status })}
        />
        {(
          [
            ["type", "Type", first?.facets.types],
            ["environment", "Environment", first?.facets.environments],
            ["tag", "Tags", first?.facets.tags],
          ] as const
        ).map(
          ([key, name, values]) =>
            ((values?.length ?? 0) > 0 || search[key]) && (
              <FacetMenu
                key={key}
                name={name}
                options={(values ?? []).map((value) => ({ value }))}
                chosen={search[key]}
                onToggle={(value) => patch({ [key]: toggled(search[key], value) })}
                onClear={() => patch({ [key]: undefined })}
              />
            ),
        )}
        <Button
          size="sm"
          variant={search.archived ? "secondary" : "ghost"}
          aria-pressed={search.archived === "true"}
          className={search.archived ? "border-accent! text-accent!" : ""}
          onClick={() => patch({ archived: search.archived ? undefined : "true" })}
        >
          Archived
        </Button>
        {filtered && (
          <Button size="sm" variant="ghost" onClick={() => patch(CLEARED)}>
            Clear filters
          </Button>
        )}
        <span className="ml-auto flex items-center gap-2">
          <Select
            size="sm"
            aria-label="Sort agents by"
            value={search.sort ?? "name"}
            onChange={(event) => {
              const sort = event.target.value as AgentSort;
              patch({ sort: sort === "name" ? undefined : sort });
            }}
          >
            {Object.entries(SORTS).map(([sort, label]) => (
              <option key={sort} value={sort}>
                {label}
              </option>
            ))}
          </Select>
          <ViewSwitch isList={isList} onChange={(list) => patch({ view: list ? "list" : undefined })} />
        </span>
      </div>
      {list.isPending ? (
        <LoadingAgents />
      ) : list.isError && rows.length === 0 ? (
        <ErrorState error={list.error} title="The agents could not be read" onRetry={() => list.refetch()} />
      ) : rows.length === 0 ? (
        <NoAgents project={project} filtered={filtered} onClear={() => patch(CLEARED)} />
      ) : isList ? (
        <DataGrid
          label="Agents"
          rows={rows}
          columns={AGENT_COLUMNS}
          card={agentCard}
          rowId={idOf}
          rowLabel={nameOf}
          active={search.row}
          selected={NONE}
          selectable={false}
          total={hasNextPage ? -1 : rows.length}
          scroller={scroller}
          grid={grid}
          onOpen={open}
          onMove={move}
          onEscape={() => patch({ row: undefined }, true)}
          onToggle={open}
          onToggleAll={() => {}}
          onEnd={loadMore}
          footer={footer}
        />
      ) : (
        <div className="min-h-0 flex-1 overflow-y-auto">
          <ul
            aria-label="Agents"
            className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,17.5rem),1fr))] gap-3 p-4"
          >
            {rows.map((row) => (
              <AgentCard key={row.id} project={project} agent={row} activity={row.did} />
            ))}
          </ul>
          {footer}
        </div>
      )}
    </div>
  );
}

/** Statuses with their counts; several may be chosen. */
function StatusFilter({
  counts,
  chosen,
  onChange,
}: {
  counts: AgentStatusCounts | undefined;
  chosen: AgentsSearch["status"];
  onChange: (chosen: AgentsSearch["status"]) => void;
}) {
  return (
    <fieldset className="flex flex-wrap gap-1" aria-live="polite">
      <legend className="sr-only">Filter by status</legend>
      {STATUSES.map((status) => {
        const { label, Icon, colour } = STATUS_LOOKS[status];
        const on = chosen?.includes(status) ?? false;
        return (
          <button
            key={status}
            type="button"
            aria-pressed={on}
            onClick={() => onChange(toggled(chosen, status))}
            className={cx(
              "inline-flex h-7 items-center gap-1.5 rounded-md border px-2 text-xs font-medium",
              on
                ? "border-accent bg-accent-soft text-accent"
                : "border-border bg-surface hover:bg-surface-hover",
            )}
          >
            <Icon aria-hidden size={13} className={cx("shrink-0", colour)} />
            {label}
            <span className="text-text-muted tabular-nums" data-count={status}>
              {counts ? formatNumber(counts[status]) : "–"}
            </span>
          </button>
        );
      })}
    </fieldset>
  );
}

function ViewSwitch({ isList, onChange }: { isList: boolean; onChange: (isList: boolean) => void }) {
  return (
    <fieldset className="flex overflow-hidden rounded-md border border-border">
      <legend className="sr-only">Show agents as</legend>
      {[
        { label: "Grid", list: false, Icon: LayoutGrid },
        { label: "List", list: true, Icon: Rows3 },
      ].map(({ label, list, Icon }) => (
        <button
          key={label}
          type="button"
          aria-label={label}
          aria-pressed={isList === list}
          title={label}
          onClick={() => onChange(list)}
          className={cx(
            "inline-flex h-7 w-8 items-center justify-center -outline-offset-2!",
            isList === list
              ? "bg-surface-active text-text"
              : "bg-surface text-text-muted hover:bg-surface-hover",
          )}
        >
          <Icon aria-hidden size={14} />
        </button>
      ))}
    </fieldset>
  );
}

function LoadingAgents() {
  return (
    <div
      role="status"
      className="grid flex-1 grid-cols-[repeat(auto-fill,minmax(min(100%,17.5rem),1fr))] content-start gap-3 overflow-hidden p-4"
    >
      <span className="sr-only">Loading agents</span>
      {Array.from({ length: 8 }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: skeletons have no identity
        <Skeleton key={at} className="h-48" />
      ))}
    </div>
  );
}

function NoAgents({
  project,
  filtered,
  onClear,
}: {
  project: string;
  filtered: boolean;
  onClear: () => void;
}) {
  return (
    <EmptyState
      icon={filtered ? <FilterX size={20} /> : <Bot size={20} />}
      title={filtered ? "No agent matches" : "No agents yet"}
      why={
        filtered
          ? "There may be agents in this project, but none with these filters."
          : "An agent appears by its first span, its first heartbeat, or by registering. None has so far."
      }
      action={
        filtered ? (
          <Button variant="primary" onClick={onClear}>
            Clear filters
          </Button>
        ) : (
          <Link to="/p/$project/connect" params={{ project }} className={buttonClass("primary")}>
            Connect an agent
          </Link>
        )
      }
    />
  );
}
