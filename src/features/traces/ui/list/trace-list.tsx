import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ArrowUp } from "lucide-react";
import {
  type CSSProperties,
  type MouseEvent,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { copyText } from "#web/lib/clipboard.ts";
import { formatCount } from "#web/lib/format.ts";
import { useHotkeys } from "#web/lib/hotkeys.ts";
import { useHovering } from "#web/lib/use-hovering.ts";
import type { TimeRangeState } from "#web/lib/use-time-range.ts";
import { chosenColumns, parseColumnChoice, rowAfterKey } from "#web/table/columns.ts";
import { DataGrid } from "#web/table/data-grid.tsx";
import { Button } from "#web/ui/button.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { toast } from "#web/ui/toast.tsx";
import type { TraceSummary } from "../../trace-contract.ts";
import { isFiltered, type TracesSearch } from "../model/traces-search.ts";
import { type TraceListScope, tracesQuery } from "../traces-api.ts";
import { EmptyList, ListSkeleton } from "./list-states.tsx";
import { SelectionBar } from "./selection-bar.tsx";
import { TRACE_COLUMNS, TraceCard } from "./trace-cells.tsx";
import { useLiveTraces } from "./use-live-traces.ts";
import type { PatchSearch } from "./use-traces-search.ts";

/** Scrolled further than this, the list is being read and holds still. */
const HELD_FROM_PX = 40;
const idOf = (trace: TraceSummary) => trace.trace_id;
const nameOf = (trace: TraceSummary) => trace.name;
const card = (trace: TraceSummary) => <TraceCard trace={trace} />;
const NONE: readonly string[] = [];

/** The list of traces: paging, keyboard, selection, and what arrives while one looks at it. */
export function TraceList({
  search,
  patch,
  scope,
  range,
  onClear: clear,
  onResize,
  step,
}: {
  search: TracesSearch;
  patch: PatchSearch;
  scope: TraceListScope;
  range: TimeRangeState;
  onClear: () => void;
  onResize: (columnId: string, width: number) => void;
  /** Set to what walks the list, for the buttons of the peek. */
  step: RefObject<(key: "j" | "k") => void>;
}) {
  const { project, filter } = scope;
  const navigate = useNavigate();
  const list = useInfiniteQuery(tracesQuery(scope));
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.data) ?? [], [list.data]);

  const scroller = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState(false);
  const [hovering, hover] = useHovering();
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
  // Beyond what is loaded, a selection is the filter itself.
  const [allMatching, setAllMatching] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter is another selection
  useEffect(() => setAllMatching(false), [filter]);
  const select = useCallback(
    (ids: readonly string[]) => {
      setAllMatching(false);
      patch({ selected: ids.length > 0 ? ids.slice(0, 200) : undefined }, { replace: true });
    },
    [patch],
  );
  const toggle = useCallback(
    (id: string) => select(selected.has(id) ? [...selected].filter((one) => one !== id) : [...selected, id]),
    [select, selected],
  );
  const toggleAll = () => select(rows.every((trace) => selected.has(trace.trace_id)) ? [] : rows.map(idOf));
  const move = (key: string) => {
    const to = rowAfterKey(key, activeIndex, rows.length);
    if (to === null) return;
    const { trace_id } = rows[to]!;
    patch({ row: trace_id, ...(search.peek ? { peek: trace_id } : {}) }, { replace: true });
    // With the focus on the grid, screen readers say the row and Enter opens it.
    grid.current?.focus({ preventScroll: true });
  };
  step.current = move;
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
    {
      keys: "p",
      label: "Peek at the trace",
      group: "Traces",
      run: () => patch({ peek: search.peek ? undefined : (active ?? rows[0]?.trace_id) }, { replace: true }),
    },
  ]);

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const columns = useMemo(() => chosenColumns(TRACE_COLUMNS, parseColumnChoice(search.cols)), [search.cols]);
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
      className="relative flex min-h-0 min-w-0 flex-1 flex-col"
      style={{ "--long-ms": long } as CSSProperties}
      onClick={(event) => {
        const button = (event.target as HTMLElement).closest<HTMLElement>("[data-copy], [data-peek]");
        const { copy: id, peek } = button?.dataset ?? {};
        if (peek !== undefined) patch({ row: peek, peek, different: undefined }, { replace: true });
        if (id === undefined) return;
        copyText(id).then((done) =>
          toast(done ? "Trace id copied" : "The browser did not allow copying", done ? "success" : "danger"),
        );
      }}
    >
      {selected.size > 0 && (
        <SelectionBar
          project={project}
          ids={[...selected]}
          rows={rows}
          allLoaded={rows.length > 0 && rows.every((trace) => selected.has(trace.trace_id))}
          hasMore={hasNextPage}
          allMatching={allMatching}
          scope={scope}
          onAllMatching={() => setAllMatching(true)}
          onDifferent={() => patch({ different: "errors", peek: undefined }, { replace: true })}
          onClear={() => select([])}
        />
      )}
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
            columns={columns}
            chosenColumns={search.cols !== undefined}
            density={search.density ?? "comfortable"}
            onResize={onResize}
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
            onEscape={() =>
              search.peek
                ? patch({ peek: undefined }, { replace: true })
                : selected.size > 0
                  ? select([])
                  : patch({ row: undefined }, { replace: true })
            }
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
