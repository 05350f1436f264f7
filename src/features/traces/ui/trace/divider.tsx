import { type KeyboardEvent, type PointerEvent, type RefObject, useRef } from "react";

const STEP = 0.03;

/** A bar between two panes, moved by mouse, touch or arrow keys. `value` is the share of the pane before it. */
export function Divider({
  label,
  value,
  min,
  max,
  container,
  onChange,
}: {
  label: string;
  value: number;
  min: number;
  max: number;
  /** The element both panes share. */
  container: RefObject<HTMLElement | null>;
  onChange: (value: number) => void;
}) {
  const dragging = useRef(false);
  const set = (share: number) => onChange(Math.min(max, Math.max(min, share)));
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    dragging.current = true;
  };
  const onPointerMove = (event: PointerEvent) => {
    const box = container.current?.getBoundingClientRect();
    if (dragging.current && box && box.width > 0) set((event.clientX - box.left) / box.width);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowLeft: value - STEP, ArrowRight: value + STEP, Home: min, End: max }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    set(to);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: an hr cannot be moved
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation="vertical"
      aria-valuemin={Math.round(min * 100)}
      aria-valuemax={Math.round(max * 100)}
      aria-valuenow={Math.round(value * 100)}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        dragging.current = false;
      }}
      onLostPointerCapture={() => {
        dragging.current = false;
      }}
      onKeyDown={onKeyDown}
      className="group relative z-10 -mx-1 w-2 shrink-0 cursor-col-resize touch-none"
    >
      <span className="absolute inset-y-0 left-1/2 w-px -translate-x-1/2 bg-border transition-colors group-hover:w-0.5 group-hover:bg-accent group-focus-visible:bg-accent" />
    </div>
  );
}
