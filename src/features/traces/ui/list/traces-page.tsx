import { useNavigate, useParams } from "@tanstack/react-router";
import { ChartNoAxesColumn, PanelLeft } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { useSavedViews } from "#features/saved-views/ui/saved-views-api.ts";
import { useDocumentTitle } from "#web/lib/document-title.ts";
import { useHotkeys } from "#web/lib/hotkeys.ts";
import { useLiveState } from "#web/lib/live.ts";
import { createPersistentStore, useStore } from "#web/lib/persistent-store.ts";
import { parseSearch, stringifySearch } from "#web/lib/search-params.ts";
import { useTimeRange } from "#web/lib/use-time-range.ts";
import {
  type ColumnChoice,
  defaultChoice,
  parseColumnChoice,
  writeColumnChoice,
} from "#web/table/columns.ts";
import { ColumnsMenu } from "#web/table/columns-menu.tsx";
import { SavedViewsMenu } from "#web/table/saved-views-menu.tsx";
import { IconButton } from "#web/ui/icon-button.tsx";
import { Tabs } from "#web/ui/tabs.tsx";
import {
  activeFilters,
  type ExplorerShow,
  filterQuery,
  savedSearch,
  spanFilterQuery,
  withoutFilters,
} from "../model/traces-search.ts";
import { DifferencePanel } from "./difference-panel.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { FacetSidebar } from "./facet-sidebar.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { GroupView } from "./group-view.tsx";
import { PeekPanel } from "./peek-panel.tsx";
import { SPAN_COLUMNS } from "./span-cells.tsx";
import { SpansView } from "./spans-view.tsx";
import { TRACE_COLUMNS } from "./trace-cells.tsx";
import { TraceList } from "./trace-list.tsx";
import { TrendCharts } from "./trend-charts.tsx";
import { useTracesSearch } from "./use-traces-search.ts";

const SHOWS: { id: ExplorerShow; label: string }[] = [
  { id: "traces", label: "Traces" },
  { id: "spans", label: "Spans" },
  { id: "groups", label: "Group by" },
];
const facetsStore = createPersistentStore("traces-facets", true);
const chartsStore = createPersistentStore("traces-charts", true);
/** Columns and density as they were left, for an address that says nothing of them. */
const columnsStore = {
  traces: createPersistentStore<string | null>("traces-columns", null),
  spans: createPersistentStore<string | null>("spans-columns", null),
};

