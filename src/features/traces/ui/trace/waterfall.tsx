import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useMemo,
  useRef,
} from "react";
import { cx } from "#web/lib/cx.ts";
import { formatDurationMs } from "#web/lib/format.ts";
import { createPersistentStore, useStore } from "#web/lib/persistent-store.ts";
import { useElementWidth } from "#web/table/use-element-width.ts";
import type { Span } from "../../trace-contract.ts";
import type { CriticalSegment } from "../model/critical-path.ts";
import type { Repeat } from "../model/repeats.ts";
import type { TraceTree } from "../model/trace-tree.ts";
import { rowOf, treeKey } from "../model/waterfall-keys.ts";
import { axisTicks, type TimeDomain } from "../model/waterfall-layout.ts";
import { Divider } from "./divider.tsx";
import { WaterfallRow } from "./waterfall-row.tsx";

const ROW_PX = 28;
const STACKED_ROW_PX = 40;
/** Narrower than this, the bar stands below the name. */
const STACKED_BELOW_PX = 560;

const nameShare = createPersistentStore("trace-name-share", 0.44);

export interface WaterfallProps {
  tree: TraceTree<Span>;
  rows: readonly number[];
  collapsed: ReadonlySet<string>;
  /** Index of the active node; -1 for none. */
  active: number;
  matches: ReadonlySet<number>;
  /** The part of the trace's time that is shown. */
  domain: TimeDomain;
  /** Runs of equal calls by the index of their first, and which of them are shown call by call. */
  repeats: ReadonlyMap<number, Repeat>;
  unfolded: ReadonlySet<string>;
  critical: ReadonlyMap<number, readonly CriticalSegment[]>;
  treeRef: RefObject<HTMLDivElement | null>;
  /** `chosen` tells a click or Enter from walking by. */
  onActive: (index: number, chosen: boolean) => void;
  onExpand: (id: string, open: boolean) => void;
  onUnfold: (id: string, unfolded: boolean) => void;
  footer?: ReactNode;
}

