import { LoaderCircle } from "lucide-react";
import {
  type CSSProperties,
  useCallback,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { formatDurationMs } from "#web/lib/format.ts";
import { useHotkeys } from "#web/lib/hotkeys.ts";
import { createPersistentStore, useStore } from "#web/lib/persistent-store.ts";
import { useElementWidth } from "#web/table/use-element-width.ts";
import { Tabs } from "#web/ui/tabs.tsx";
import type { TraceDetail } from "../../trace-contract.ts";
import { SpanPanel } from "../details/span-panel.tsx";
import { type CriticalSegment, criticalPath } from "../model/critical-path.ts";
import { layoutFlame } from "../model/flame-layout.ts";
import { groupOf, OPERATION_GROUPS } from "../model/operations.ts";
import { findRepeats, foldedRows, type Repeat, unfoldedFor } from "../model/repeats.ts";
import { searchTrace } from "../model/trace-search.ts";
import { traceState } from "../model/trace-state.ts";
import { buildTraceTree, collapsibleIds, revealed } from "../model/trace-tree.ts";
import type { TraceView as View } from "../model/traces-search.ts";
import { nextIn, rowOf, treeKey } from "../model/waterfall-keys.ts";
import { domainOf, type TimeDomain } from "../model/waterfall-layout.ts";
import { AgentGraph } from "./agent-graph.tsx";
import { DetailsSheet } from "./details-sheet.tsx";
import { Divider } from "./divider.tsx";
import { FlameGraph } from "./flame-graph.tsx";
import { Legend } from "./legend.tsx";
import { Minimap } from "./minimap.tsx";
import { ThreadView } from "./thread-view.tsx";
import { useTraceSelection } from "./use-trace-selection.ts";
import { Waterfall } from "./waterfall.tsx";
import { WaterfallToolbar } from "./waterfall-toolbar.tsx";

/** Wide enough for the details beside the waterfall; below, they come as a sheet. */
const SPLIT_FROM_PX = 900;
const NONE: ReadonlySet<string> = new Set();
const NO_REPEATS: ReadonlyMap<number, Repeat> = new Map();
const treeShare = createPersistentStore("trace-tree-share", 0.56);
const criticalStore = createPersistentStore("trace-critical-path", true);
const foldStore = createPersistentStore("trace-fold-repeats", true);

const VIEWS: { id: View; label: string }[] = [
  { id: "waterfall", label: "Waterfall" },
  { id: "flame", label: "Flame graph" },
  { id: "agents", label: "Agents" },
  { id: "thread", label: "Thread" },
];

/** One trace in several shapes, and the details of one of its spans. */
export function TraceView({ project, detail }: { project: string; detail: TraceDetail }) {
  const { search, activeId, setActive, patch } = useTraceSelection();
  const tree = useMemo(() => buildTraceTree(detail.spans), [detail.spans]);
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(NONE);
  const view = search.view ?? "waterfall";
  const folding = useStore(foldStore);
  const allRepeats = useMemo(() => findRepeats(tree), [tree]);
  const repeats = folding ? allRepeats : NO_REPEATS;
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(NONE);
  const rows = useMemo(
    () => foldedRows(tree, collapsed, repeats, unfolded),
    [tree, collapsed, repeats, unfolded],
  );
  const layout = useMemo(() => layoutFlame(tree), [tree]);
  const whole = useMemo(() => domainOf(tree), [tree]);
  const [zoom, setZoom] = useState<TimeDomain | null>(null);
  const domain = zoom ?? whole;
  const path = useMemo(() => criticalPath(tree), [tree]);
  const pathShown = useStore(criticalStore);
  const segments = useMemo(() => {
    const byNode = new Map<number, CriticalSegment[]>();
    for (const segment of pathShown ? path.segments : []) {
      const list = byNode.get(segment.index);
      if (list) list.push(segment);
      else byNode.set(segment.index, [segment]);
    }
    return byNode;
  }, [path, pathShown]);

  const box = useRef<HTMLDivElement>(null);
  const treeElement = useRef<HTMLDivElement>(null);
  const findField = useRef<HTMLInputElement>(null);
  const width = useElementWidth(box);
  const split = width >= SPLIT_FROM_PX;
  const share = useStore(treeShare);

  // Beside the waterfall there is always something to show: the first span until another is chosen.
  const first = tree.nodes.find((node) => node.span)?.id;
  const walkedId = activeId ?? (split ? first : undefined);
  const active = walkedId === undefined ? -1 : (tree.byId.get(walkedId)?.index ?? -1);
  const shownId = search.span ?? (split ? first : undefined);
  const shown = shownId === undefined ? undefined : tree.byId.get(shownId)?.span;

  const [find, setFind] = useState(search.find ?? "");
  const query = useDeferredValue(find);
  const matches = useMemo(() => searchTrace(tree, query), [tree, query]);
  const matchSet = useMemo(() => new Set(matches), [matches]);
  useEffect(() => {
    const wanted = find.trim() || undefined;
    if (wanted === search.find) return;
    const timer = setTimeout(() => patch({ find: wanted }), 300);
    return () => clearTimeout(timer);
  }, [find, search.find, patch]);

  const goTo = useCallback(
    (index: number, chosen: boolean) => {
      const node = tree.nodes[index];
      if (!node) return;
      setCollapsed((before) => revealed(tree, before, index));
      setUnfolded((before) => unfoldedFor(tree, allRepeats, before, index));
      // In the sheet only a chosen span is shown, and back closes it; walking by does not open it.
      if (split) setActive(node.id, chosen ? "now" : "walk");
      else setActive(node.id, chosen && node.span ? (search.span ? "now" : "push") : "local");
    },
    [tree, allRepeats, split, setActive, search.span],
  );
  const expand = useCallback(
    (id: string, open: boolean) =>
      setCollapsed((before) => {
        const next = new Set(before);
        if (open) next.delete(id);
        else next.add(id);
        return next;
      }),
    [],
  );
  const unfold = useCallback(
    (id: string, open: boolean) =>
      setUnfolded((before) => {
        const next = new Set(before);
        if (open) next.add(id);
        else next.delete(id);
        return next;
      }),
    [],
  );
  const goToSpan = useCallback(
    (id: string) => {
      const node = tree.byId.get(id);
      if (node) goTo(node.index, true);
    },
    [tree, goTo],
  );
  const goToMatch = (direction: 1 | -1) => goTo(nextIn(matches, active, direction), true);
  const goToError = () => goTo(nextIn(tree.errors, active, 1), true);
  const walk = (key: "ArrowUp" | "ArrowDown") => {
    const effect = treeKey(tree, rows, collapsed, active, key);
    if (effect?.focus !== undefined) goTo(effect.focus, false);
    treeElement.current?.focus({ preventScroll: true });
  };

  useHotkeys([
    { keys: "j", label: "Next span", group: "Trace", run: () => walk("ArrowDown") },
    { keys: "k", label: "Previous span", group: "Trace", run: () => walk("ArrowUp") },
    { keys: "e", label: "Next error", group: "Trace", run: goToError },
    { keys: "/", label: "Find in the trace", group: "Trace", run: () => findField.current?.focus() },
    { keys: "]", label: "Next match", group: "Trace", run: () => goToMatch(1) },
    ...VIEWS.map(({ id, label }, at) => ({
      keys: String(at + 1),
      label: `Show ${label.toLowerCase()}`,
      group: "Trace",
      run: () => patch({ view: id === "waterfall" ? undefined : id }),
    })),
    { keys: "[", label: "Previous match", group: "Trace", run: () => goToMatch(-1) },
  ]);

  const marks = useMemo(
    () => ({
      groups: OPERATION_GROUPS.filter((group) => detail.spans.some((span) => groupOf(span) === group)),
      firstToken: detail.spans.some((span) => span.time_to_first_token_ms !== null),
      skew: tree.nodes.some((node) => node.skewMs > 0),
      missing: tree.nodes.some((node) => node.span === null),
    }),
    [detail.spans, tree],
  );
  const running = traceState(detail.trace, Date.now()) === "running";
  const panel = shown && (
    <SpanPanel
      project={project}
      span={shown}
      node={tree.byId.get(shown.span_id)!}
      criticalMs={path.msOf.get(tree.byId.get(shown.span_id)!.index) ?? 0}
      traceMs={path.totalMs}
      tab={search.tab}
      onTab={(tab) => patch({ tab })}
    />
  );

  return (
    <div
      ref={box}
      className="flex min-h-0 flex-1"
      style={{ "--tree-width": split ? `${share * 100}%` : "100%" } as CSSProperties}
    >
      <section
        aria-label="Trace"
        className="flex min-h-0 w-(--tree-width) min-w-0 shrink-0 flex-col bg-surface"
      >
        <Tabs
          label="Views of the trace"
          tabs={VIEWS}
          value={view}
          onChange={(id) => patch({ view: id === "waterfall" ? undefined : id })}
          className="shrink-0 px-2"
          panelClassName="flex min-h-0 flex-1 flex-col"
        >
          {(view === "waterfall" || view === "flame") && (
            <WaterfallToolbar
              find={find}
              onFind={setFind}
              field={findField}
              matchCount={matches.length}
              matchAt={rowOf(matches, active) + 1}
              onMatch={goToMatch}
              errorCount={tree.errors.length}
              onError={goToError}
              hasRows={view === "waterfall"}
              allOpen={collapsed.size === 0}
              onToggleAll={() => setCollapsed(collapsed.size === 0 ? collapsibleIds(tree) : NONE)}
              criticalShown={pathShown}
              onToggleCritical={() => criticalStore.set(!pathShown)}
              repeatCount={allRepeats.size}
              repeatsFolded={folding}
              onToggleRepeats={() => foldStore.set(!folding)}
            />
          )}
          {(view === "waterfall" || view === "flame") && (
            <Minimap
              tree={tree}
              layout={layout}
              critical={pathShown ? path : null}
              view={domain}
              onView={setZoom}
            />
          )}
          {view === "waterfall" && (
            <Waterfall
              tree={tree}
              rows={rows}
              collapsed={collapsed}
              active={active}
              matches={matchSet}
              domain={domain}
              repeats={repeats}
              unfolded={unfolded}
              critical={segments}
              treeRef={treeElement}
              onActive={goTo}
              onExpand={expand}
              onUnfold={unfold}
              footer={
                running && (
                  <p role="status" className="flex items-center gap-2 px-4 py-2 text-xs text-text-muted">
                    <LoaderCircle aria-hidden size={13} className="animate-spin text-accent" />
                    Running: spans appear here as they arrive.
                  </p>
                )
              }
            />
          )}
          {view === "flame" && (
            <FlameGraph
              tree={tree}
              layout={layout}
              critical={pathShown ? path : null}
              view={domain}
              onView={setZoom}
              active={active}
              matches={matchSet}
              searching={query.trim() !== ""}
              onActive={goTo}
            />
          )}
          {view === "agents" && (
            <AgentGraph tree={tree} activeId={active} onSpan={(index) => goTo(index, true)} />
          )}
          {view === "thread" && (
            <ThreadView project={project} traceId={detail.trace.trace_id} onSpan={goToSpan} />
          )}
          {(view === "waterfall" || view === "flame") && (
            <Legend
              {...marks}
              critical={pathShown && path.totalMs > 0 ? formatDurationMs(path.totalMs) : null}
            />
          )}
        </Tabs>
      </section>
      {split ? (
        <>
          <Divider
            label="Width of the views"
            value={share}
            min={0.3}
            max={0.75}
            container={box}
            onChange={treeShare.set}
          />
          <section aria-label="Span details" className="flex min-h-0 min-w-0 flex-1 flex-col">
            {panel ?? (
              <p className="m-auto p-8 text-center text-text-muted">
                {shownId?.startsWith("missing:")
                  ? "This span was named as a parent but has not been received."
                  : "Choose a span to see its details."}
              </p>
            )}
          </section>
        </>
      ) : (
        <DetailsSheet
          open={shown !== undefined && shown !== null}
          onClose={() => setActive(undefined, "now")}
        >
          {panel}
        </DetailsSheet>
      )}
    </div>
  );
}
