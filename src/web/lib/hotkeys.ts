import { useEffect, useRef, useSyncExternalStore } from "react";
import { createPersistentStore, useStore } from "./persistent-store.ts";

/**
 * A key (`?`, `/`, `j`), a combination (`mod+k`, `alt+t`), or a sequence of keys (`g t`). `mod` is ⌘ on
 * Apple's machines and Ctrl elsewhere.
 */
export interface Hotkey {
  keys: string;
  /** What it does, for the keyboard help. */
  label: string;
  /** Heading in the keyboard help. */
  group?: string;
  /** Fires while a text field has the focus too; only sensible with a modifier. */
  whenTyping?: boolean;
  run: () => void;
}

/** What the matcher needs of a `KeyboardEvent`. */
export interface KeyPress {
  key: string;
  ctrlKey?: boolean;
  metaKey?: boolean;
  altKey?: boolean;
  shiftKey?: boolean;
  /** Physical key (`KeyT`): with Alt, some systems put another character into `key`. */
  code?: string;
  /** The focus is where keys write text. */
  typing?: boolean;
}

/** How long a sequence waits for its next key, in milliseconds. */
export const SEQUENCE_MS = 1000;

/** A key press written like a hotkey: `mod+k`, `?`, `g`, `shift+enter`. Null for a bare modifier. */
export function pressName(press: KeyPress): string | null {
  if (["Control", "Meta", "Alt", "Shift"].includes(press.key)) return null;
  const letter = press.altKey ? /^Key([A-Z])$/.exec(press.code ?? "")?.[1] : undefined;
  const key = press.key === " " ? "space" : (letter ?? press.key).toLowerCase();
  const parts: string[] = [];
  if (press.ctrlKey || press.metaKey) parts.push("mod");
  if (press.altKey) parts.push("alt");
  // Shift is already in the character (`?`), but not in names (`Enter`) or in letters beside a modifier.
  if (press.shiftKey && (key.length > 1 || parts.length > 0)) parts.push("shift");
  return [...parts, key].join("+");
}

/** True for hotkeys of characters only, which speech users trigger by accident and may turn off (WCAG 2.1.4). */
export function isSingleKey(keys: string): boolean {
  return keys.split(" ").every((step) => step === "+" || !step.includes("+")) && keys !== "escape";
}

/** Finds the hotkey a stream of key presses means. Time is given in, in milliseconds. */
export class HotkeyMatcher {
  #pressed: string[] = [];
  #lastAt = Number.NEGATIVE_INFINITY;

  /** The hotkey that is complete with this press; "pending" within a sequence; null otherwise. */
  press(
    press: KeyPress,
    now: number,
    hotkeys: readonly Hotkey[],
    singleKeys = true,
  ): Hotkey | "pending" | null {
    const name = pressName(press);
    if (name === null) return null;
    if (now - this.#lastAt > SEQUENCE_MS) this.#pressed = [];
    this.#lastAt = now;
    const usable = hotkeys.filter(
      (hotkey) => (!press.typing || hotkey.whenTyping) && (singleKeys || !isSingleKey(hotkey.keys)),
    );
    for (const steps of [[...this.#pressed, name], [name]]) {
      const typed = steps.join(" ");
      // The latest registered wins: a page's own key over the shell's.
      const hit = usable.findLast((hotkey) => hotkey.keys.toLowerCase() === typed);
      if (hit) {
        this.#pressed = [];
        return hit;
      }
      if (usable.some((hotkey) => hotkey.keys.toLowerCase().startsWith(`${typed} `))) {
        this.#pressed = steps;
        return "pending";
      }
    }
    this.#pressed = [];
    return null;
  }
}

/** Whether keys pressed on this element write text or choose options. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  ) {
    return true;
  }
  const writes = /^(?!button|checkbox|radio|submit|reset|range|color|file|image)/;
  return target instanceof HTMLInputElement && writes.test(target.type);
}

const enabled = createPersistentStore("single-key-shortcuts", true);
const listeners = new Set<() => void>();
let registered: readonly Hotkey[] = [];

function change(next: readonly Hotkey[]): void {
  registered = next;
  for (const listener of listeners) listener();
}

/** Listens to the window; call once at start. */
export function startHotkeys(): void {
  const matcher = new HotkeyMatcher();
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const { key, code, ctrlKey, metaKey, altKey, shiftKey, target } = event;
    const press = { key, code, ctrlKey, metaKey, altKey, shiftKey, typing: isTyping(target) };
    // A modal owns the keyboard; only combinations reach past it.
    const inModal = document.querySelector("dialog:modal") !== null;
    const usable = inModal ? registered.filter((hotkey) => !isSingleKey(hotkey.keys)) : registered;
    const hit = matcher.press(press, performance.now(), usable, enabled.get());
    if (hit === null) return;
    event.preventDefault();
    if (hit !== "pending") hit.run();
  });
}

/** Registers hotkeys while the component is mounted. Later ones win over earlier ones with the same keys. */
export function useHotkeys(hotkeys: readonly Hotkey[]): void {
  const latest = useRef(hotkeys);
  latest.current = hotkeys;
  // Registered once per set of keys; `run` always calls the latest render's closure.
  const signature = hotkeys
    .map((hotkey) => `${hotkey.keys}|${hotkey.label}|${hotkey.group ?? ""}`)
    .join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature stands for the hotkeys
  useEffect(() => {
    const stable = latest.current.map((hotkey, index) => ({
      ...hotkey,
      run: () => latest.current[index]?.run(),
    }));
    change([...registered, ...stable]);
    return () => change(registered.filter((hotkey) => !stable.includes(hotkey)));
  }, [signature]);
}

/** Everything registered now, for the keyboard help. */
export function useRegisteredHotkeys(): readonly Hotkey[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => registered,
  );
}

/** Whether single-key shortcuts are on, and how to change it. */
export function useSingleKeyShortcuts(): [boolean, (on: boolean) => void] {
  return [useStore(enabled), enabled.set];
}
