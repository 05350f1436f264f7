import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { cx } from "../lib/cx.ts";
import { IconButton } from "./icon-button.tsx";

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  /** Buttons at the bottom, the main one last. */
  footer?: ReactNode;
  size?: "sm" | "md" | "lg";
  /** False while closing would lose something; Escape and the backdrop do nothing then. */
  dismissible?: boolean;
  children?: ReactNode;
}

const WIDTHS = { sm: "w-[26rem]", md: "w-[34rem]", lg: "w-[48rem]" };

/**
 * A modal on the browser's `<dialog>`: traps focus, Escape closes, focus returns to where it was. What has
 * `data-autofocus` gets the focus first.
 */
export function Dialog({
  open,
  onClose,
  title,
  description,
  footer,
  size = "sm",
  dismissible = true,
  children,
}: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();

  useEffect(() => {
    const dialog = box.current;
    if (!dialog) return;
    if (open && !dialog.open) {
      dialog.showModal();
      dialog.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    }
    if (!open && dialog.open) dialog.close();
  }, [open]);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the keyboard's way; the click is on the backdrop
    <dialog
      ref={box}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-description` : undefined}
      onCancel={(event) => {
        event.preventDefault();
        if (dismissible) onClose();
      }}
      onClose={() => open && onClose()}
      onClick={(event) => dismissible && event.target === event.currentTarget && onClose()}
      className={cx(
        "m-auto max-h-[calc(100dvh-2rem)] max-w-[calc(100vw-2rem)] overflow-hidden rounded-lg bg-surface shadow-pop",
        "open:flex open:flex-col",
        WIDTHS[size],
      )}
    >
      {open && (
        <>
          <header className="flex items-start justify-between gap-4 px-5 pt-4">
            <div className="min-w-0">
              <h2 id={`${id}-title`} className="text-lg font-semibold">
                {title}
              </h2>
              {description && (
                <p id={`${id}-description`} className="mt-1 text-text-muted">
                  {description}
                </p>
              )}
            </div>
            {dismissible && (
              <IconButton
                label="Close"
                icon={<X aria-hidden size={16} />}
                onClick={onClose}
                tooltip={false}
              />
            )}
          </header>
          <div className="min-h-0 overflow-y-auto px-5 py-4">{children}</div>
          {footer && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-border px-5 py-3">
              {footer}
            </footer>
          )}
        </>
      )}
    </dialog>
  );
}
