import { useSyncExternalStore } from "react";
import { createPersistentStore, useStore } from "../lib/persistent-store.ts";

/** Whether every series has a dash or hatch of its own: `auto` follows the system's wish for more contrast. */
export const chartPatterns = createPersistentStore<"auto" | "on" | "off">("chart-patterns", "auto");

const moreContrast = () => globalThis.matchMedia?.("(prefers-contrast: more)");

/** Follows the preference and the system. */
export function useChartPatterns(): boolean {
  const choice = useStore(chartPatterns);
  const system = useSyncExternalStore(
    (listener) => {
      const query = moreContrast();
      query?.addEventListener("change", listener);
      return () => query?.removeEventListener("change", listener);
    },
    () => moreContrast()?.matches ?? false,
  );
  return choice === "auto" ? system : choice === "on";
}
