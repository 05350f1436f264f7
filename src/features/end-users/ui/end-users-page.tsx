import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { FilterX, Search, Users } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useDocumentTitle } from "#web/lib/document-title.ts";
import { formatCost, formatCount, formatNumber, formatRelativeTime, formatTokens } from "#web/lib/format.ts";
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
import type { EndUser } from "../end-user-contract.ts";
import { endUsersQuery } from "./end-users-api.ts";
import { type EndUsersSearch, parseEndUsersSearch } from "./end-users-search.ts";

const TYPING_MS = 250;
const DASH = <span className="text-text-faint">—</span>;
const idOf = (user: EndUser) => user.user_id;
const NONE: ReadonlySet<string> = new Set();
const number = (value: number) => <span className="tabular-nums">{formatNumber(value)}</span>;

function UserLink({ user }: { user: EndUser }) {
  return (
    <Link
      from="/p/$project/users"
      to="/p/$project/users/$userId"
      params={(before) => ({ ...before, userId: user.user_id })}
      preload={false}
      tabIndex={-1}
      className="min-w-0 truncate font-medium hover:underline"
    >
      {user.user_id}
    </Link>
  );
}

const COLUMNS: readonly Column<EndUser>[] = [
  { id: "user", header: "User", track: "minmax(160px, 2fr)", cell: (user) => <UserLink user={user} /> },
  {
    id: "seen",
    header: "Last seen",
    track: "120px",
    cell: (user) => (
      <time dateTime={user.last_seen} title={user.last_seen} className="text-xs text-text-muted">
        {formatRelativeTime(user.last_seen, Date.now())}
      </time>
    ),
  },
  {
    id: "agents",
    header: "Agents",
    track: "minmax(120px, 1fr)",
    fromWidth: 860,
    cell: (user) =>
      user.agents.length === 0 ? (
        DASH
      ) : (
        <span className="flex items-center gap-1" title={user.agents.join(", ")}>
          <Badge className="min-w-0">{user.agents[0]}</Badge>
          {user.agents.length > 1 && (
            <span className="text-xs text-text-muted">+{user.agents.length - 1}</span>
          )}
        </span>
      ),
  },
  {
    id: "sessions",
    header: "Sessions",
    track: "90px",
    align: "end",
    cell: (user) => number(user.session_count),
  },
  {
    id: "executions",
    header: "Executions",
    track: "100px",
    align: "end",
    cell: (user) => number(user.execution_count),
  },
  {
    id: "failed",
    header: "Failed",
    track: "80px",
    align: "end",
    cell: (user) =>
      user.failed_count > 0 ? <span className="text-danger tabular-nums">{user.failed_count}</span> : DASH,
  },
  {
    id: "tokens",
    header: "Tokens",
    track: "90px",
    align: "end",
    fromWidth: 780,
    cell: (user) => (user.total_tokens > 0 ? formatTokens(user.total_tokens) : DASH),
  },
  {
    id: "cost",
    header: "Cost",
    track: "90px",
    align: "end",
    cell: (user) => (user.cost_usd === null ? DASH : formatCost(user.cost_usd)),
  },
];

const card = (user: EndUser) => (
  <span className="block min-w-0 py-2">
    <span className="flex items-center gap-2">
      <UserLink user={user} />
      <span className="ml-auto shrink-0 text-xs text-text-muted">
        {formatRelativeTime(user.last_seen, Date.now())}
      </span>
    </span>
    <span className="mt-0.5 flex gap-2 text-xs text-text-muted">
      {formatCount(user.session_count, "session")} · {formatCount(user.execution_count, "execution")}
      <span className="ml-auto">{user.cost_usd !== null && formatCost(user.cost_usd)}</span>
    </span>
  </span>
);

/** The people who use the agents, those seen last first. */
export function EndUsersPage() {
  const { project = "" } = useParams({ strict: false }) as { project?: string };
  useDocumentTitle("Users");
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => parseEndUsersSearch(raw), [raw]);
  const range = useTimeRange();
  const navigate = useNavigate();
  const { row, ...filter } = search;
  const list = useInfiniteQuery(endUsersQuery(project, filter, range));
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.data) ?? [], [list.data]);
  const patch = (change: Partial<EndUsersSearch>, replace = false) =>
    navigate({
      to: ".",
      search: ((before: Record<string, unknown>) => ({ ...before, ...change })) as never,
      replace,
      resetScroll: false,
    });
  const open = (id: string) => {
    patch({ row: id }, true);
    navigate({ to: "/p/$project/users/$userId", params: { project, userId: id } });
  };
  const scroller = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const activeIndex = rows.findIndex((user) => user.user_id === row);
  const move = (key: string) => {
    const to = rowAfterKey(key, activeIndex, rows.length);
    if (to === null) return;
    patch({ row: rows[to]!.user_id }, true);
    grid.current?.focus({ preventScroll: true });
  };
  useHotkeys([
    { keys: "j", label: "Next user", group: "Users", run: () => move("j") },
    { keys: "k", label: "Previous user", group: "Users", run: () => move("k") },
  ]);
  const filtered = Object.keys(filter).length > 0;
  const clear = () => patch({ q: undefined, has_errors: undefined });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const loadMore = () => {
    if (hasNextPage && !isFetchingNextPage) fetchNextPage();
  };
  const [typed, setTyped] = useState(search.q ?? "");
  useEffect(() => setTyped(search.q ?? ""), [search.q]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed starts the clock
  useEffect(() => {
    const wanted = typed.trim() || undefined;
    if (wanted === search.q) return;
    const timer = setTimeout(() => patch({ q: wanted }, search.q !== undefined), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, search.q]);

  return (
    <div className="flex h-full min-h-0 flex-col">
      <h1 className="sr-only">Users</h1>
      <div className="flex flex-wrap items-center gap-2 border-b border-border px-4 py-2.5">
        <Input
          type="search"
          size="sm"
          aria-label="Search users by id"
          placeholder="Search user id"
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          className="w-full max-sm:flex-1 sm:w-64"
          leading={<Search aria-hidden size={13} />}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button
          size="sm"
          aria-pressed={search.has_errors === "true"}
          className={search.has_errors ? "border-accent! text-accent!" : ""}
          onClick={() => patch({ has_errors: search.has_errors ? undefined : "true" })}
        >
          With errors
        </Button>
        {filtered && (
          <Button size="sm" variant="ghost" onClick={clear}>
            Clear filters
          </Button>
        )}
      </div>
      {list.isPending ? (
        <div role="status" className="flex-1">
          <span className="sr-only">Loading users</span>
          {Array.from({ length: 12 }, (_, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: skeletons have no identity
            <div key={at} className="flex h-10 items-center gap-4 border-b border-border px-4">
              <Skeleton className="w-48" />
              <Skeleton className="w-24" />
              <Skeleton className="ml-auto w-16" />
            </div>
          ))}
        </div>
      ) : list.isError && rows.length === 0 ? (
        <ErrorState error={list.error} title="The users could not be read" onRetry={() => list.refetch()} />
      ) : rows.length === 0 ? (
        <EmptyState
          icon={filtered ? <FilterX size={20} /> : <Users size={20} />}
          title={filtered ? "No user matches" : "No users in this time range"}
          why={
            filtered
              ? "There may be users in this time range, but none with these filters."
              : "These are the people your agents serve. Spans name them by user.id or enduser.id."
          }
          action={
            filtered ? (
              <Button variant="primary" onClick={clear}>
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
          label="Users"
          rows={rows}
          columns={COLUMNS}
          card={card}
          rowId={idOf}
          rowLabel={idOf}
          active={row}
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
              noun="user"
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