/** The explorer: traces, spans, or groups of spans that match the filters, with what they have in common. */
export function TracesPage() {
  const { project = "" } = useParams({ strict: false }) as { project?: string };
  useDocumentTitle("Traces");
  const navigate = useNavigate();
  const range = useTimeRange();
  const [search, patch] = useTracesSearch();
  const show = search.show ?? "traces";
  const table = show === "spans" ? "spans" : "traces";
  const kept = useStore(columnsStore[table]);
  const shown = useMemo(
    () => (search.cols === undefined && kept !== null ? { ...search, cols: kept } : search),
    [search, kept],
  );
  const filter = filterQuery(search);
  const spanFilter = spanFilterQuery(search);
  const scope = useMemo(() => ({ project, filter, range }), [project, filter, range]);
  const spanScope = useMemo(() => ({ project, filter: spanFilter, range }), [project, spanFilter, range]);
  const facetsShown = useStore(facetsStore);
  const chartsShown = useStore(chartsStore);
  const searchField = useRef<HTMLInputElement>(null);
  const stream = useLiveState(project);
  const saved = useSavedViews("traces");

  const clear = useCallback(() => {
    navigate({ to: ".", search: ((before: Record<string, unknown>) => withoutFilters(before)) as never });
  }, [navigate]);
  const apply = useCallback(
    (text: string, replace = false) => {
      navigate({ to: ".", search: (() => parseSearch(text)) as never, replace });
    },
    [navigate],
  );
  const current = stringifySearch({ ...savedSearch(search) }).slice(1);

  // A page that is opened without any wish shows the user's default view, once.
  const opened = useRef(false);
  useEffect(() => {
    if (opened.current || saved.views.length === 0) return;
    opened.current = true;
    const first = saved.views.find((view) => view.is_default);
    const isBare = activeFilters(search).length === 0 && !search.show && !search.row && !search.from;
    if (first && isBare) apply(first.search, true);
  }, [saved.views, search, apply]);

  const panelOpen = search.different !== undefined || (search.peek !== undefined && show === "traces");
  const columns = show === "spans" ? SPAN_COLUMNS : TRACE_COLUMNS;
  const choose = (choice: ColumnChoice | null) => {
    const cols = choice ? writeColumnChoice(choice) : undefined;
    columnsStore[table].set(cols ?? null);
    patch({ cols }, { replace: true });
  };
  const resize = (id: string, width: number) => {
    const now = parseColumnChoice(shown.cols) ?? defaultChoice(columns as typeof TRACE_COLUMNS);
    choose({ ...now, widths: { ...now.widths, [id]: width } });
  };
  const step = useRef<(key: "j" | "k") => void>(() => {});

  useHotkeys([
    { keys: "/", label: "Search traces", group: "Traces", run: () => searchField.current?.focus() },
    ...SHOWS.map(({ id, label }, at) => ({
      keys: String(at + 1),
      label: `Show ${label.toLowerCase()}`,
      group: "Traces",
      run: () => patch({ show: id === "traces" ? undefined : id, row: undefined, cols: undefined }),
    })),
  ]);

  return (
    <div className="relative flex h-full min-h-0">
      <h1 className="sr-only">Traces</h1>
      {facetsShown && <FacetSidebar search={search} patch={patch} scope={spanScope} narrow={panelOpen} />}
      <div className="@container flex min-h-0 min-w-0 flex-1 flex-col">
        <FilterBar
          search={search}
          patch={patch}
          scope={scope}
          searchField={searchField}
          onClear={clear}
          notice={range.live && stream.status === "reconnecting" ? "Reconnecting to live updates…" : null}
        />
        <div className="relative flex min-h-0 flex-1 flex-col">
          <div className="absolute top-1 right-4 z-20 flex items-center gap-1.5 @max-2xl:static @max-2xl:flex-wrap @max-2xl:px-4 @max-2xl:pt-2">
            <IconButton
              size="sm"
              label={facetsShown ? "Hide facets" : "Show facets"}
              className="max-xl:hidden"
              aria-pressed={facetsShown}
              icon={<PanelLeft aria-hidden size={14} />}
              onClick={() => facetsStore.set(!facetsShown)}
            />
            <IconButton
              size="sm"
              label={chartsShown ? "Hide charts" : "Show charts"}
              className="max-md:hidden"
              aria-pressed={chartsShown}
              icon={<ChartNoAxesColumn aria-hidden size={14} />}
              onClick={() => chartsStore.set(!chartsShown)}
            />
            <SavedViewsMenu {...saved} current={current} onApply={apply} />
            {show !== "groups" && (
              <>
                <ColumnsMenu
                  columns={columns as typeof TRACE_COLUMNS}
                  choice={parseColumnChoice(shown.cols)}
                  density={search.density ?? "comfortable"}
                  onChange={choose}
                  onDensity={(density) =>
                    patch({ density: density === "compact" ? density : undefined }, { replace: true })
                  }
                />
                <ExportMenu what={table} scope={show === "spans" ? spanScope : scope} />
              </>
            )}
          </div>
          <Tabs
            label="What the explorer lists"
            tabs={SHOWS}
            value={show}
            onChange={(id) =>
              patch({ show: id === "traces" ? undefined : id, row: undefined, cols: undefined })
            }
            className="shrink-0 px-2"
            panelClassName="flex min-h-0 flex-1 flex-col"
          >
            {chartsShown && <TrendCharts scope={spanScope} range={range} />}
            {show === "traces" && (
              <TraceList
                search={shown}
                patch={patch}
                scope={scope}
                range={range}
                onClear={clear}
                onResize={resize}
                step={step}
              />
            )}
            {show === "spans" && (
              <SpansView search={shown} patch={patch} scope={spanScope} onClear={clear} onResize={resize} />
            )}
            {show === "groups" && (
              <GroupView search={search} patch={patch} scope={spanScope} range={range} onClear={clear} />
            )}
          </Tabs>
        </div>
      </div>
      {search.different ? (
        <DifferencePanel search={search} patch={patch} scope={spanScope} />
      ) : (
        search.peek &&
        show === "traces" && (
          <PeekPanel
            project={project}
            traceId={search.peek}
            onClose={() => patch({ peek: undefined }, { replace: true })}
            onStep={(by) => step.current(by === 1 ? "j" : "k")}
          />
        )
      )}
    </div>
  );
}
