import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { IconButton } from "#web/ui/icon-button.tsx";

/** Details on a small screen: a modal sheet from the bottom, on the browser's `<dialog>`. */
export function DetailsSheet({
  open,
  onClose,
  children,
}: {
  open: boolean;
  onClose: () => void;
  children: ReactNode;
}) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = box.current;
    if (!dialog) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the keyboard's way; the click is on the backdrop
    <dialog
      ref={box}
      aria-label="Span details"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      className="mx-0 mt-auto mb-0 h-[86dvh] max-h-none w-full max-w-none overflow-hidden rounded-t-lg bg-surface shadow-pop open:flex open:flex-col"
    >
      {open && (
        <>
          <IconButton
            label="Close"
            tooltip={false}
            className="absolute! top-2 right-2 z-10"
            icon={<X aria-hidden size={16} />}
            onClick={onClose}
          />
          {children}
        </>
      )}
    </dialog>
  );
}
