import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { CirclePlay, FilterX } from "lucide-react";
import { useCallback, useMemo, useRef } from "react";
import { useDocumentTitle } from "#web/lib/document-title.ts";
import { useHotkeys } from "#web/lib/hotkeys.ts";
import { useTimeRange } from "#web/lib/use-time-range.ts";
import { rowAfterKey } from "#web/table/columns.ts";
import { DataGrid } from "#web/table/data-grid.tsx";
import { ListFooter } from "#web/table/list-footer.tsx";
import { Button, buttonClass } from "#web/ui/button.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { FacetMenu } from "#web/ui/facet-menu.tsx";
import { SearchField } from "#web/ui/search-field.tsx";
import { Select } from "#web/ui/select.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import type { Execution } from "../execution-contract.ts";
import { EXECUTION_COLUMNS, executionCard, runName } from "./execution-columns.tsx";
import { EXECUTION_LOOKS } from "./execution-status.tsx";
import { agentNamesQuery, executionsQuery } from "./executions-api.ts";
import {
  type ExecutionsSearch,
  executionFilter,
  parseExecutionsSearch,
  STATUSES,
} from "./executions-search.ts";
import { useLiveExecutions } from "./use-live-executions.ts";

const NONE: ReadonlySet<string> = new Set();
const CLEARED: ExecutionsSearch = {
  q: undefined,
  agent: undefined,
  status: undefined,
  source: undefined,
  user_id: undefined,
  session_id: undefined,
  min_duration_ms: undefined,
  min_cost_usd: undefined,
  has_errors: undefined,
};
const AT_LEAST = {
  min_duration_ms: { label: "Any duration", values: { 1000: "≥ 1 s", 10000: "≥ 10 s", 60000: "≥ 1 min" } },
  min_cost_usd: { label: "Any cost", values: { 0.01: "≥ $0.01", 0.1: "≥ $0.10", 1: "≥ $1" } },
} as const;
const idOf = (run: Execution) => run.id;

