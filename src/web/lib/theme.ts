import { createPersistentStore, useStore } from "./persistent-store.ts";

export type ThemeChoice = "system" | "light" | "dark";
export type Theme = "light" | "dark";

const choice = createPersistentStore<ThemeChoice>("theme", "system");
const darkSystem = () => globalThis.matchMedia?.("(prefers-color-scheme: dark)");

/** Which theme a choice means, given what the system prefers. */
export function resolveTheme(wanted: ThemeChoice, systemIsDark: boolean): Theme {
  if (wanted === "system") return systemIsDark ? "dark" : "light";
  return wanted;
}

function apply(): void {
  document.documentElement.dataset.theme = resolveTheme(choice.get(), darkSystem().matches);
}

/** Keeps `<html data-theme>` in step with the choice and the system; call once at start. */
export function startTheme(): void {
  apply();
  choice.subscribe(apply);
  darkSystem().addEventListener("change", apply);
}

export function setTheme(wanted: ThemeChoice): void {
  choice.set(wanted);
}

/** The user's choice, not the theme it resolves to. */
export function useThemeChoice(): ThemeChoice {
  return useStore(choice);
}
