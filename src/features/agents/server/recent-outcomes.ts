import { ERROR_WINDOW_MS } from "./agent-status.ts";

const SLOT_MS = 30_000;
const SLOTS = ERROR_WINDOW_MS / SLOT_MS;
/** Agents that are remembered; beyond it the one longest quiet is forgotten. */
const MAX_AGENTS = 20_000;

interface Window {
  /** Number of the newest slot since 1970. */
  slot: number;
  outcomes: number[];
  failures: number[];
}

/** Counts what ended well and what failed per agent over the last five minutes, in memory. */
export class RecentOutcomes {
  private readonly windows = new Map<string, Window>();

  add(key: string, outcomes: number, failures: number, nowMs: number): void {
    const window = this.at(key, nowMs) ?? {
      slot: Math.floor(nowMs / SLOT_MS),
      outcomes: new Array<number>(SLOTS).fill(0),
      failures: new Array<number>(SLOTS).fill(0),
    };
    this.windows.delete(key);
    this.windows.set(key, window);
    const index = window.slot % SLOTS;
    window.outcomes[index]! += outcomes;
    window.failures[index]! += failures;
    if (this.windows.size > MAX_AGENTS) this.windows.delete(this.windows.keys().next().value!);
  }

  count(key: string, nowMs: number): { outcomes: number; failures: number } {
    const window = this.at(key, nowMs);
    if (!window) return { outcomes: 0, failures: 0 };
    const sum = (counts: number[]) => counts.reduce((a, b) => a + b, 0);
    return { outcomes: sum(window.outcomes), failures: sum(window.failures) };
  }

  /** The window moved to now; slots that have become old are emptied. */
  private at(key: string, nowMs: number): Window | undefined {
    const window = this.windows.get(key);
    if (!window) return undefined;
    const slot = Math.max(window.slot, Math.floor(nowMs / SLOT_MS));
    for (let passed = window.slot + 1; passed <= slot && passed <= window.slot + SLOTS; passed++) {
      window.outcomes[passed % SLOTS] = 0;
      window.failures[passed % SLOTS] = 0;
    }
    window.slot = slot;
    return window;
  }
}
