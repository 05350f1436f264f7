import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useId, useRef } from "react";
import { cx } from "#web/lib/cx.ts";
import { formatCost, formatDurationMs, formatTokens } from "#web/lib/format.ts";
import type { Span } from "../../trace-contract.ts";
import { groupOf } from "../model/operations.ts";
import type { DiffKind, DiffRow } from "../model/trace-diff.ts";
import type { TraceTree } from "../model/trace-tree.ts";
import { indentPx } from "../model/waterfall-layout.ts";
import { OperationIcon } from "../trace/operation-icon.tsx";
import { Delta } from "./compare-page.tsx";

const ROW_PX = 30;

/** Sign and colour together say what became of a span. */
const KINDS: Record<DiffKind, { sign: string; word: string; row: string }> = {
  same: { sign: "", word: "alike", row: "" },
  changed: { sign: "~", word: "changed", row: "bg-warning-soft" },
  added: { sign: "+", word: "added", row: "bg-success-soft" },
  removed: { sign: "−", word: "removed", row: "bg-danger-soft" },
};

/** The aligned spans of both traces, as a virtual list that is walked by arrows. */
export function DiffRows({
  treeA,
  treeB,
  rows,
  active,
  onActive,
}: {
  treeA: TraceTree<Span>;
  treeB: TraceTree<Span>;
  rows: readonly DiffRow[];
  active: number;
  onActive: (index: number) => void;
}) {
  const base = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    useFlushSync: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another active row scrolls
  useEffect(() => {
    if (active >= 0) virtual.scrollToIndex(active, { align: "auto" });
  }, [active]);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = {
      ArrowDown: active + 1,
      ArrowUp: Math.max(0, active - 1),
      Home: 0,
      End: rows.length - 1,
    }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onActive(Math.min(rows.length - 1, to));
  };
  const items = virtual.getVirtualItems();
  return (
    <div ref={scroller} className="min-h-40 min-w-0 flex-1 overflow-y-auto bg-surface">
      {rows.length === 0 && <p className="p-8 text-center text-text-muted">No span differs.</p>}
      <div
        role="listbox"
        tabIndex={0}
        aria-label="Spans of both traces"
        aria-activedescendant={items.some((item) => item.index === active) ? `${base}${active}` : undefined}
        onKeyDown={onKeyDown}
        className="relative -outline-offset-2!"
        style={{ height: virtual.getTotalSize(), minHeight: 1 }}
      >
        {items.map((item) => {
          const row = rows[item.index]!;
          const node = (treeA.nodes[row.a] ?? treeB.nodes[row.b])!;
          const other = treeB.nodes[row.b];
          const { sign, word, row: tint } = KINDS[row.kind];
          const length = node.endMs - node.startMs;
          return (
            // biome-ignore lint/a11y/useFocusableInteractive: the list holds the focus and names the row by aria-activedescendant
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list hears the keys
            <div
              key={`${row.a} ${row.b}`}
              role="option"
              id={`${base}${item.index}`}
              aria-selected={item.index === active}
              aria-label={[
                node.span?.name ?? "Parent not received",
                word,
                formatDurationMs(length),
                row.durationMs !== null &&
                  `${formatDurationMs(Math.abs(row.durationMs))} ${row.durationMs > 0 ? "longer" : "shorter"}`,
              ]
                .filter(Boolean)
                .join(", ")}
              onClick={() => onActive(item.index)}
              style={{ transform: `translateY(${item.start}px)`, height: ROW_PX }}
              className={cx(
                "absolute inset-x-0 top-0 flex cursor-pointer items-center gap-1.5 pr-3 text-xs",
                tint,
                item.index === active ? "shadow-[inset_3px_0_0_var(--color-accent)]" : "hover:brightness-95",
              )}
            >
              <span aria-hidden className="w-6 shrink-0 pl-2 text-center font-mono font-semibold">
                {sign}
              </span>
              <span
                className="flex min-w-0 flex-1 items-center gap-1.5"
                style={{ paddingLeft: indentPx(row.depth) }}
              >
                <OperationIcon group={node.span ? groupOf(node.span) : "missing"} />
                <span className={cx("truncate", node.span?.status === "error" && "text-danger")}>
                  {node.span?.name ?? "Parent not received"}
                  {node.span && other?.span && other.span.name !== node.span.name && row.depth === 0
                    ? ` → ${other.span.name}`
                    : ""}
                </span>
                {node.span && other?.span && node.span.model !== other.span.model && (
                  <span className="shrink-0 text-text-muted">
                    {node.span.model} → {other.span.model}
                  </span>
                )}
              </span>
              <span className="w-36 shrink-0 text-right whitespace-nowrap tabular-nums">
                {formatDurationMs(length)}
                {row.durationMs !== null && Math.abs(row.durationMs) >= 1 && row.kind === "changed" && (
                  <Delta value={row.durationMs} format={formatDurationMs} className="ml-1" />
                )}
              </span>
              <span className="w-20 shrink-0 text-right whitespace-nowrap tabular-nums max-sm:hidden">
                {row.tokens ? <Delta value={row.tokens} format={formatTokens} /> : ""}
              </span>
              <span className="w-20 shrink-0 text-right whitespace-nowrap tabular-nums max-sm:hidden">
                {row.cost ? <Delta value={row.cost} format={formatCost} /> : ""}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
