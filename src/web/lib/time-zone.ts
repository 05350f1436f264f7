import { createPersistentStore, useStore } from "./persistent-store.ts";

export type ZoneChoice = "local" | "utc";

const choice = createPersistentStore<ZoneChoice>("time-zone", "local");

/** The IANA name a choice means on this machine. */
export function zoneName(wanted: ZoneChoice): string {
  return wanted === "utc" ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function setZoneChoice(wanted: ZoneChoice): void {
  choice.set(wanted);
}

export function useZoneChoice(): ZoneChoice {
  return useStore(choice);
}

/** IANA name of the zone times are shown and typed in. */
export function useTimeZone(): string {
  return zoneName(useStore(choice));
}

/** Like `useTimeZone`, outside of React. */
export function currentTimeZone(): string {
  return zoneName(choice.get());
}
