import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { FilterX } from "lucide-react";
import { type MouseEvent, useCallback, useMemo, useRef } from "react";
import { formatRelativeTime } from "#web/lib/format.ts";
import { useHotkeys } from "#web/lib/hotkeys.ts";
import { chosenColumns, parseColumnChoice, rowAfterKey } from "#web/table/columns.ts";
import { DataGrid } from "#web/table/data-grid.tsx";
import { ListFooter } from "#web/table/list-footer.tsx";
import { Button } from "#web/ui/button.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { Select } from "#web/ui/select.tsx";
import type { ListedSpan } from "../../trace-contract.ts";
import { type SpanScope, spansQuery } from "../explorer-api.ts";
import { SPAN_ORDERS, type SpanOrder, type TracesSearch } from "../model/traces-search.ts";
import { ListSkeleton } from "./list-states.tsx";
import { SPAN_COLUMNS, SpanCard } from "./span-cells.tsx";
import type { PatchSearch } from "./use-traces-search.ts";

const ORDER_LABEL: Record<SpanOrder, string> = {
  "-time": "Newest first",
  time: "Oldest first",
  "-duration": "Slowest first",
  "-cost": "Costliest first",
  "-tokens": "Most tokens first",
};
const NONE: ReadonlySet<string> = new Set();
const idOf = (span: ListedSpan) => `${span.trace_id}-${span.span_id}`;
const nameOf = (span: ListedSpan) => span.name;
const card = (span: ListedSpan) => <SpanCard span={span} />;

/** Single spans that match the filters; where they are searched for words, with what was found. */
export function SpansView({
  search,
  patch,
  scope,
  onClear,
  onResize,
}: {
  search: TracesSearch;
  patch: PatchSearch;
  scope: SpanScope;
  onClear: () => void;
  onResize: (columnId: string, width: number) => void;
}) {
  const order = search.order ?? "-time";
  const list = useInfiniteQuery(spansQuery(scope, order));
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.data) ?? [], [list.data]);
  const navigate = useNavigate();
  const scroller = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const columns = useMemo(() => chosenColumns(SPAN_COLUMNS, parseColumnChoice(search.cols)), [search.cols]);
  const activeIndex = rows.findIndex((span) => idOf(span) === search.row);
  const open = useCallback(
    (id: string, event?: MouseEvent) => {
      const [traceId = "", span = ""] = id.split("-");
      if (event && (event.metaKey || event.ctrlKey)) {
        const path = `/p/${encodeURIComponent(scope.project)}/traces/${traceId}?span=${span}`;
        globalThis.open(path, "_blank", "noopener");
        return;
      }
      patch({ row: id }, { replace: true });
      navigate({
        to: "/p/$project/traces/$traceId",
        params: { project: scope.project, traceId },
        search: { span },
      });
    },
    [navigate, patch, scope.project],
  );
  const move = (key: string) => {
    const to = rowAfterKey(key, activeIndex, rows.length);
    if (to === null) return;
    patch({ row: idOf(rows[to]!) }, { replace: true });
    grid.current?.focus({ preventScroll: true });
  };
  useHotkeys([
    { keys: "j", label: "Next span", group: "Spans", run: () => move("j") },
    { keys: "k", label: "Previous span", group: "Spans", run: () => move("k") },
    {
      keys: "o",
      label: "Open the span (also Enter)",
      group: "Spans",
      run: () => activeIndex >= 0 && open(idOf(rows[activeIndex]!)),
    },
  ]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const first = list.data?.pages[0];
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-2 border-b border-border px-4 py-1.5">
        <Select
          size="sm"
          aria-label="Order"
          className="w-44"
          value={order}
          onChange={(event) => patch({ order: event.target.value as SpanOrder })}
        >
          {SPAN_ORDERS.map((id) => (
            <option key={id} value={id}>
              {ORDER_LABEL[id]}
            </option>
          ))}
        </Select>
        {first?.truncated && (
          <p role="status" className="text-xs text-warning">
            Looked back to {formatRelativeTime(first.searched_from, Date.now())} only, to stay within bounds.
          </p>
        )}
      </div>
      {list.isPending ? (
        <ListSkeleton what="spans" />
      ) : list.isError && rows.length === 0 ? (
        <ErrorState error={list.error} title="The spans could not be read" onRetry={() => list.refetch()} />
      ) : rows.length === 0 ? (
        <EmptyState
          icon={<FilterX size={20} />}
          title="No span matches"
          why="Nothing in this time range meets these filters."
          action={
            <Button variant="primary" onClick={onClear}>
              Clear filters
            </Button>
          }
        />
      ) : (
        <DataGrid
          label="Spans"
          rows={rows}
          columns={columns}
          chosenColumns={search.cols !== undefined}
          density={search.density ?? "comfortable"}
          onResize={onResize}
          card={card}
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
          onEscape={() => patch({ row: undefined }, { replace: true })}
          onToggle={() => {}}
          onToggleAll={() => {}}
          onEnd={loadMore}
          footer={
            <ListFooter
              count={rows.length}
              noun="span"
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
