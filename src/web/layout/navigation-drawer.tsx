import { useEffect, useRef } from "react";
import { setOverlay, useOverlay } from "./shell-state.ts";
import { Sidebar } from "./sidebar.tsx";

/** The navigation on narrow screens: a modal drawer from the left. */
export function NavigationDrawer() {
  const open = useOverlay() === "navigation";
  const box = useRef<HTMLDialogElement>(null);
  const close = () => setOverlay(null);
  useEffect(() => {
    if (open && !box.current?.open) box.current?.showModal();
    if (!open && box.current?.open) box.current.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the keyboard's way; the click is on the backdrop
    <dialog
      ref={box}
      aria-label="Navigation"
      onClose={() => open && close()}
      onClick={(event) => event.target === event.currentTarget && close()}
      className="m-0 h-dvh max-h-none w-64 max-w-[85vw] border-r border-border bg-surface"
    >
      {open && <Sidebar onNavigate={close} />}
    </dialog>
  );
}
