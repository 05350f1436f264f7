import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { ArrowUp } from "lucide-react";
import {
  type CSSProperties,
  type MouseEvent,
  type PointerEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { copyText } from "#web/lib/clipboard.ts";
import { useDocumentTitle } from "#web/lib/document-title.ts";
import { formatCount } from "#web/lib/format.ts";
import { useHotkeys } from "#web/lib/hotkeys.ts";
import { useLiveState } from "#web/lib/live.ts";
import { useTimeRange } from "#web/lib/use-time-range.ts";
import { rowAfterKey } from "#web/table/columns.ts";
import { DataGrid } from "#web/table/data-grid.tsx";
import { Button } from "#web/ui/button.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { toast } from "#web/ui/toast.tsx";
import type { TraceSummary } from "../../trace-contract.ts";
import { filterQuery, isFiltered, withoutFilters } from "../model/traces-search.ts";
import { tracesQuery } from "../traces-api.ts";
import { FilterBar } from "./filter-bar.tsx";
import { EmptyList, ListSkeleton } from "./list-states.tsx";
import { TRACE_COLUMNS, TraceCard } from "./trace-cells.tsx";
import { useLiveTraces } from "./use-live-traces.ts";
import { useTracesSearch } from "./use-traces-search.ts";

/** Scrolled further than this, the list is being read and holds still. */
const HELD_FROM_PX = 40;
/** A pointer that has not moved for this long is not reading. */
const RESTS_AFTER_MS = 4_000;
const idOf = (trace: TraceSummary) => trace.trace_id;
const nameOf = (trace: TraceSummary) => trace.name;
const card = (trace: TraceSummary) => <TraceCard trace={trace} />;
const NONE: readonly string[] = [];

/** The list of traces: filters, paging, keyboard, and what arrives while one looks at it. */
export function TracesPage() {
  const { project = "" } = useParams({ strict: false }) as { project?: string };
  useDocumentTitle("Traces");
  const navigate = useNavigate();
  const range = useTimeRange();
  const [search, patch] = useTracesSearch();
  const filter = filterQuery(search);
  const scope = useMemo(() => ({ project, filter, range }), [project, filter, range]);
  const list = useInfiniteQuery(tracesQuery(scope));
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.data) ?? [], [list.data]);

  const scroller = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const [scrolled, setScrolled] = useState(false);
  const [hovering, hover] = useHovering();
  const stream = useLiveState(project);
  const held = scrolled || hovering;
  const live = useLiveTraces(scope, range.live, held);

  const selected = useMemo(() => new Set(search.selected ?? NONE), [search.selected]);
  const active = search.row;
  const activeIndex = active === undefined ? -1 : rows.findIndex((trace) => trace.trace_id === active);

  const open = useCallback(
    (id: string, event?: MouseEvent) => {
      if (event && (event.metaKey || event.ctrlKey)) {
        globalThis.open(
          `/p/${encodeURIComponent(project)}/traces/${encodeURIComponent(id)}`,
          "_blank",
          "noopener",
        );
        return;
      }
      // The row is remembered in the list's own entry of the history, so that back returns to it.
      patch({ row: id }, { replace: true });
      navigate({
        to: "/p/$project/traces/$traceId",
        params: { project, traceId: id },
      });
    },
    [navigate, patch, project],
  );
  const select = useCallback(
    (ids: readonly string[]) =>
      patch({ selected: ids.length > 0 ? ids.slice(0, 200) : undefined }, { replace: true }),
    [patch],
  );
  const toggle = useCallback(
    (id: string) => select(selected.has(id) ? [...selected].filter((one) => one !== id) : [...selected, id]),
    [select, selected],
  );
  const toggleAll = () => select(rows.every((trace) => selected.has(trace.trace_id)) ? [] : rows.map(idOf));
  const clear = useCallback(() => {
    navigate({ to: ".", search: ((before: Record<string, unknown>) => withoutFilters(before)) as never });
  }, [navigate]);
  const move = (key: string) => {
    const to = rowAfterKey(key, activeIndex, rows.length);
    if (to === null) return;
    patch({ row: rows[to]!.trace_id }, { replace: true });
    // With the focus on the grid, screen readers say the row and Enter opens it.
    grid.current?.focus({ preventScroll: true });
  };
  // Coming back from a trace, the keyboard goes on where it was.
  const returned = useRef(active !== undefined);
  const hasRows = rows.length > 0;
  useEffect(() => {
    if (!returned.current || !hasRows) return;
    returned.current = false;
    if (document.activeElement === document.body) grid.current?.focus({ preventScroll: true });
  }, [hasRows]);
  const openActive = () => activeIndex >= 0 && open(rows[activeIndex]!.trace_id);

  useHotkeys([
    { keys: "j", label: "Next trace", group: "Traces", run: () => move("j") },
    { keys: "k", label: "Previous trace", group: "Traces", run: () => move("k") },
    { keys: "o", label: "Open the trace (also Enter)", group: "Traces", run: openActive },
    {
      keys: "x",
      label: "Select the trace (Esc clears)",
      group: "Traces",
      run: () => activeIndex >= 0 && toggle(rows[activeIndex]!.trace_id),
    },
    { keys: "/", label: "Search traces", group: "Traces", run: () => searchField.current?.focus() },
  ]);

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const long = useMemo(() => longDuration(rows), [rows]);
  const showNew = () => {
    scroller.current?.scrollTo({ top: 0 });
    setScrolled(false);
    live.release();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears the copy buttons of all rows
    // biome-ignore lint/a11y/useKeyWithClickEvents: they are buttons, which keys click too
    <div
      className="relative flex h-full min-h-0 flex-col"
      style={{ "--long-ms": long } as CSSProperties}
      onClick={(event) => {
        const id = (event.target as HTMLElement).closest<HTMLElement>("[data-copy]")?.dataset.copy;
        if (id === undefined) return;
        copyText(id).then((done) =>
          toast(done ? "Trace id copied" : "The browser did not allow copying", done ? "success" : "danger"),
        );
      }}
    >
      <h1 className="sr-only">Traces</h1>
      <FilterBar
        search={search}
        patch={patch}
        scope={scope}
        searchField={searchField}
        onClear={clear}
        notice={range.live && stream.status === "reconnecting" ? "Reconnecting to live updates…" : null}
      />
      {selected.size > 0 && <SelectionBar ids={[...selected]} onClear={() => select([])} />}
      <div className="relative flex min-h-0 flex-1 flex-col" {...hover}>
        {live.waiting > 0 && (
          <Button
            variant="primary"
            size="sm"
            className="absolute top-11 left-1/2 z-20 -translate-x-1/2 rounded-full! shadow-pop"
            icon={<ArrowUp aria-hidden size={13} />}
            onClick={showNew}
          >
            {formatCount(live.waiting, "new trace")}
          </Button>
        )}
        {list.isPending ? (
          <ListSkeleton />
        ) : list.isError && rows.length === 0 ? (
          <ErrorState
            error={list.error}
            title="The traces could not be read"
            onRetry={() => list.refetch()}
          />
        ) : rows.length === 0 ? (
          <EmptyList project={project} filtered={isFiltered(search)} range={range} onClear={clear} />
        ) : (
          <DataGrid
            label="Traces"
            rows={rows}
            columns={TRACE_COLUMNS}
            card={card}
            rowId={idOf}
            rowLabel={nameOf}
            active={active}
            selected={selected}
            fresh={live.fresh}
            total={hasNextPage ? -1 : rows.length}
            scroller={scroller}
            grid={grid}
            onOpen={open}
            onMove={move}
            onEscape={() => (selected.size > 0 ? select([]) : patch({ row: undefined }, { replace: true }))}
            onToggle={toggle}
            onToggleAll={toggleAll}
            onEnd={loadMore}
            onScroll={(top) => setScrolled(top > HELD_FROM_PX)}
            footer={
              <ListFooter
                loaded={rows.length}
                more={hasNextPage}
                busy={isFetchingNextPage}
                failed={list.isFetchNextPageError}
                onMore={() => fetchNextPage()}
              />
            }
          />
        )}
      </div>
      <span role="status" className="sr-only">
        {live.waiting > 0 ? `${formatCount(live.waiting, "new trace")} waiting` : ""}
      </span>
    </div>
  );
}

