import { cloneElement, type ReactElement, useEffect, useId, useRef } from "react";
import { Kbd } from "./kbd.tsx";
import { place, type Side } from "./place.ts";

interface TooltipProps {
  text: string;
  keys?: string;
  side?: Side;
  /** One focusable element. */
  children: ReactElement<{ "aria-describedby"?: string }>;
}

const DELAY_MS = 400;

/** A short hint on hover and on keyboard focus; Escape hides it (WCAG 1.4.13). */
export function Tooltip({ text, keys, side = "bottom", children }: TooltipProps) {
  const id = useId();
  const wrapper = useRef<HTMLSpanElement>(null);
  const bubble = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => () => clearTimeout(timer.current), []);

  const show = () => {
    const target = wrapper.current?.firstElementChild;
    const tip = bubble.current;
    if (!target || !tip || tip.matches(":popover-open")) return;
    tip.showPopover();
    const spot = place(
      target.getBoundingClientRect(),
      tip.getBoundingClientRect(),
      { width: innerWidth, height: innerHeight },
      side,
      "center",
    );
    tip.style.left = `${spot.left}px`;
    tip.style.top = `${spot.top}px`;
  };
  const hide = () => {
    clearTimeout(timer.current);
    if (bubble.current?.matches(":popover-open")) bubble.current.hidePopover();
  };
  const later = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(show, DELAY_MS);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: listens to what bubbles up from the one control inside
    <span
      ref={wrapper}
      className="contents"
      onPointerEnter={(event) => event.pointerType === "mouse" && later()}
      onPointerLeave={hide}
      onPointerDown={hide}
      onFocus={(event) => event.target.matches(":focus-visible") && show()}
      onBlur={hide}
      onKeyDown={(event) => event.key === "Escape" && hide()}
    >
      {cloneElement(children, keys ? { "aria-describedby": id } : {})}
      <span
        ref={bubble}
        id={id}
        role="tooltip"
        popover="manual"
        className="pointer-events-none fixed z-50 max-w-72 rounded-md bg-text px-2 py-1 text-xs text-bg shadow-pop"
      >
        {text}
        {keys && <Kbd keys={keys} className="ml-2" inverted />}
      </span>
    </span>
  );
}
