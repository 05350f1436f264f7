import { RotateCcw, ZoomIn, ZoomOut } from "lucide-react";
import { type PointerEvent, useCallback, useMemo, useRef, useState } from "react";
import { formatDurationMs } from "#web/lib/format.ts";
import { IconButton } from "#web/ui/icon-button.tsx";
import type { Span } from "../../trace-contract.ts";
import type { CriticalPath } from "../model/critical-path.ts";
import { type FlameLayout, fitted, zoomed } from "../model/flame-layout.ts";
import { groupOf } from "../model/operations.ts";
import type { TraceTree } from "../model/trace-tree.ts";
import { domainOf, type TimeDomain } from "../model/waterfall-layout.ts";
import { GROUP_STYLE } from "./operation-icon.tsx";
import { type Drawing, useCanvas } from "./use-canvas.ts";

/** A drag shorter than this is a click. */
const DRAG_FROM_PX = 4;
const STEP = 0.5;

/**
 * The whole trace at a glance, and the part of its time that is shown. Dragging picks a part; so do the
 * buttons, for those who do not drag.
 */
export function Minimap({
  tree,
  layout,
  critical,
  view,
  onView,
}: {
  tree: TraceTree<Span>;
  layout: FlameLayout;
  critical: CriticalPath | null;
  view: TimeDomain;
  onView: (view: TimeDomain) => void;
}) {
  const whole = useMemo(() => domainOf(tree), [tree]);
  const length = whole.endMs - whole.startMs;
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const isWhole = view.endMs - view.startMs >= length * 0.9999;

  const draw = useCallback(
    ({ context, width, height, colour }: Drawing) => {
      const rows = Math.max(1, layout.rowCount);
      const rowHeight = Math.min(6, (height - 6) / rows);
      const x = (ms: number) => ((ms - whole.startMs) / length) * width;
      for (const node of tree.nodes) {
        const left = x(node.startMs);
        context.fillStyle = colour(
          node.span?.status === "error"
            ? "danger"
            : GROUP_STYLE[node.span ? groupOf(node.span) : "missing"].token,
        );
        context.fillRect(
          left,
          2 + layout.row[node.index]! * rowHeight,
          Math.max(1, x(node.endMs) - left),
          Math.max(1, rowHeight - 1),
        );
      }
      if (critical) {
        context.fillStyle = colour("text");
        for (const segment of critical.segments) {
          context.fillRect(
            x(segment.startMs),
            height - 2,
            Math.max(1, x(segment.endMs) - x(segment.startMs)),
            2,
          );
        }
      }
    },
    [tree, layout, critical, whole, length],
  );
  const { canvas } = useCanvas(draw);

  const start = useRef(0);
  const shareAt = (event: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const percent = (ms: number) => ((ms - whole.startMs) / length) * 100;
  const middle = (view.startMs + view.endMs) / 2;
  const shown = drag
    ? { from: Math.min(drag.from, drag.to) * 100, to: Math.max(drag.from, drag.to) * 100 }
    : { from: percent(view.startMs), to: percent(view.endMs) };

  return (
    <div className="flex h-12 shrink-0 items-stretch border-b border-border">
      <div
        className="relative min-w-0 flex-1 cursor-crosshair touch-none"
        aria-hidden
        title="Drag to zoom; double-click for the whole trace"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          start.current = event.clientX;
          setDrag({ from: shareAt(event), to: shareAt(event) });
        }}
        onPointerMove={(event) => drag && setDrag({ ...drag, to: shareAt(event) })}
        onPointerUp={(event) => {
          if (drag && Math.abs(event.clientX - start.current) >= DRAG_FROM_PX) {
            const at = (share: number) => whole.startMs + share * length;
            const [from, to] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
            onView({ startMs: at(from), endMs: at(to) });
          }
          setDrag(null);
        }}
        onPointerCancel={() => setDrag(null)}
        onDoubleClick={() => onView(whole)}
      >
        <canvas ref={canvas} className="absolute inset-0 size-full" />
        {(drag || !isWhole) && (
          <>
            <span
              className="absolute inset-y-0 left-0 bg-surface-active/70"
              style={{ width: `${shown.from}%` }}
            />
            <span
              className="absolute inset-y-0 right-0 bg-surface-active/70"
              style={{ left: `${shown.to}%` }}
            />
            <span
              className="absolute inset-y-0 border-x-2 border-accent"
              style={{ left: `${shown.from}%`, width: `${shown.to - shown.from}%` }}
            />
          </>
        )}
      </div>
      <div className="flex shrink-0 items-center border-l border-border px-1">
        <span role="status" className="px-1 text-2xs text-text-muted tabular-nums max-sm:sr-only">
          {isWhole ? formatDurationMs(length) : formatDurationMs(view.endMs - view.startMs)}
        </span>
        <IconButton
          size="sm"
          label="Zoom in"
          icon={<ZoomIn aria-hidden size={14} />}
          onClick={() => onView(zoomed(whole, view, STEP, middle))}
        />
        <IconButton
          size="sm"
          label="Zoom out"
          disabled={isWhole}
          icon={<ZoomOut aria-hidden size={14} />}
          onClick={() => onView(zoomed(whole, view, 1 / STEP, middle))}
        />
        <IconButton
          size="sm"
          label="Whole trace"
          disabled={isWhole}
          icon={<RotateCcw aria-hidden size={14} />}
          onClick={() => onView(fitted(whole, whole.startMs, whole.endMs))}
        />
      </div>
    </div>
  );
}
