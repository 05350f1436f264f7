import { useSyncExternalStore } from "react";
import { createPersistentStore } from "../lib/persistent-store.ts";

export type Overlay = "palette" | "keyboard" | "navigation" | null;

let overlay: Overlay = null;
const listeners = new Set<() => void>();

/** Opens one of the shell's overlays, or closes whichever is open. */
export function setOverlay(next: Overlay): void {
  overlay = next;
  for (const listener of listeners) listener();
}

export const openPalette = () => setOverlay("palette");
export const openKeyboardHelp = () => setOverlay("keyboard");

export function useOverlay(): Overlay {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => overlay,
  );
}

/** Whether the navigation is a rail of icons. */
export const railStore = createPersistentStore("navigation-rail", false);
