import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { clampWidth } from "./columns.ts";

const STEP_PX = 16;

/** The edge of a column's header: dragged, or moved by arrow keys. Tells the column's new width in px. */
export function ResizeHandle({ name, onResize }: { name: string; onResize: (width: number) => void }) {
  const drag = useRef<{ x: number; width: number } | null>(null);
  const widthOf = (element: HTMLElement) => element.parentElement?.getBoundingClientRect().width ?? 0;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const by = { ArrowLeft: -STEP_PX, ArrowRight: STEP_PX }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onResize(clampWidth(widthOf(event.currentTarget) + by));
  };
  return (
    <button
      type="button"
      aria-label={`Width of ${name}: arrow keys change it`}
      onPointerDown={(event: PointerEvent<HTMLElement>) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { x: event.clientX, width: widthOf(event.currentTarget) };
      }}
      onPointerMove={(event) => {
        if (drag.current) onResize(clampWidth(drag.current.width + event.clientX - drag.current.x));
      }}
      onPointerUp={() => {
        drag.current = null;
      }}
      onLostPointerCapture={() => {
        drag.current = null;
      }}
      onKeyDown={onKeyDown}
      className="absolute inset-y-0 -right-1 z-10 w-2 cursor-col-resize touch-none after:absolute after:inset-y-0 after:left-1/2 after:w-px after:bg-transparent hover:after:bg-accent focus-visible:after:bg-accent"
    />
  );
}
