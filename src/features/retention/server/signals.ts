import type { SignalDays, SignalName } from "../retention-contract.ts";

/** A ClickHouse table of a signal. */
export interface SignalTable {
  name: string;
  /** When a row arrived, as SQL of type DateTime or Date; retention counts from then. */
  arrived: string;
  /** Days a row lives longer than the signal asks for, because others refer to it. */
  extraDays: number;
}

/** A signal: the tables it lies in, the most telling first. */
export interface Signal {
  name: SignalName;
  defaultDays: number;
  tables: readonly SignalTable[];
}

const table = (name: string, arrived = "toDateTime(received_at)", extraDays = 0): SignalTable => ({
  name,
  arrived,
  extraDays,
});

/** Everything that is kept for a time. */
export const SIGNAL_TABLES: readonly Signal[] = [
  {
    name: "traces",
    defaultDays: 90,
    // A piece that is referred to is written again once a week, so its last week ends after its last span's arrival.
    tables: [table("spans"), table("messages", "seen_week", 8)],
  },
  { name: "logs", defaultDays: 90, tables: [table("logs")] },
  {
    name: "metrics",
    defaultDays: 90,
    tables: [table("samples"), table("exemplars"), table("series", "toDateTime(last_seen)", 8)],
  },
  { name: "events", defaultDays: 90, tables: [table("agent_events")] },
  { name: "scores", defaultDays: 365, tables: [table("scores")] },
  { name: "rollups", defaultDays: 365, tables: [table("span_hours", "toDateTime(hour)")] },
];

/** Days of each signal: a project's own, else the default. */
export function daysOf(own: Partial<SignalDays>): SignalDays {
  return Object.fromEntries(
    SIGNAL_TABLES.map(({ name, defaultDays }) => [name, own[name] ?? defaultDays]),
  ) as SignalDays;
}

/** Days each signal's tables must keep, so that no project loses what it wants: the longest of all, and the default. */
export function longestDays(projects: readonly Partial<SignalDays>[]): SignalDays {
  return Object.fromEntries(
    SIGNAL_TABLES.map(({ name, defaultDays }) => [
      name,
      Math.max(defaultDays, ...projects.map((own) => own[name] ?? defaultDays)),
    ]),
  ) as SignalDays;
}
