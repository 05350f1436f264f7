import { useSyncExternalStore } from "react";

/** The bucket a chart's cursor points at, for its legend; null when it points at none. */
export interface CursorStore {
  get(): number | null;
  set(index: number | null): void;
  subscribe(listener: () => void): () => void;
}

export function createCursorStore(): CursorStore {
  let index: number | null = null;
  const listeners = new Set<() => void>();
  return {
    get: () => index,
    set(next) {
      if (next === index) return;
      index = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useCursorIndex(store: CursorStore): number | null {
  return useSyncExternalStore(store.subscribe, store.get);
}
