import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { cx } from "../lib/cx.ts";
import { IconButton } from "./icon-button.tsx";

export type ToastTone = "info" | "success" | "danger";
/** Something to do about what a toast says, such as undoing it. */
export interface ToastAction {
  label: string;
  run: () => void;
}
interface ToastEntry {
  id: number;
  text: string;
  tone: ToastTone;
  action?: ToastAction | undefined;
}

const SHOWN_MS = 6000;
/** What can be undone stays long enough to be read and reached. */
const ACTION_SHOWN_MS = 12_000;
let entries: readonly ToastEntry[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: readonly ToastEntry[]): void {
  entries = next;
  for (const listener of listeners) listener();
}

function dismiss(id: number): void {
  change(entries.filter((entry) => entry.id !== id));
}

/** Says something in the corner and to screen readers; failures stay until closed. */
export function toast(text: string, tone: ToastTone = "info", action?: ToastAction): void {
  lastId += 1;
  const id = lastId;
  change([...entries.slice(-3), { id, text, tone, action }]);
  if (tone !== "danger") setTimeout(() => dismiss(id), action ? ACTION_SHOWN_MS : SHOWN_MS);
}

const ICONS = { info: Info, success: CircleCheck, danger: CircleAlert };
const COLOURS = { info: "text-accent", success: "text-success", danger: "text-danger" };

/** The live region all toasts appear in; mounted once by the shell. */
export function ToastRegion() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => entries,
  );
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In the top layer, above open dialogs; shown again on each change to stay on top.
    if (box.current?.matches(":popover-open")) box.current.hidePopover();
    if (shown.length > 0) box.current?.showPopover();
  }, [shown]);
  return (
    <div
      ref={box}
      popover="manual"
      role="status"
      aria-live="polite"
      aria-label="Notifications"
      className="pointer-events-none fixed right-4 bottom-4 left-auto w-80 max-w-[calc(100vw-2rem)] space-y-2 bg-transparent"
    >
      {shown.map((entry) => {
        const Icon = ICONS[entry.tone];
        return (
          <div
            key={entry.id}
            className="pointer-events-auto flex items-start gap-2.5 rounded-lg border border-border bg-surface py-2 pr-1.5 pl-3 shadow-pop"
          >
            <Icon aria-hidden size={16} className={cx("mt-1.5 shrink-0", COLOURS[entry.tone])} />
            <p className="min-w-0 flex-1 py-1 break-words">{entry.text}</p>
            {entry.action && (
              <button
                type="button"
                className="h-7 shrink-0 px-1.5 font-medium text-accent hover:underline"
                onClick={() => {
                  dismiss(entry.id);
                  entry.action?.run();
                }}
              >
                {entry.action.label}
              </button>
            )}
            <IconButton
              size="sm"
              label="Dismiss"
              tooltip={false}
              icon={<X aria-hidden size={14} />}
              onClick={() => dismiss(entry.id)}
            />
          </div>
        );
      })}
    </div>
  );
}
