import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { FilterX, MessagesSquare, Search } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useDocumentTitle } from "#web/lib/document-title.ts";
import {
  formatCost,
  formatCount,
  formatDurationMs,
  formatNumber,
  formatRelativeTime,
  formatTokens,
} from "#web/lib/format.ts";
import { useHotkeys } from "#web/lib/hotkeys.ts";
import { useTimeRange } from "#web/lib/use-time-range.ts";
import { type Column, rowAfterKey } from "#web/table/columns.ts";
import { DataGrid } from "#web/table/data-grid.tsx";
import { ListFooter } from "#web/table/list-footer.tsx";
import { Badge } from "#web/ui/badge.tsx";
import { Button, buttonClass } from "#web/ui/button.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { Input } from "#web/ui/input.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import type { Session } from "../session-contract.ts";
import { firstInputsQuery, sessionsQuery } from "./sessions-api.ts";
import { parseSessionsSearch, type SessionsSearch, sessionFilter } from "./sessions-search.ts";

const TYPING_MS = 250;
const DASH = <span className="text-text-faint">—</span>;
/** A session with what was said first, once that is known. */
type Row = Session & { said: string | undefined };
const idOf = (row: Row) => row.session_id;
const NONE: ReadonlySet<string> = new Set();

const COLUMNS: readonly Column<Row>[] = [
  {
    id: "last",
    header: "Last activity",
    track: "120px",
    cell: (row) => (
      <time dateTime={row.last_activity} title={row.last_activity} className="text-xs text-text-muted">
        {formatRelativeTime(row.last_activity, Date.now())}
      </time>
    ),
  },
  {
    id: "session",
    header: "Session",
    track: "minmax(180px, 2.6fr)",
    cell: (row) => <SessionName row={row} />,
  },
  {
    id: "agents",
    header: "Agent",
    track: "minmax(110px, 1fr)",
    fromWidth: 900,
    cell: (row) => <Names names={row.agents} />,
  },
  {
    id: "users",
    header: "User",
    track: "minmax(90px, 0.8fr)",
    fromWidth: 1000,
    cell: (row) => <Names names={row.users} />,
  },
  {
    id: "traces",
    header: "Traces",
    track: "76px",
    align: "end",
    cell: (row) => <span className="tabular-nums">{formatNumber(row.trace_count)}</span>,
  },
  {
    id: "errors",
    header: "Errors",
    track: "72px",
    align: "end",
    cell: (row) =>
      row.error_count > 0 ? (
        <span className="text-danger tabular-nums">{formatNumber(row.error_count)}</span>
      ) : (
        DASH
      ),
  },
  {
    id: "duration",
    header: "Duration",
    track: "96px",
    align: "end",
    fromWidth: 820,
    cell: (row) => <span className="tabular-nums">{formatDurationMs(row.duration_ms)}</span>,
  },
  {
    id: "tokens",
    header: "Tokens",
    track: "80px",
    align: "end",
    fromWidth: 760,
    cell: (row) => (row.total_tokens > 0 ? formatTokens(row.total_tokens) : DASH),
  },
  {
    id: "cost",
    header: "Cost",
    track: "84px",
    align: "end",
    fromWidth: 760,
    cell: (row) => (row.cost_usd === null ? DASH : formatCost(row.cost_usd)),
  },
];

function Names({ names }: { names: readonly string[] }) {
  const [first, ...rest] = names;
  if (first === undefined) return DASH;
  return (
    <span className="flex min-w-0 items-center gap-1" title={names.join(", ")}>
      <Badge className="min-w-0">{first}</Badge>
      {rest.length > 0 && <span className="shrink-0 text-xs text-text-muted">+{rest.length}</span>}
    </span>
  );
}

function SessionName({ row }: { row: Row }) {
  return (
    <span className="flex min-w-0 items-baseline gap-2">
      <Link
        from="/p/$project/sessions"
        to="/p/$project/sessions/$sessionId"
        params={(before) => ({ ...before, sessionId: row.session_id })}
        preload={false}
        tabIndex={-1}
        className="max-w-full min-w-0 shrink-0 truncate font-medium hover:underline"
      >
        {row.session_id}
      </Link>
      {row.said && <span className="min-w-0 truncate text-xs text-text-muted">{row.said}</span>}
    </span>
  );
}

const card = (row: Row) => (
  <span className="block min-w-0 py-2">
    <span className="flex items-center gap-2">
      <SessionName row={row} />
      <span className="ml-auto shrink-0 text-xs text-text-muted">
        {formatRelativeTime(row.last_activity, Date.now())}
      </span>
    </span>
    <span className="mt-0.5 flex items-center gap-2 text-xs text-text-muted">
      <span className="min-w-0 truncate">{row.agents[0] ?? row.users[0] ?? ""}</span>
      {row.error_count > 0 && <span className="text-danger">{formatCount(row.error_count, "error")}</span>}
      <span className="ml-auto shrink-0">
        {formatCount(row.trace_count, "trace")}
        {row.cost_usd !== null && ` · ${formatCost(row.cost_usd)}`}
      </span>
    </span>
  </span>
);

