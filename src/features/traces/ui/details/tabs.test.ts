import { expect, it } from "vitest";
import type { Span } from "../../trace-contract.ts";
import { attributeRows } from "./attribute-table.tsx";
import { exceptionOf } from "./events-tab.tsx";
import { tabFor, tabsFor } from "./span-panel.tsx";

const span = (operation: string, status: Span["status"]) => ({ operation, status }) as Span;
const ids = (one: Span) => tabsFor(one, undefined).map((tab) => tab.id);

it("a span has the tabs it has something for", () => {
  expect(ids(span("chat", "ok"))).toEqual(["chat", "attributes", "events", "resource", "raw"]);
  expect(ids(span("", "error"))).toEqual(["error", "attributes", "events", "resource", "raw"]);
});

it("the tab asked for is shown if there is one, else the error, else the first", () => {
  const tabs = tabsFor(span("chat", "error"), undefined);
  expect(tabFor("events", tabs)).toBe("events");
  expect(tabFor("links", tabs)).toBe("error");
  expect(tabFor(undefined, tabsFor(span("chat", "ok"), undefined))).toBe("chat");
});

it("attributes are found by key and by value, and sorted by key", () => {
  const attributes = { "b.key": 7, "a.key": "Seven", other: { deep: "seven" } };
  expect(attributeRows(attributes, "").map(([key]) => key)).toEqual(["a.key", "b.key", "other"]);
  expect(attributeRows(attributes, "seven").map(([key]) => key)).toEqual(["a.key", "other"]);
  expect(attributeRows(attributes, "B.K").map(([key]) => key)).toEqual(["b.key"]);
});

it.each([
  [
    "exception",
    { "exception.type": "E", "exception.stacktrace": "at x" },
    { type: "E", message: "", stack: "at x" },
  ],
  ["gen_ai.choice", { index: 0 }, null],
  ["failed", { "exception.message": "no" }, { type: "", message: "no", stack: "" }],
  ["exception", { "exception.type": 5 }, { type: "", message: "", stack: "" }],
])("event %s with %o reads as exception %o", (name, attributes, expected) => {
  expect(exceptionOf({ time: "", name, attributes })).toEqual(expected);
});
