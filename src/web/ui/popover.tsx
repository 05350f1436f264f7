import {
  type ReactElement,
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { cx } from "../lib/cx.ts";
import { type Align, place, type Side } from "./place.ts";

export interface PopoverTriggerProps {
  ref: Ref<HTMLButtonElement>;
  "aria-expanded": boolean;
  "aria-controls": string;
  "aria-haspopup": "dialog" | "menu" | "listbox";
  onClick: () => void;
}

export interface PopoverProps {
  /** Renders the button; spread the props it is given onto it. */
  trigger: (props: PopoverTriggerProps) => ReactElement;
  /** The content, mounted only while open. */
  children: ReactNode | ((close: () => void) => ReactNode);
  /** Name of the panel for screen readers. */
  label: string;
  side?: Side;
  align?: Align;
  role?: "dialog" | "menu" | "listbox";
  className?: string;
  /** To open it from elsewhere, such as a hotkey. */
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

/**
 * A floating panel on the browser's popover API: on top of everything, closes on Escape and on a click
 * outside, and focus returns to the trigger.
 */
export function Popover({
  trigger,
  children,
  label,
  side = "bottom",
  align = "start",
  role = "dialog",
  className,
  open: wanted,
  onOpenChange,
}: PopoverProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [own, setOwn] = useState(false);
  const open = wanted ?? own;

  const setOpen = useCallback(
    (next: boolean) => {
      setOwn(next);
      onOpenChange?.(next);
    },
    [onOpenChange],
  );

  useEffect(() => {
    const box = panel.current;
    if (!box) return;
    if (open === box.matches(":popover-open")) return;
    if (!open) {
      box.hidePopover();
      return;
    }
    box.showPopover();
    const first =
      box.querySelector<HTMLElement>("[data-autofocus]") ??
      box.querySelector<HTMLElement>("[role^='menuitem'], [role='option'], input, button");
    first?.focus();
  }, [open]);

  useEffect(() => {
    if (!open) return;
    const move = () => {
      if (!button.current || !panel.current) return;
      const spot = place(
        button.current.getBoundingClientRect(),
        panel.current.getBoundingClientRect(),
        { width: innerWidth, height: innerHeight },
        side,
        align,
      );
      panel.current.style.left = `${spot.left}px`;
      panel.current.style.top = `${spot.top}px`;
    };
    move();
    const sized = new ResizeObserver(move);
    if (panel.current) sized.observe(panel.current);
    addEventListener("resize", move);
    addEventListener("scroll", move, true);
    return () => {
      sized.disconnect();
      removeEventListener("resize", move);
      removeEventListener("scroll", move, true);
    };
  }, [open, side, align]);

  // A click on the trigger closes an open popover through the browser first; without this it would reopen.
  const wasOpen = useRef(false);
  return (
    <>
      <span className="contents" onPointerDownCapture={() => (wasOpen.current = open)}>
        {trigger({
          ref: button,
          "aria-expanded": open,
          "aria-controls": id,
          "aria-haspopup": role,
          onClick: () => {
            setOpen(!(open || wasOpen.current));
            wasOpen.current = false;
          },
        })}
      </span>
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: every role it can have takes a name */}
      <div
        ref={panel}
        id={id}
        popover="auto"
        role={role}
        aria-label={label}
        onToggle={(event) => {
          if (event.newState === "closed") {
            setOpen(false);
            if (document.activeElement === document.body) button.current?.focus();
          }
        }}
        className={cx(
          "fixed max-h-[calc(100dvh-1rem)] max-w-[calc(100vw-1rem)] overflow-auto rounded-lg border border-border",
          "bg-surface shadow-pop",
          className,
        )}
      >
        {open && (typeof children === "function" ? children(() => setOpen(false)) : children)}
      </div>
    </>
  );
}