/** Conversations, those with the newest activity first. */
export function SessionsPage() {
  const { project = "" } = useParams({ strict: false }) as { project?: string };
  useDocumentTitle("Sessions");
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => parseSessionsSearch(raw), [raw]);
  const range = useTimeRange();
  const navigate = useNavigate();
  const filter = useMemo(() => ({ ...sessionFilter(search) }), [search]);
  const list = useInfiniteQuery(sessionsQuery({ project, filter, range }));
  const pages = list.data?.pages;
  const inputs = useQueries({
    queries: (pages ?? [])
      .filter((page) => page.data.length > 0)
      .map((page) =>
        firstInputsQuery(
          project,
          page.data.map((one) => one.first_trace_id),
        ),
      ),
    combine: (results) => new Map(results.flatMap((one) => [...(one.data ?? [])])),
  });
  const rows = useMemo(
    () =>
      (pages ?? []).flatMap((page) =>
        page.data.map((session): Row => ({ ...session, said: inputs.get(session.first_trace_id) })),
      ),
    [pages, inputs],
  );
  const patch = useCallback(
    (change: Partial<SessionsSearch>, replace = false) => {
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
    navigate({ to: "/p/$project/sessions/$sessionId", params: { project, sessionId: id } });
  };
  const scroller = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const activeIndex = rows.findIndex((row) => row.session_id === search.row);
  const move = (key: string) => {
    const to = rowAfterKey(key, activeIndex, rows.length);
    if (to === null) return;
    patch({ row: rows[to]!.session_id }, true);
    grid.current?.focus({ preventScroll: true });
  };
  useHotkeys([
    { keys: "j", label: "Next session", group: "Sessions", run: () => move("j") },
    { keys: "k", label: "Previous session", group: "Sessions", run: () => move("k") },
    { keys: "/", label: "Search sessions", group: "Sessions", run: () => field.current?.focus() },
  ]);
  const filtered = Object.keys(filter).length > 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const loadMore = () => {
    if (hasNextPage && !isFetchingNextPage) fetchNextPage();
  };
  return (
    <div className="flex h-full min-h-0 flex-col">
      <h1 className="sr-only">Sessions</h1>
      <div className="flex flex-wrap items-center gap-2 border-b border-border px-4 py-2.5">
        <SearchField value={search.q} field={field} onChange={(q) => patch({ q }, search.q !== undefined)} />
        <Button
          size="sm"
          aria-pressed={search.has_errors === "true"}
          className={search.has_errors ? "border-accent! text-accent!" : ""}
          onClick={() => patch({ has_errors: search.has_errors ? undefined : "true" })}
        >
          With errors
        </Button>
        {(["agent", "user_id"] as const).map(
          (key) =>
            search[key] && (
              <Button key={key} size="sm" onClick={() => patch({ [key]: undefined })}>
                {key === "agent" ? "Agent" : "User"} {search[key]} ×
              </Button>
            ),
        )}
        {filtered && (
          <Button
            size="sm"
            variant="ghost"
            onClick={() =>
              patch({ q: undefined, agent: undefined, user_id: undefined, has_errors: undefined })
            }
          >
            Clear filters
          </Button>
        )}
      </div>
      {list.isPending ? (
        <div role="status" className="flex-1">
          <span className="sr-only">Loading sessions</span>
          {Array.from({ length: 12 }, (_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: skeletons have no identity
            <div key={row} className="flex h-10 items-center gap-4 border-b border-border px-4">
              <Skeleton className="w-20" />
              <Skeleton className="w-64" />
              <Skeleton className="ml-auto w-16" />
            </div>
          ))}
        </div>
      ) : list.isError && rows.length === 0 ? (
        <ErrorState
          error={list.error}
          title="The sessions could not be read"
          onRetry={() => list.refetch()}
        />
      ) : rows.length === 0 ? (
        <EmptyState
          icon={filtered ? <FilterX size={20} /> : <MessagesSquare size={20} />}
          title={filtered ? "No session matches" : "No sessions in this time range"}
          why={
            filtered
              ? "There may be sessions in this time range, but none with these filters."
              : "A session groups the traces of one conversation. Spans name it by gen_ai.conversation.id or session.id."
          }
          action={
            filtered ? (
              <Button
                variant="primary"
                onClick={() =>
                  patch({ q: undefined, agent: undefined, user_id: undefined, has_errors: undefined })
                }
              >
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
          label="Sessions"
          rows={rows}
          columns={COLUMNS}
          card={card}
          rowId={idOf}
          rowLabel={idOf}
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
          footer={
            <ListFooter
              count={rows.length}
              noun="session"
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

function SearchField({
  value,
  field,
  onChange,
}: {
  value: string | undefined;
  field: React.RefObject<HTMLInputElement | null>;
  onChange: (q: string | undefined) => void;
}) {
  const [typed, setTyped] = useState(value ?? "");
  useEffect(() => setTyped(value ?? ""), [value]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed starts the clock
  useEffect(() => {
    const wanted = typed.trim() || undefined;
    if (wanted === value) return;
    const timer = setTimeout(() => onChange(wanted), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return (
    <Input
      ref={field}
      type="search"
      size="sm"
      aria-label="Search sessions by id"
      placeholder="Search session id"
      autoComplete="off"
      spellCheck={false}
      maxLength={200}
      className="w-full max-sm:flex-1 sm:w-64"
      leading={<Search aria-hidden size={13} />}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
