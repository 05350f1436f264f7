import { useSyncExternalStore } from "react";

/** A value that components follow, and that is remembered in this browser. */
export interface Store<T> {
  get(): T;
  set(value: T): void;
  subscribe(listener: () => void): () => void;
}

function read<T>(key: string, initial: T): T {
  try {
    const text = localStorage.getItem(key);
    return text === null ? initial : (JSON.parse(text) as T);
  } catch {
    // Storage can be blocked or hold something foreign; the app works without it.
    return initial;
  }
}

/** A store kept under `flightdeck.<name>` in localStorage; changes in other tabs arrive too. */
export function createPersistentStore<T>(name: string, initial: T): Store<T> {
  const key = `flightdeck.${name}`;
  const listeners = new Set<() => void>();
  let value = read(key, initial);
  const notify = () => {
    for (const listener of listeners) listener();
  };
  globalThis.addEventListener?.("storage", (event) => {
    if (event.key !== key) return;
    value = read(key, initial);
    notify();
  });
  return {
    get: () => value,
    set(next) {
      value = next;
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // See read().
      }
      notify();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Follows a store's value. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}
