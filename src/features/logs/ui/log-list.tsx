import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronRight } from "lucide-react";
import { memo, type ReactNode, type RefObject, useEffect } from "react";
import { cx } from "#web/lib/cx.ts";
import { formatAbsoluteTime, formatTableTime } from "#web/lib/format.ts";
import { useTimeZone } from "#web/lib/time-zone.ts";
import type { Log } from "../logs-contract.ts";
import { LogDetails } from "./log-details.tsx";
import type { LogColumn } from "./model/logs-search.ts";
import { SEVERITY_LOOKS } from "./model/severity.ts";

const ROW_PX = 28;

/** Records, newest first, drawn as far as they are on screen; one of them unfolded. */
export function LogList({
  project,
  rows,
  columns,
  open,
  active,
  scroller,
  onToggle,
  onCondition,
  onEnd,
  onScroll,
  footer,
}: {
  project: string;
  rows: readonly Log[];
  columns: readonly LogColumn[];
  /** Id of the record that is unfolded. */
  open: string | undefined;
  /** Index of the row the keyboard stands on; -1 for none. */
  active: number;
  scroller: RefObject<HTMLDivElement | null>;
  onToggle: (id: string) => void;
  onCondition: (condition: string) => void;
  onEnd?: () => void;
  onScroll?: (top: number) => void;
  footer?: ReactNode;
}) {
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
    useFlushSync: false,
    getItemKey: (index) => rows[index]!.id,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= 0 && last >= rows.length - 1) onEnd?.();
  }, [last, rows.length, onEnd]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a step of the keyboard scrolls
  useEffect(() => {
    if (active >= 0) virtual.scrollToIndex(active, { align: "auto" });
  }, [active]);
  return (
    <div
      ref={scroller}
      className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto [overflow-anchor:none]"
      onScroll={(event) => onScroll?.(event.currentTarget.scrollTop)}
    >
      <ul aria-label="Log records" className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const log = rows[item.index]!;
          return (
            <li
              key={log.id}
              ref={virtual.measureElement}
              data-index={item.index}
              data-log={log.id}
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <LogRow
                log={log}
                columns={columns}
                open={open === log.id}
                active={active === item.index}
                onToggle={onToggle}
              />
              {open === log.id && <LogDetails project={project} log={log} onCondition={onCondition} />}
            </li>
          );
        })}
      </ul>
      {footer}
    </div>
  );
}

const LogRow = memo(function LogRow({
  log,
  columns,
  open,
  active,
  onToggle,
}: {
  log: Log;
  columns: readonly LogColumn[];
  open: boolean;
  active: boolean;
  onToggle: (id: string) => void;
}) {
  const timeZone = useTimeZone();
  const look = SEVERITY_LOOKS[log.severity];
  return (
    <button
      type="button"
      aria-expanded={open}
      onClick={() => onToggle(log.id)}
      className={cx(
        "relative flex h-7 w-full items-center gap-2.5 border-b border-border/60 pr-4 pl-3 text-left text-xs -outline-offset-2!",
        "hover:bg-surface-hover",
        open && "bg-surface-hover",
        active && "shadow-[inset_0_0_0_1px_var(--color-accent)]",
      )}
    >
      <span aria-hidden className={cx("absolute inset-y-0.5 left-0 w-0.75 rounded-r-full", look.bar)} />
      <ChevronRight
        aria-hidden
        size={12}
        className={cx("shrink-0 text-text-faint transition-transform", open && "rotate-90")}
      />
      <span
        title={formatAbsoluteTime(log.time, timeZone)}
        className="shrink-0 text-text-muted tabular-nums sm:w-32"
      >
        {formatTableTime(log.time, Date.now(), timeZone)}
      </span>
      <span className={cx("w-12 shrink-0", look.text)}>{look.label}</span>
      {columns.map((column) => (
        <span
          key={column}
          title={String(log[column] ?? "")}
          className={cx(
            "w-28 shrink-0 truncate text-text-muted max-md:hidden",
            column.endsWith("_id") && "font-mono",
          )}
        >
          {log[column] || "–"}
        </span>
      ))}
      <span className="min-w-0 flex-1 truncate font-mono">
        {log.body || (log.event_name ? log.event_name : "(no message)")}
      </span>
    </button>
  );
});
