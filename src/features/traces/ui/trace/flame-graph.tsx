import {
  type KeyboardEvent,
  type PointerEvent,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { formatCost, formatDurationMs, formatTokens } from "#web/lib/format.ts";
import type { Span } from "../../trace-contract.ts";
import type { CriticalPath } from "../model/critical-path.ts";
import { boxAt, type FlameLayout, fitted, flameMove, panned, zoomed } from "../model/flame-layout.ts";
import { groupOf } from "../model/operations.ts";
import type { TraceTree, TreeNode } from "../model/trace-tree.ts";
import { axisTicks, domainOf, type TimeDomain } from "../model/waterfall-layout.ts";
import { GROUP_STYLE } from "./operation-icon.tsx";
import { type Drawing, useCanvas } from "./use-canvas.ts";

const ROW_PX = 22;
const AXIS_PX = 20;
/** Narrower boxes have no room for a letter. */
const TEXT_FROM_PX = 26;
const DRAG_FROM_PX = 4;
const ZOOM_STEP = 0.8;
const MOVES = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" } as const;

/** One line about a span, for the tooltip and for screen readers. */
function describe(node: TreeNode<Span>, critical: CriticalPath | null): string {
  const { span, rollup } = node;
  if (!span) return "Parent not received";
  const onPath = critical?.msOf.get(node.index) ?? 0;
  return [
    span.name || "(no name)",
    formatDurationMs(node.endMs - node.startMs),
    span.status === "error" && "error",
    rollup.tokens > 0 && `${formatTokens(rollup.tokens)} tokens`,
    rollup.cost !== null && formatCost(rollup.cost),
    onPath > 0 && `${formatDurationMs(onPath)} on the critical path`,
  ]
    .filter(Boolean)
    .join(" · ");
}

export interface FlameGraphProps {
  tree: TraceTree<Span>;
  layout: FlameLayout;
  critical: CriticalPath | null;
  view: TimeDomain;
  onView: (view: TimeDomain) => void;
  active: number;
  matches: ReadonlySet<number>;
  searching: boolean;
  onActive: (index: number, chosen: boolean) => void;
}

/**
 * A trace as boxes of time, callers above what they called, on a canvas. The wheel zooms, dragging moves,
 * arrows walk, + and - zoom, Enter fits the span, 0 shows all.
 */
export function FlameGraph(props: FlameGraphProps) {
  const { tree, layout, critical, view, onView, active, matches, searching, onActive } = props;
  const help = useId();
  const whole = useMemo(() => domainOf(tree), [tree]);
  const [top, setTop] = useState(0);
  const [hover, setHover] = useState<{ index: number; x: number; y: number } | null>(null);

  const draw = useCallback(
    ({ context, width, height, colour }: Drawing) => {
      const length = view.endMs - view.startMs;
      const x = (ms: number) => ((ms - view.startMs) / length) * width;
      context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
      context.textBaseline = "middle";
      const [surface, text, danger, accent] = ["surface", "text", "danger", "accent"].map(colour);
      const fillOf = new Map(
        Object.entries(GROUP_STYLE).map(([group, style]) => [group, colour(style.token)]),
      );
      for (const node of tree.nodes) {
        const y = AXIS_PX + layout.row[node.index]! * ROW_PX - top;
        if (y + ROW_PX < AXIS_PX || y > height) continue;
        const from = x(node.startMs);
        const to = x(node.endMs);
        if (to < 0 || from > width) continue;
        const left = Math.max(0, from);
        const box = Math.max(1.5, Math.min(width, to) - left);
        const dimmed = searching && !matches.has(node.index);
        context.globalAlpha = dimmed ? 0.25 : 1;
        context.fillStyle = fillOf.get(node.span ? groupOf(node.span) : "missing")!;
        context.fillRect(left, y, box - (box > 3 ? 0.5 : 0), ROW_PX - 2);
        if (node.span?.status === "error") {
          context.fillStyle = danger!;
          context.fillRect(left, y, box, 3);
        }
        const firstToken = node.span?.time_to_first_token_ms ?? null;
        if (firstToken !== null && box > 8) {
          context.fillStyle = surface!;
          context.fillRect(x(node.startMs + firstToken), y, 1.5, ROW_PX - 2);
        }
        if (box > TEXT_FROM_PX && node.span) {
          // A strip of the page's surface keeps the name readable on every colour and in both themes.
          const name = clipped(context, node.span.name || "(no name)", box - 10);
          if (name !== "") {
            context.globalAlpha = dimmed ? 0.4 : 0.9;
            context.fillStyle = surface!;
            context.fillRect(
              left + 2,
              y + 3,
              Math.min(box - 4, context.measureText(name).width + 6),
              ROW_PX - 8,
            );
            context.globalAlpha = dimmed ? 0.5 : 1;
            context.fillStyle = text!;
            context.fillText(name, left + 5, y + ROW_PX / 2 - 1);
          }
        }
        context.globalAlpha = 1;
        if (node.index === active) {
          context.strokeStyle = accent!;
          context.lineWidth = 2.5;
          context.strokeRect(left + 1, y + 1, Math.max(2, box - 2), ROW_PX - 4);
        }
      }
      if (critical) {
        context.fillStyle = text!;
        for (const { index, startMs, endMs } of critical.segments) {
          const y = AXIS_PX + layout.row[index]! * ROW_PX - top;
          if (y < AXIS_PX - ROW_PX || y > height || x(endMs) < 0 || x(startMs) > width) continue;
          context.fillRect(x(startMs), y + ROW_PX - 4, Math.max(1, x(endMs) - x(startMs)), 2);
        }
      }
      context.fillStyle = surface!;
      context.fillRect(0, 0, width, AXIS_PX - 1);
      context.fillStyle = colour("border");
      context.fillRect(0, AXIS_PX - 1, width, 1);
      context.fillStyle = colour("text-muted");
      // Times count from the start of the trace, also when a part of it is shown.
      const lead = view.startMs - whole.startMs;
      for (const tick of axisTicks(view, Math.max(2, Math.floor(width / 110)))) {
        const at = lead + tick.offsetMs;
        context.fillText(at <= 0 ? "0" : formatDurationMs(at), (tick.left / 100) * width + 2, AXIS_PX / 2);
      }
    },
    [tree, layout, critical, view, active, matches, searching, top, whole],
  );
  const { canvas, width } = useCanvas(draw);

  const maxTop = () =>
    Math.max(0, layout.rowCount * ROW_PX + AXIS_PX + 8 - (canvas.current?.clientHeight ?? 0));
  const scrollTo = (to: number) => setTop(Math.min(maxTop(), Math.max(0, to)));

  // The active span comes into view: its row by scrolling, its time by moving what is shown.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another active span moves the view
  useEffect(() => {
    const node = tree.nodes[active];
    const height = canvas.current?.clientHeight ?? 0;
    if (!node || height === 0) return;
    const y = layout.row[active]! * ROW_PX;
    if (y < top || y + ROW_PX > top + height - AXIS_PX) scrollTo(y - height / 3);
    if (node.endMs < view.startMs || node.startMs > view.endMs) {
      onView(panned(whole, view, (node.startMs + node.endMs - view.startMs - view.endMs) / 2));
    }
  }, [active, width > 0]);

  const timeAt = (clientX: number) => {
    const box = canvas.current!.getBoundingClientRect();
    return view.startMs + ((clientX - box.left) / box.width) * (view.endMs - view.startMs);
  };
  const indexAt = (event: { clientX: number; clientY: number }) => {
    const box = canvas.current!.getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top - AXIS_PX + top) / ROW_PX);
    if (event.clientY - box.top < AXIS_PX) return -1;
    const slack = (3 / box.width) * (view.endMs - view.startMs);
    return boxAt(tree, layout, timeAt(event.clientX), row, slack);
  };

  // By hand, since React listens to the wheel passively and the page would scroll along.
  const onWheel = useRef<(event: WheelEvent) => void>(() => {});
  onWheel.current = (event) => {
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      const by = ((event.deltaX || event.deltaY) / Math.max(1, width)) * (view.endMs - view.startMs);
      onView(panned(whole, view, by));
    } else {
      onView(zoomed(whole, view, event.deltaY > 0 ? 1 / ZOOM_STEP : ZOOM_STEP, timeAt(event.clientX)));
    }
  };
  useEffect(() => {
    const element = canvas.current;
    const listener = (event: WheelEvent) => onWheel.current(event);
    element?.addEventListener("wheel", listener, { passive: false });
    return () => element?.removeEventListener("wheel", listener);
  }, [canvas]);

  const drag = useRef<{ x: number; y: number; view: TimeDomain; top: number; moved: boolean } | null>(null);
  const onPointerMove = (event: PointerEvent) => {
    const start = drag.current;
    if (!start) {
      const index = indexAt(event);
      const box = canvas.current!.getBoundingClientRect();
      setHover(index < 0 ? null : { index, x: event.clientX - box.left, y: event.clientY - box.top });
      return;
    }
    const [dx, dy] = [event.clientX - start.x, event.clientY - start.y];
    if (!start.moved && Math.hypot(dx, dy) < DRAG_FROM_PX) return;
    start.moved = true;
    setHover(null);
    onView(panned(whole, start.view, (-dx / Math.max(1, width)) * (start.view.endMs - start.view.startMs)));
    scrollTo(start.top - dy);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = tree.nodes[active];
    const middle = node ? (node.startMs + node.endMs) / 2 : (view.startMs + view.endMs) / 2;
    const around = Math.min(view.endMs, Math.max(view.startMs, middle));
    if (event.key in MOVES) {
      onActive(flameMove(tree, layout, active, MOVES[event.key as keyof typeof MOVES]), false);
    } else if (event.key === "+" || event.key === "=") onView(zoomed(whole, view, ZOOM_STEP ** 2, around));
    else if (event.key === "-") onView(zoomed(whole, view, ZOOM_STEP ** -2, around));
    else if (event.key === "0" || event.key === "Escape") onView(whole);
    else if (event.key === "Enter" && node) {
      onView(fitted(whole, node.startMs, node.endMs));
      onActive(active, true);
    } else return;
    event.preventDefault();
  };

  const hovered = hover && tree.nodes[hover.index];
  const activeNode = tree.nodes[active];
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <p id={help} className="sr-only">
        Arrow up goes to the caller, down to the first call, left and right along the row. Plus and minus
        zoom, Enter fits the span, zero shows the whole trace. The waterfall shows the same spans as a tree.
      </p>
      <div
        role="application"
        aria-label="Flame graph"
        aria-describedby={help}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is interactive: the arrows walk it
        tabIndex={0}
        data-view={`${Math.round(view.startMs - whole.startMs)}-${Math.round(view.endMs - whole.startMs)}`}
        onKeyDown={onKeyDown}
        className="relative min-h-0 flex-1 -outline-offset-2!"
      >
        <canvas
          ref={canvas}
          className="absolute inset-0 size-full touch-none"
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            drag.current = { x: event.clientX, y: event.clientY, view, top, moved: false };
          }}
          onPointerMove={onPointerMove}
          onPointerUp={(event) => {
            const moved = drag.current?.moved ?? true;
            drag.current = null;
            if (moved) return;
            const index = indexAt(event);
            if (index >= 0) onActive(index, true);
          }}
          onPointerCancel={() => {
            drag.current = null;
          }}
          onPointerLeave={() => setHover(null)}
          onDoubleClick={(event) => {
            const node = tree.nodes[indexAt(event)];
            onView(node ? fitted(whole, node.startMs, node.endMs) : whole);
          }}
        />
        {hovered && (
          <div
            aria-hidden
            className="pointer-events-none absolute z-10 max-w-80 rounded-md border border-border bg-surface px-2 py-1 text-xs shadow-pop"
            style={{
              left: Math.min(hover.x + 12, Math.max(0, width - 240)),
              top: hover.y + 16,
            }}
          >
            {describe(hovered, critical)}
          </div>
        )}
      </div>
      <p aria-live="polite" className="sr-only">
        {activeNode ? describe(activeNode, critical) : ""}
      </p>
    </div>
  );
}

/** As much of a text as fits; empty where not even three letters do. */
function clipped(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  // Letters of the interface's face are about half as wide as high.
  let length = Math.min(text.length, Math.floor(width / 5));
  while (length > 2 && context.measureText(`${text.slice(0, length)}…`).width > width) length--;
  return length > 2 ? `${text.slice(0, length)}…` : "";
}
