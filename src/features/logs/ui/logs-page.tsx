import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowUp, Pause, Play, Radio, ScrollText } from "lucide-react";
import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { TimeSeries } from "#web/charts/time-series.tsx";
import { useDocumentTitle } from "#web/lib/document-title.ts";
import { formatCount, formatNumber } from "#web/lib/format.ts";
import { useHotkeys } from "#web/lib/hotkeys.ts";
import { useHovering } from "#web/lib/use-hovering.ts";
import { useTimeRange } from "#web/lib/use-time-range.ts";
import { rowAfterKey } from "#web/table/columns.ts";
import { Button, buttonClass } from "#web/ui/button.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { SkeletonLines } from "#web/ui/skeleton.tsx";
import { Spinner } from "#web/ui/spinner.tsx";
import type { Log } from "../logs-contract.ts";
import { LogFilters } from "./log-filters.tsx";
import { LogList } from "./log-list.tsx";
import { ColumnMenu, ExportMenu, LogViews } from "./log-menus.tsx";
import { anyLogQuery, type LogScope, logHistogramQuery, logsQuery } from "./logs-api.ts";
import { logSeries } from "./model/log-series.ts";
import { isFiltered, type LogColumn, logFilterOf, toggled, WITHOUT_FILTERS } from "./model/logs-search.ts";
import { useLogTail } from "./use-log-tail.ts";
import { useLogsSearch } from "./use-logs-search.ts";

const DEFAULT_COLUMNS: readonly LogColumn[] = ["service"];
const HISTOGRAM_PX = 92;
/** Scrolled further than this, the tail is being read and holds still. */
const HELD_FROM_PX = 40;