/** Runs of agents, newest first: those that were reported and those known from traces. */
export function ExecutionsPage() {
  const { project = "" } = useParams({ strict: false }) as { project?: string };
  useDocumentTitle("Executions");
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => parseExecutionsSearch(raw), [raw]);
  const range = useTimeRange();
  const navigate = useNavigate();
  const filter = useMemo(() => ({ ...executionFilter(search) }), [search]);
  const scope = useMemo(() => ({ project, filter, range }), [project, filter, range]);
  const list = useInfiniteQuery(executionsQuery(scope));
  const names = useQuery(agentNamesQuery(project));
  const fresh = useLiveExecutions(scope, range.live);
  const rows = useMemo(() => (list.data?.pages ?? []).flatMap((page) => page.data), [list.data]);
  const patch = useCallback(
    (change: Partial<ExecutionsSearch>, replace = false) => {
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
    navigate({ to: "/p/$project/executions/$executionId", params: { project, executionId: id } });
  };
  const scroller = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const activeIndex = rows.findIndex((run) => run.id === search.row);
  const move = (key: string) => {
    const to = rowAfterKey(key, activeIndex, rows.length);
    if (to === null) return;
    patch({ row: rows[to]!.id }, true);
    grid.current?.focus({ preventScroll: true });
  };
  useHotkeys([
    { keys: "j", label: "Next execution", group: "Executions", run: () => move("j") },
    { keys: "k", label: "Previous execution", group: "Executions", run: () => move("k") },
    { keys: "/", label: "Search executions", group: "Executions", run: () => field.current?.focus() },
  ]);
  const filtered = Object.keys(filter).length > 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const loadMore = () => {
    if (hasNextPage && !isFetchingNextPage) fetchNextPage();
  };
  const toggled = <T,>(chosen: readonly T[] | undefined, value: T): T[] | undefined => {
    const next = chosen?.includes(value) ? chosen.filter((one) => one !== value) : [...(chosen ?? []), value];
    return next.length > 0 ? next : undefined;
  };
  return (
    <div className="flex h-full min-h-0 flex-col">
      <h1 className="sr-only">Executions</h1>
      <div className="flex flex-wrap items-center gap-2 border-b border-border px-4 py-2.5">
        <SearchField
          label="Search executions"
          value={search.q}
          field={field}
          onChange={(q) => patch({ q }, search.q !== undefined)}
        />
        <FacetMenu
          name="Status"
          options={STATUSES.map((status) => ({ value: status, label: EXECUTION_LOOKS[status].label }))}
          chosen={search.status}
          onToggle={(value) => patch({ status: toggled(search.status, value as Execution["status"]) })}
          onClear={() => patch({ status: undefined })}
        />
        <FacetMenu
          name="Agent"
          options={(names.data ?? []).map((value) => ({ value }))}
          chosen={search.agent}
          onToggle={(value) => patch({ agent: toggled(search.agent, value) })}
          onClear={() => patch({ agent: undefined })}
        />
        {(["min_duration_ms", "min_cost_usd"] as const).map((key) => (
          <AtLeast key={key} name={key} value={search[key]} onChange={(value) => patch({ [key]: value })} />
        ))}
        <Select
          size="sm"
          aria-label="Known from"
          value={search.source ?? ""}
          onChange={(event) =>
            patch({ source: (event.target.value || undefined) as ExecutionsSearch["source"] })
          }
        >
          <option value="">Reports and traces</option>
          <option value="reported">Reported only</option>
          <option value="trace">From traces only</option>
        </Select>
        <Button
          size="sm"
          aria-pressed={search.has_errors === "true"}
          className={search.has_errors ? "border-accent! text-accent!" : ""}
          onClick={() => patch({ has_errors: search.has_errors ? undefined : "true" })}
        >
          With errors
        </Button>
        {(["user_id", "session_id"] as const).map(
          (key) =>
            search[key] && (
              <Button key={key} size="sm" onClick={() => patch({ [key]: undefined })}>
                {key === "user_id" ? "User" : "Session"} {search[key]} ×
              </Button>
            ),
        )}
        {filtered && (
          <Button size="sm" variant="ghost" onClick={() => patch(CLEARED)}>
            Clear filters
          </Button>
        )}
      </div>
      {list.isPending ? (
        <LoadingRows />
      ) : list.isError && rows.length === 0 ? (
        <ErrorState
          error={list.error}
          title="The executions could not be read"
          onRetry={() => list.refetch()}
        />
      ) : rows.length === 0 ? (
        <EmptyState
          icon={filtered ? <FilterX size={20} /> : <CirclePlay size={20} />}
          title={filtered ? "No execution matches" : "No executions in this time range"}
          why={
            filtered
              ? "There may be executions in this time range, but none with these filters."
              : "An execution is one run of an agent. It is read from the agent's span in a trace, or reported by POST /api/v1/executions."
          }
          action={
            filtered ? (
              <Button variant="primary" onClick={() => patch(CLEARED)}>
                Clear filters
              </Button>
            ) : (
              <Link to="/p/$project/traces" params={{ project }} className={buttonClass("primary")}>
                All traces
              </Link>
            )
          }
        />
      ) : (
        <DataGrid
          label="Executions"
          rows={rows}
          columns={EXECUTION_COLUMNS}
          card={executionCard}
          rowId={idOf}
          rowLabel={runName}
          active={search.row}
          selected={NONE}
          selectable={false}
          fresh={fresh}
          total={hasNextPage ? -1 : rows.length}
          scroller={scroller}
          grid={grid}
          onOpen={open}
          onMove={move}
          onEscape={() => patch({ row: undefined }, true)}
          onToggle={open}
          onToggleAll={() => {}}
          onEnd={loadMore}
          footer={
            <ListFooter
              count={rows.length}
              noun="execution"
              hasMore={hasNextPage}
              busy={isFetchingNextPage}
              onMore={loadMore}
            />
          }
        />
      )}
    </div>
  );
}

/** A least amount among a few usual ones; one from a URL is offered too. */
function AtLeast({
  name,
  value = "",
  onChange,
}: {
  name: keyof typeof AT_LEAST;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const { label, values } = AT_LEAST[name];
  return (
    <Select
      size="sm"
      aria-label={name === "min_cost_usd" ? "Least cost" : "Least duration"}
      value={value}
      onChange={(event) => onChange(event.target.value || undefined)}
    >
      <option value="">{label}</option>
      {value !== "" && !Object.hasOwn(values, value) && <option value={value}>≥ {value}</option>}
      {Object.entries(values).map(([amount, text]) => (
        <option key={amount} value={amount}>
          {text}
        </option>
      ))}
    </Select>
  );
}

function LoadingRows() {
  return (
    <div role="status" className="flex-1 overflow-hidden">
      <span className="sr-only">Loading executions</span>
      {Array.from({ length: 12 }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: skeletons have no identity
        <div key={row} className="flex h-10 items-center gap-4 border-b border-border px-4">
          <Skeleton className="w-20" />
          <Skeleton className="w-64" />
          <Skeleton className="ml-auto w-16" />
        </div>
      ))}
    </div>
  );
}
