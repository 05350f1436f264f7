import type { Log, LogTailEvent } from "../../logs-contract.ts";

/** Rows kept on screen; older ones fall off the end. */
const MAX_SHOWN = 1000;
/** Rows kept while paused. */
const MAX_WAITING = 1000;

/** The live tail at a moment. */
export interface TailState {
  /** Newest first. */
  shown: readonly Log[];
  /** Arrived while paused, newest first. */
  waiting: readonly Log[];
  /** How many matched since the tail began, shown or not. */
  matched: number;
  /** One of this many was kept, at the last event. */
  sampledOneIn: number;
  /** Rows that did not fit while paused. */
  dropped: number;
}

export const EMPTY_TAIL: TailState = { shown: [], waiting: [], matched: 0, sampledOneIn: 1, dropped: 0 };

/** Takes in an event: rows seen before are left out, and while `held` new ones wait. */
export function withTailEvent(state: TailState, event: LogTailEvent, held: boolean): TailState {
  const seen = new Set([...state.shown, ...state.waiting].map((log) => log.id));
  const fresh = event.logs.filter((log) => !seen.has(log.id)).toReversed();
  const next = { ...state, matched: state.matched + event.matched, sampledOneIn: event.sampled_one_in };
  if (held) {
    const waiting = [...fresh, ...state.waiting];
    return {
      ...next,
      waiting: waiting.slice(0, MAX_WAITING),
      dropped: state.dropped + Math.max(0, waiting.length - MAX_WAITING),
    };
  }
  return {
    ...next,
    shown: [...fresh, ...state.waiting, ...state.shown].slice(0, MAX_SHOWN),
    waiting: [],
    dropped: 0,
  };
}

/** Puts the waiting rows on top. */
export function released(state: TailState): TailState {
  if (state.waiting.length === 0) return state;
  return { ...state, shown: [...state.waiting, ...state.shown].slice(0, MAX_SHOWN), waiting: [], dropped: 0 };
}
