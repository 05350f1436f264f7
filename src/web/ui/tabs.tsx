import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";
import { cx } from "../lib/cx.ts";

export interface Tab<Id extends string = string> {
  id: Id;
  label: ReactNode;
  disabled?: boolean;
}

export interface TabsProps<Id extends string = string> {
  /** What the tabs choose between, for screen readers. */
  label: string;
  tabs: readonly Tab<Id>[];
  value: Id;
  onChange: (id: Id) => void;
  /** The selected tab's content. */
  children?: ReactNode;
  className?: string;
  panelClassName?: string;
}

/** The id after `from` in a direction, skipping disabled ones and wrapping around. */
export function nextTab<Id extends string>(tabs: readonly Tab<Id>[], from: Id, step: 1 | -1): Id {
  const open = tabs.filter((tab) => !tab.disabled);
  const index = open.findIndex((tab) => tab.id === from);
  return open[(index + step + open.length) % open.length]?.id ?? from;
}

/** Tabs after the ARIA pattern: one tab stop, arrows move and select, Home and End jump. */
export function Tabs<Id extends string>({
  label,
  tabs,
  value,
  onChange,
  children,
  className,
  panelClassName,
}: TabsProps<Id>) {
  const base = useId();
  const list = useRef<HTMLDivElement>(null);

  const select = (id: Id) => {
    onChange(id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(id)}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const open = tabs.filter((tab) => !tab.disabled);
    const target =
      event.key === "ArrowRight"
        ? nextTab(tabs, value, 1)
        : event.key === "ArrowLeft"
          ? nextTab(tabs, value, -1)
          : event.key === "Home"
            ? open[0]?.id
            : event.key === "End"
              ? open.at(-1)?.id
              : undefined;
    if (target === undefined) return;
    event.preventDefault();
    select(target);
  };

  return (
    <>
      <div
        ref={list}
        role="tablist"
        aria-label={label}
        onKeyDown={onKeyDown}
        className={cx("flex gap-1 overflow-x-auto border-b border-border", className)}
      >
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${base}-tab-${tab.id}`}
            data-tab={tab.id}
            aria-selected={tab.id === value}
            aria-controls={`${base}-panel`}
            tabIndex={tab.id === value ? 0 : -1}
            disabled={tab.disabled}
            onClick={() => onChange(tab.id)}
            className={cx(
              "relative inline-flex h-9 shrink-0 items-center gap-1.5 px-2.5 font-medium whitespace-nowrap",
              "-outline-offset-2! disabled:opacity-50",
              tab.id === value
                ? "text-text after:absolute after:inset-x-2 after:-bottom-px after:h-0.5 after:bg-accent"
                : "text-text-muted hover:text-text",
            )}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div
        id={`${base}-panel`}
        role="tabpanel"
        aria-labelledby={`${base}-tab-${value}`}
        className={panelClassName}
      >
        {children}
      </div>
    </>
  );
}
