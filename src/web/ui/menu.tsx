import { Check } from "lucide-react";
import type { KeyboardEvent, ReactNode } from "react";
import { cx } from "../lib/cx.ts";
import type { Align, Side } from "./place.ts";
import { Popover, type PopoverProps } from "./popover.tsx";

export interface MenuItem {
  id: string;
  label: ReactNode;
  icon?: ReactNode;
  hint?: ReactNode;
  danger?: boolean;
  /** Given: a choice with a tick. */
  checked?: boolean;
  /** A line above it. */
  separated?: boolean;
  run: () => void;
}

function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[role^='menuitem']")];
  const index = items.indexOf(document.activeElement as HTMLElement);
  const typed =
    event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.key !== " "
      ? [...items.slice(index + 1), ...items.slice(0, index + 1)].find((item) =>
          item.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase()),
        )
      : undefined;
  const target =
    typed ??
    {
      ArrowDown: items[(index + 1) % items.length],
      ArrowUp: items[(index - 1 + items.length) % items.length],
      Home: items[0],
      End: items.at(-1),
    }[event.key];
  if (!target) return;
  event.preventDefault();
  event.stopPropagation();
  target.focus();
}

/** A menu of actions after the ARIA pattern: arrows, Home, End and first letters move. */
export function Menu({
  trigger,
  label,
  items,
  header,
  side,
  align,
}: {
  trigger: PopoverProps["trigger"];
  label: string;
  items: readonly MenuItem[];
  header?: ReactNode;
  side?: Side;
  align?: Align;
}) {
  return (
    <Popover trigger={trigger} label={label} side={side} align={align} role="dialog" className="min-w-52 p-1">
      {(close) => (
        <>
          {header && <div className="border-b border-border px-2.5 py-2">{header}</div>}
          <div role="menu" tabIndex={-1} aria-label={label} onKeyDown={moveFocus}>
            {items.map((item) => (
              <div
                key={item.id}
                role="none"
                className={item.separated ? "mt-1 border-t border-border pt-1" : ""}
              >
                {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: given only with the role menuitemradio */}
                <button
                  type="button"
                  role={item.checked === undefined ? "menuitem" : "menuitemradio"}
                  aria-checked={item.checked}
                  tabIndex={-1}
                  onClick={() => {
                    close();
                    item.run();
                  }}
                  className={cx(
                    "flex h-8 w-full items-center gap-2 rounded-md px-2.5 text-left -outline-offset-2!",
                    "hover:bg-surface-hover focus:bg-surface-hover",
                    item.danger ? "text-danger" : "text-text",
                  )}
                >
                  {item.icon && <span className="text-text-muted">{item.icon}</span>}
                  <span className="min-w-0 flex-1 truncate">{item.label}</span>
                  {item.hint && <span className="text-xs text-text-muted">{item.hint}</span>}
                  {item.checked && <Check aria-hidden size={14} />}
                </button>
              </div>
            ))}
          </div>
        </>
      )}
    </Popover>
  );
}