/** Log records: how many over time, the list, and a live tail. */
export function LogsPage() {
  const { project = "" } = useParams({ strict: false });
  useDocumentTitle("Logs");
  const range = useTimeRange();
  const [search, patch] = useLogsSearch();
  const filter = useMemo(() => logFilterOf(search), [search]);
  const scope: LogScope = useMemo(() => ({ project, filter, range }), [project, filter, range]);
  const tailing = search.tail === "on";
  const list = useInfiniteQuery({ ...logsQuery(scope), enabled: !tailing });
  const histogram = useQuery({ ...logHistogramQuery(scope), enabled: !tailing });
  const chart = useMemo(() => logSeries(histogram.data), [histogram.data]);

  const scroller = useRef<HTMLDivElement>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const [hovering, hover] = useHovering();
  const [scrolled, setScrolled] = useState(false);
  const [paused, setPaused] = useState(false);
  const held = paused || scrolled || hovering || search.log !== undefined;
  const tail = useLogTail(project, filter, tailing, held);

  const loaded = useMemo(() => list.data?.pages.flatMap((page) => page.data) ?? [], [list.data]);
  const rows: readonly Log[] = tailing ? tail.shown : loaded;
  const [active, setActive] = useState(-1);
  const toggle = useCallback(
    (id: string) => patch({ log: search.log === id ? undefined : id }, { replace: true }),
    [patch, search.log],
  );
  const addCondition = useCallback(
    (condition: string) => patch({ where: toggled(search.where, condition), log: undefined }),
    [patch, search.where],
  );
  const move = (key: string) => {
    const to = rowAfterKey(key, active, rows.length);
    if (to !== null) setActive(to);
  };
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const loadMore = useCallback(() => {
    if (!tailing && hasNextPage && !isFetchingNextPage) fetchNextPage();
  }, [tailing, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const setTail = (on: boolean) => {
    setPaused(false);
    setScrolled(false);
    patch({ tail: on ? "on" : undefined, log: undefined });
  };
  const resume = () => {
    scroller.current?.scrollTo({ top: 0 });
    setPaused(false);
    setScrolled(false);
    if (search.log !== undefined) patch({ log: undefined }, { replace: true });
    tail.release();
  };

  useHotkeys([
    { keys: "j", label: "Next record", group: "Logs", run: () => move("j") },
    { keys: "k", label: "Previous record", group: "Logs", run: () => move("k") },
    {
      keys: "o",
      label: "Unfold or fold the record",
      group: "Logs",
      run: () => rows[active] && toggle(rows[active].id),
    },
    { keys: "/", label: "Search in messages", group: "Logs", run: () => searchField.current?.focus() },
    { keys: "l", label: "Live tail on or off", group: "Logs", run: () => setTail(!tailing) },
  ]);

  return (
    <div className="flex h-full min-h-0 flex-col">
      <h1 className="sr-only">Logs</h1>
      <div className="space-y-2 border-b border-border px-4 py-2.5">
        <div className="flex flex-wrap items-start justify-between gap-2">
          <div className="min-w-0 flex-1 space-y-2 max-sm:basis-full">
            <LogFilters search={search} patch={patch} scope={scope} searchField={searchField} />
          </div>
          <div className="flex flex-wrap items-center gap-1.5">
            <LogViews search={search} />
            <Button
              size="sm"
              variant={tailing ? "primary" : "secondary"}
              aria-pressed={tailing}
              icon={<Radio aria-hidden size={13} />}
              onClick={() => setTail(!tailing)}
            >
              Live tail
            </Button>
            <ColumnMenu
              columns={search.columns ?? DEFAULT_COLUMNS}
              onToggle={(column) =>
                patch({ columns: toggled(search.columns ?? DEFAULT_COLUMNS, column) }, { replace: true })
              }
            />
            <ExportMenu rows={rows} />
          </div>
        </div>
        {!tailing && (
          <TimeSeries
            bare
            title="Records over time"
            kind="bars"
            height={HISTOGRAM_PX}
            times={chart.times}
            series={chart.series}
            range={histogram.data?.range}
            stepMs={(histogram.data?.step_seconds ?? 0) * 1000 || undefined}
            loading={histogram.isPending}
            error={histogram.error}
            onRetry={() => void histogram.refetch()}
            empty="No record in this time range."
          />
        )}
        {tailing && (
          <TailBar
            tail={tail}
            held={held}
            paused={paused}
            onPause={() => (held ? resume() : setPaused(true))}
          />
        )}
      </div>
      <div className="relative flex min-h-0 flex-1 flex-col" {...(tailing ? hover : {})}>
        {tailing && tail.waiting.length > 0 && (
          <Button
            variant="primary"
            size="sm"
            className="absolute top-2 left-1/2 z-20 -translate-x-1/2 rounded-full! shadow-pop"
            icon={<ArrowUp aria-hidden size={13} />}
            onClick={resume}
          >
            {formatCount(tail.waiting.length + tail.dropped, "new record")}
          </Button>
        )}
        {rows.length > 0 ? (
          <LogList
            project={project}
            rows={rows}
            columns={search.columns ?? DEFAULT_COLUMNS}
            open={search.log}
            active={active}
            scroller={scroller}
            onToggle={toggle}
            onCondition={addCondition}
            onEnd={loadMore}
            onScroll={(top) => setScrolled(top > HELD_FROM_PX)}
            footer={
              !tailing && (
                <div className="flex h-12 items-center justify-center gap-3 text-xs text-text-muted">
                  {isFetchingNextPage ? (
                    <Spinner label="Loading more" />
                  ) : list.isFetchNextPageError ? (
                    <Button size="sm" onClick={() => fetchNextPage()}>
                      Loading more failed. Try again
                    </Button>
                  ) : hasNextPage ? (
                    <Button size="sm" onClick={() => fetchNextPage()}>
                      Load more
                    </Button>
                  ) : (
                    `All ${formatCount(rows.length, "record")} of this time range`
                  )}
                </div>
              )
            }
          />
        ) : tailing ? (
          <EmptyState
            icon={<Radio size={20} />}
            title="Waiting for records"
            why={
              isFiltered(search)
                ? "Records that match the filters appear here as they arrive."
                : "Records appear here as they arrive."
            }
          />
        ) : list.isPending ? (
          <div className="p-4">
            <SkeletonLines lines={14} />
          </div>
        ) : list.isError ? (
          <ErrorState error={list.error} title="The logs could not be read" onRetry={() => list.refetch()} />
        ) : (
          <NoLogs project={project} filtered={isFiltered(search)} onClear={() => patch(WITHOUT_FILTERS)} />
        )}
      </div>
      <span role="status" className="sr-only">
        {tailing && tail.waiting.length > 0 ? `${tail.waiting.length} new records wait` : ""}
      </span>
    </div>
  );
}

/** What the tail does: its connection, how many came, whether all of them are shown. */
function TailBar({
  tail,
  held,
  paused,
  onPause,
}: {
  tail: ReturnType<typeof useLogTail>;
  held: boolean;
  paused: boolean;
  onPause: () => void;
}) {
  const words =
    tail.status !== "open"
      ? tail.status === "connecting"
        ? "Connecting…"
        : "The connection was lost; trying again."
      : held
        ? paused
          ? "Paused"
          : "Held while you read"
        : "Live";
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-text-muted">
      <Button
        size="sm"
        aria-pressed={held}
        icon={held ? <Play aria-hidden size={13} /> : <Pause aria-hidden size={13} />}
        onClick={onPause}
      >
        {held ? "Resume" : "Pause"}
      </Button>
      <span>{words}</span>
      <span className="tabular-nums">{formatNumber(tail.matched)} arrived</span>
      {tail.sampledOneIn > 1 && (
        <span className="text-warning">Too many to show all: sampled 1:{tail.sampledOneIn}</span>
      )}
    </div>
  );
}

function NoLogs({
  project,
  filtered,
  onClear,
}: {
  project: string;
  filtered: boolean;
  onClear: () => void;
}): ReactNode {
  const any = useQuery(anyLogQuery(project));
  if (filtered) {
    return (
      <EmptyState
        icon={<ScrollText size={20} />}
        title="No record matches"
        why="There is none with these filters in this time range."
        action={<Button onClick={onClear}>Clear filters</Button>}
      />
    );
  }
  if (any.data) {
    return (
      <EmptyState
        icon={<ScrollText size={20} />}
        title="No record in this time range"
        why="The project has logs, but from another time. Choose a longer range above."
      />
    );
  }
  return (
    <EmptyState
      icon={<ScrollText size={20} />}
      title="No logs yet"
      why="Log records of your agents and their hosts appear here once they are sent over OTLP, to /v1/logs or by gRPC."
      action={
        <Link to="/p/$project/connect" params={{ project }} className={buttonClass("primary")}>
          How to connect
        </Link>
      }
    />
  );
}
