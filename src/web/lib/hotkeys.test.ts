import { describe, expect, it } from "vitest";
import { type Hotkey, HotkeyMatcher, isSingleKey, type KeyPress, pressName, SEQUENCE_MS } from "./hotkeys.ts";

const hotkey = (keys: string, extra: Partial<Hotkey> = {}): Hotkey => ({
  keys,
  label: keys,
  run: () => {},
  ...extra,
});
const hotkeys = [
  hotkey("g t"),
  hotkey("g k"),
  hotkey("?"),
  hotkey("j"),
  hotkey("mod+k", { whenTyping: true }),
  hotkey("alt+t", { whenTyping: true }),
  hotkey("mod+enter"),
];

/** Presses keys 100 ms apart and tells what each meant. */
function press(keys: (string | KeyPress)[], { gap = 100, singleKeys = true } = {}) {
  const matcher = new HotkeyMatcher();
  return keys.map((key, index) => {
    const hit = matcher.press(typeof key === "string" ? { key } : key, index * gap, hotkeys, singleKeys);
    return hit === null || hit === "pending" ? hit : hit.keys;
  });
}

describe("naming a key press", () => {
  it.each([
    [{ key: "K", ctrlKey: true }, "mod+k"],
    [{ key: "k", metaKey: true }, "mod+k"],
    [{ key: "?", shiftKey: true }, "?"],
    [{ key: "Enter", shiftKey: true }, "shift+enter"],
    [{ key: "†", code: "KeyT", altKey: true }, "alt+t"],
    [{ key: " " }, "space"],
    [{ key: "Shift", shiftKey: true }, null],
  ])("%j is %s", (given, name) => {
    expect(pressName(given)).toBe(name);
  });
});

describe("HotkeyMatcher", () => {
  it("fires a single key at once", () => {
    expect(press(["j"])).toEqual(["j"]);
  });

  it("waits for the second key of a sequence", () => {
    expect(press(["g", "t"])).toEqual(["pending", "g t"]);
    expect(press(["g", "k"])).toEqual(["pending", "g k"]);
  });

  it("forgets a sequence that was not finished in time", () => {
    expect(press(["g", "t"], { gap: SEQUENCE_MS + 1 })).toEqual(["pending", null]);
  });

  it("lets a key that does not continue the sequence count for itself", () => {
    expect(press(["g", "j"])).toEqual(["pending", "j"]);
    expect(press(["g", "g", "t"])).toEqual(["pending", "pending", "g t"]);
  });

  it("is silent in text fields, except for what asks to work there", () => {
    expect(press([{ key: "j", typing: true }])).toEqual([null]);
    expect(
      press([
        { key: "g", typing: true },
        { key: "t", typing: true },
      ]),
    ).toEqual([null, null]);
    expect(press([{ key: "k", ctrlKey: true, typing: true }])).toEqual(["mod+k"]);
    expect(press([{ key: "Enter", ctrlKey: true, typing: true }])).toEqual([null]);
  });

  it("keeps only combinations when single keys are turned off (WCAG 2.1.4)", () => {
    expect(press(["?", "g", "t"], { singleKeys: false })).toEqual([null, null, null]);
    expect(press([{ key: "k", metaKey: true }], { singleKeys: false })).toEqual(["mod+k"]);
  });

  it("prefers what was registered last", () => {
    const page = hotkey("j", { label: "page" });
    const hit = new HotkeyMatcher().press({ key: "j" }, 0, [...hotkeys, page]);
    expect(hit).toBe(page);
  });
});

describe("isSingleKey", () => {
  it.each([
    ["j", true],
    ["g t", true],
    ["?", true],
    ["mod+k", false],
    ["alt+t", false],
    ["escape", false],
  ])("%s: %s", (keys, single) => {
    expect(isSingleKey(keys)).toBe(single);
  });
});