/** What a full duration bar stands for: the 95th percentile, so that one giant does not flatten the rest. */
function longDuration(rows: readonly TraceSummary[]): number {
  const sorted = rows.map((trace) => trace.duration_ms).sort((a, b) => a - b);
  return Math.max(1, sorted[Math.floor((sorted.length - 1) * 0.95)] ?? 1);
}

/** Whether the mouse is at work over an element: a pointer left lying there does not count. */
function useHovering() {
  const [hovering, setHovering] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const handlers = useMemo(
    () => ({
      onPointerMove: (event: PointerEvent) => {
        if (event.pointerType !== "mouse") return;
        clearTimeout(timer.current);
        timer.current = setTimeout(() => setHovering(false), RESTS_AFTER_MS);
        setHovering(true);
      },
      onPointerLeave: () => {
        clearTimeout(timer.current);
        setHovering(false);
      },
    }),
    [],
  );
  return [hovering, handlers] as const;
}

function SelectionBar({ ids, onClear }: { ids: readonly string[]; onClear: () => void }) {
  const copy = async () => {
    const done = await copyText(ids.join("\n"));
    toast(
      done ? `${formatCount(ids.length, "trace id")} copied` : "The browser did not allow copying",
      done ? "success" : "danger",
    );
  };
  return (
    <div className="flex items-center gap-2 border-b border-border bg-accent-soft px-4 py-1.5 text-accent">
      <span role="status" className="font-medium">
        {ids.length} selected
      </span>
      <Button size="sm" onClick={copy}>
        Copy trace ids
      </Button>
      <Button size="sm" variant="ghost" onClick={onClear}>
        Clear selection
      </Button>
    </div>
  );
}

function ListFooter({
  loaded,
  more,
  busy,
  failed,
  onMore,
}: {
  loaded: number;
  more: boolean;
  busy: boolean;
  failed: boolean;
  onMore: () => void;
}) {
  return (
    <div className="flex items-center justify-center gap-3 py-3 text-xs text-text-muted">
      <span className="tabular-nums">{formatCount(loaded, "trace")}</span>
      {failed && <span className="text-danger">The next page could not be read.</span>}
      {more ? (
        <Button size="sm" busy={busy} onClick={onMore}>
          Load more
        </Button>
      ) : (
        <span>· end of the list</span>
      )}
    </div>
  );
}