/** The spans of a trace as a tree beside their time: a virtual list after the ARIA tree pattern. */
export function Waterfall({
  tree,
  rows,
  collapsed,
  active,
  matches,
  domain,
  repeats,
  unfolded,
  critical,
  treeRef,
  onActive,
  onExpand,
  onUnfold,
  footer,
}: WaterfallProps) {
  const base = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const width = useElementWidth(scroller);
  const stacked = width > 0 && width < STACKED_BELOW_PX;
  const height = stacked ? STACKED_ROW_PX : ROW_PX;
  const share = useStore(nameShare);
  const lead = domain.startMs - tree.startMs;
  const timeline = width * (stacked ? 1 : 1 - share);
  const ticks = useMemo(() => axisTicks(domain, Math.max(2, Math.floor(timeline / 90))), [domain, timeline]);

  // A folded run shows the marks of all of its calls.
  const runMarks = useMemo(() => {
    const marks = new Map<number, readonly CriticalSegment[]>();
    for (const { first, members } of repeats.values()) {
      const all = members.flatMap((index) => critical.get(index) ?? []);
      if (all.length > 0) marks.set(first, all);
    }
    return marks;
  }, [repeats, critical]);

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
    useFlushSync: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are read again when the height changes
  useEffect(() => virtual.measure(), [height]);

  const activeRow = active < 0 ? -1 : rowOf(rows, active);
  const before = useRef(activeRow);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another active node scrolls, not a change of the rows above it
  useEffect(() => {
    const step = Math.abs(activeRow - before.current);
    before.current = activeRow;
    const view = scroller.current;
    if (activeRow < 0 || !view) return;
    const top = activeRow * height;
    if (top >= view.scrollTop && top + height <= view.scrollTop + view.clientHeight) return;
    // After a jump one wants to see what is around; walking goes on at the edge.
    virtual.scrollToIndex(activeRow, { align: step > 1 ? "center" : "auto" });
  }, [active]);

  const items = virtual.getVirtualItems();
  const rendered = items.some((item) => item.index === activeRow);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (active >= 0) onActive(active, true);
      return;
    }
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 300) / height) - 1);
    const run = tree.nodes[active];
    if (run && repeats.has(active)) {
      const isOpen = unfolded.has(run.id);
      const isLeaf = run.childCount === 0 || collapsed.has(run.id);
      if ((event.key === "ArrowRight" && !isOpen) || (event.key === "ArrowLeft" && isOpen && isLeaf)) {
        event.preventDefault();
        onUnfold(run.id, !isOpen);
        return;
      }
    }
    const effect = treeKey(tree, rows, collapsed, active, event.key, page);
    if (effect === null) return;
    event.preventDefault();
    if (effect.focus !== undefined) onActive(effect.focus, false);
    if (effect.expand !== undefined) onExpand(effect.expand, true);
    if (effect.collapse !== undefined) onExpand(effect.collapse, false);
  };
  const onClick = (event: MouseEvent) => {
    const target = event.target as HTMLElement;
    const index = Number(target.closest<HTMLElement>("[data-node]")?.dataset.node ?? -1);
    const node = tree.nodes[index];
    if (!node) return;
    if (target.closest("[data-fold]")) onUnfold(node.id, !unfolded.has(node.id));
    else if (target.closest("[data-toggle]")) onExpand(node.id, collapsed.has(node.id));
    else onActive(index, true);
  };

  return (
    <div
      className="flex min-h-0 min-w-0 flex-1 flex-col"
      style={{ "--name-width": `${share * 100}%` } as CSSProperties}
    >
      <div className="relative flex h-7 shrink-0 border-b border-border text-2xs text-text-muted">
        {!stacked && (
          <div className="flex shrink-0 items-center pl-4" style={{ width: "var(--name-width)" }}>
            Span
          </div>
        )}
        {!stacked && (
          <Divider
            label="Width of the names"
            value={share}
            min={0.2}
            max={0.75}
            container={scroller}
            onChange={nameShare.set}
          />
        )}
        <div className={stacked ? "relative mx-3 flex-1" : "relative mr-16 flex-1"} aria-hidden>
          {ticks.map((tick, at) => (
            <span
              key={tick.offsetMs}
              className="absolute inset-y-0 flex items-center whitespace-nowrap tabular-nums"
              style={{
                left: `${tick.left}%`,
                transform: at === 0 ? undefined : tick.left > 92 ? "translateX(-100%)" : "translateX(-50%)",
              }}
            >
              {lead + tick.offsetMs <= 0 ? "0" : formatDurationMs(lead + tick.offsetMs)}
            </span>
          ))}
        </div>
      </div>
      <div
        ref={scroller}
        className="relative min-h-0 flex-1 overflow-x-hidden overflow-y-auto [overflow-anchor:none]"
      >
        <div
          ref={treeRef}
          role="tree"
          tabIndex={0}
          aria-label="Spans"
          aria-activedescendant={rendered ? `${base}${active}` : undefined}
          onKeyDown={onKeyDown}
          onClick={onClick}
          className={cx("group/tree relative", rendered ? "outline-none" : "-outline-offset-2!")}
          style={{ height: virtual.getTotalSize(), minHeight: 1 }}
        >
          {!stacked && (
            <div
              aria-hidden
              className="pointer-events-none absolute inset-y-0 right-16"
              style={{ left: "var(--name-width)" }}
            >
              {ticks.map((tick) => (
                <span
                  key={tick.offsetMs}
                  className="absolute inset-y-0 w-px bg-border/70"
                  style={{ left: `${tick.left}%` }}
                />
              ))}
            </div>
          )}
          {items.map((item) => {
            const node = tree.nodes[rows[item.index]!]!;
            return (
              <WaterfallRow
                key={node.id}
                node={node}
                siblings={node.parent < 0 ? tree.rootCount : tree.nodes[node.parent]!.childCount}
                domain={domain}
                domId={`${base}${node.index}`}
                top={item.start}
                height={height}
                stacked={stacked}
                open={!collapsed.has(node.id)}
                active={node.index === active}
                match={matches.has(node.index)}
                repeat={repeats.get(node.index)}
                unfolded={unfolded.has(node.id)}
                critical={
                  repeats.has(node.index) && !unfolded.has(node.id)
                    ? runMarks.get(node.index)
                    : critical.get(node.index)
                }
              />
            );
          })}
        </div>
        {footer}
      </div>
    </div>
  );
}
