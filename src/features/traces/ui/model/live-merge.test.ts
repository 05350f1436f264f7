import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Page } from "#platform/http/http-contract.ts";
import type { TraceSummary } from "../../trace-contract.ts";
import { mergeFirstPage, newIds, updateInPlace } from "./live-merge.ts";

/** A trace that started `at` seconds into the hour. */
const trace = (at: number, spans = 1): TraceSummary => ({
  trace_id: `t${at}`,
  name: `trace ${at}`,
  root_span_id: null,
  service: "",
  start_time: new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString(),
  end_time: "",
  duration_ms: 1,
  status: "ok",
  span_count: spans,
  error_count: 0,
  llm_call_count: 0,
  tool_call_count: 0,
  agents: [],
  models: [],
  providers: [],
  session_id: "",
  user_id: "",
  environment: "",
  usage: { input_uncached: 0, cache_read: 0, cache_write: 0, output: 0, reasoning: 0 },
  total_tokens: 0,
  cost_usd: null,
});
const page = (ats: number[], next: string | null): Page<TraceSummary> => ({
  data: ats.map((at) => trace(at)),
  next_cursor: next,
});
const shown = (pages: readonly Page<TraceSummary>[]) =>
  pages.flatMap((one) => one.data.map((item) => item.trace_id));

describe("a fresh first page", () => {
  it("puts new traces on top and keeps the older pages and their cursors", () => {
    const merged = mergeFirstPage([page([5, 4], "c1"), page([3, 2], null)], page([7, 6, 5], "c0"));
    expect(shown(merged.pages)).toEqual(["t7", "t6", "t5", "t4", "t3", "t2"]);
    expect(merged.pages.map((one) => one.next_cursor)).toEqual(["c1", null]);
    expect(merged).toMatchObject({ added: ["t7", "t6"], reset: false });
  });

  it("replaces figures of traces shown before", () => {
    const fresh = { data: [trace(5, 9)], next_cursor: "c" };
    expect(mergeFirstPage([page([5, 4], null)], fresh).pages[0]!.data[0]!.span_count).toBe(9);
  });

  it("drops a trace that no longer matches", () => {
    const merged = mergeFirstPage([page([5, 4, 3], null)], page([5, 3], "c"));
    expect(shown(merged.pages)).toEqual(["t5", "t3"]);
  });

  it("starts over rather than leave a hole when nothing overlaps", () => {
    const merged = mergeFirstPage([page([5, 4], "c1"), page([3], null)], page([9, 8], "c0"));
    expect(merged.pages).toEqual([page([9, 8], "c0")]);
    expect(merged.reset).toBe(true);
  });

  it("never shows a trace twice nor out of order", () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 40 });
    fc.assert(
      fc.property(times, fc.nat(10), fc.nat(10), (all, arrived, cut) => {
        const sorted = [...all].sort((a, b) => b - a);
        const old = sorted.slice(arrived);
        const pages = [page(old.slice(0, cut), "c"), page(old.slice(cut), null)];
        const fresh = page(sorted.slice(0, 10), sorted.length > 10 ? "c" : null);
        const ids = shown(mergeFirstPage(pages, fresh).pages);
        expect(ids).toEqual(sorted.slice(0, ids.length).map((at) => `t${at}`));
      }),
    );
  });
});

it("while paused only figures change", () => {
  const pages = updateInPlace([page([5, 4], null)], [trace(6, 3), trace(4, 8)]);
  expect(shown(pages)).toEqual(["t5", "t4"]);
  expect(pages[0]!.data[1]!.span_count).toBe(8);
  expect(newIds(pages, [trace(6), trace(5)])).toEqual(["t6"]);
});
