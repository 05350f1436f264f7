import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reachedThresholds, standing } from "./budget-decision.ts";
import { periodAt } from "./budget-period.ts";
import { depthOf, findLoops, type LoopEvidence } from "./loop-decision.ts";

const at = (text: string) => Date.parse(text);
const HOUR_MS = 3_600_000;

describe("the period of a budget", () => {
  it.each([
    ["hour", "2026-11-21T09:59:59.999Z", "2026-11-21T09:00:00Z", "2026-11-21T10:00:00Z"],
    ["day", "2026-11-21T00:00:00Z", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"],
    ["week", "2026-11-22T23:00:00Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"],
    ["week", "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"],
    ["month", "2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"],
    ["month", "2028-02-10T00:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"],
  ] as const)("%s at %s", (period, moment, from, to) => {
    expect(periodAt(period, at(moment))).toEqual({ startMs: at(from), endMs: at(to) });
  });

  it("holds every moment exactly once", () => {
    const period = fc.constantFrom("hour" as const, "day" as const, "week" as const, "month" as const);
    fc.assert(
      fc.property(period, fc.integer({ min: 0, max: at("2090-01-01") }), (name, ms) => {
        const { startMs, endMs } = periodAt(name, ms);
        expect(startMs <= ms && ms < endMs).toBe(true);
        expect(periodAt(name, endMs).startMs).toBe(endMs);
        expect(periodAt(name, startMs - 1).endMs).toBe(startMs);
      }),
    );
  });
});

describe("where a budget stands", () => {
  const day = periodAt("day", at("2026-11-21T12:00:00Z"));
  const noon = at("2026-11-21T12:00:00Z");

  it.each<[string, number, number, object]>([
    ["nothing spent", 0, 0, { share: 0, forecast: 0, runs_out_at: null, state: "ok" }],
    [
      "an even pace within the limit",
      40,
      40 / 12,
      { share: 0.4, forecast: 80, runs_out_at: null, state: "ok" },
    ],
    [
      "an even pace beyond it",
      60,
      5,
      { forecast: 120, runs_out_at: "2026-11-21T20:00:00.000Z", state: "ok" },
    ],
    [
      "a sudden pace",
      12,
      49,
      { forecast: 12 + 25 * 12, runs_out_at: "2026-11-21T15:31:12.000Z", state: "ok" },
    ],
    ["nearly all spent", 85, 0, { state: "warning" }],
    ["the limit reached", 100, 1, { share: 1, runs_out_at: "2026-11-21T12:00:00.000Z", state: "exceeded" }],
  ])("after %s", (_name, spent, burn, expected) => {
    const found = standing(spent, 100, burn, day, noon);
    expect(found).toMatchObject({
      ...expected,
      ...("forecast" in expected ? { forecast: expect.closeTo(expected.forecast as number) } : {}),
    });
  });

  it("in a period's first moment is not forecast from nothing", () => {
    expect(standing(0.01, 100, 0, day, day.startMs).forecast).toBeLessThan(10);
  });

  it.each<[number, number[], number[]]>([
    [0.49, [0.5, 0.8, 1], []],
    [0.5, [0.5, 0.8, 1], [0.5]],
    [1.2, [0.8, 0.5], [0.5, 0.8, 1]],
    [2, [1.5], [1, 1.5]],
  ])("has, at a share of %d, of %j reached %j", (share, thresholds, reached) => {
    expect(reachedThresholds(share, thresholds)).toEqual(reached);
  });
});

describe("a loop", () => {
  const limits = { loop_same_call: 5, loop_depth: 10, loop_calls_per_minute: 60, loop_usd_per_minute: 1 };
  const nothing: LoopEvidence = { repeated: [], depths: [], paces: [] };
  const call = { agent: "a", trace_id: "t", tool: "search", call: "1f" };
  const now = at("2026-11-21T12:00:00Z");

  it.each<[string, Partial<LoopEvidence>, string[]]>([
    ["few calls", { repeated: [{ ...call, calls: 4 }] }, []],
    ["the same call again and again", { repeated: [{ ...call, calls: 5 }] }, ["same_call"]],
    ["a deep trace", { depths: [{ agent: "a", trace_id: "t", depth: 10 }] }, ["depth"]],
    ["a pace at its limits", { paces: [{ agent: "a", calls: 60, usd: 1 }] }, []],
    ["a pace beyond both", { paces: [{ agent: "a", calls: 61, usd: 1.01 }] }, ["call_rate", "spend_rate"]],
  ])("is seen in %s", (_name, evidence, kinds) => {
    expect(findLoops({ ...nothing, ...evidence }, limits, now).map(({ kind }) => kind)).toEqual(kinds);
  });

  it("is not looked for where there is no limit", () => {
    const none = {
      loop_same_call: null,
      loop_depth: null,
      loop_calls_per_minute: null,
      loop_usd_per_minute: null,
    };
    const evidence = {
      repeated: [{ ...call, calls: 1e6 }],
      depths: [{ agent: "a", trace_id: "t", depth: 1e6 }],
      paces: [{ agent: "a", calls: 1e6, usd: 1e6 }],
    };
    expect(findLoops(evidence, none, now)).toEqual([]);
    expect(findLoops(evidence, limits, now)).toHaveLength(4);
  });

  it("is told once while it goes on, a pace again after ten minutes", () => {
    const evidence = {
      ...nothing,
      repeated: [{ ...call, calls: 5 }],
      paces: [{ agent: "a", calls: 99, usd: 0 }],
    };
    const told = (ms: number, calls: number) =>
      findLoops({ ...evidence, repeated: [{ ...call, calls }] }, limits, ms).map(
        ({ fingerprint }) => fingerprint,
      );
    expect(told(now + 60_000, 9)).toEqual(told(now, 5));
    expect(told(now + 600_000, 9)[0]).toBe(told(now, 5)[0]);
    expect(told(now + 600_000, 9)[1]).not.toBe(told(now, 5)[1]);
  });
});

describe("the depth of a trace", () => {
  it.each<[string, [string, string][], number]>([
    ["no spans", [], 0],
    ["a root", [["a", ""]], 1],
    [
      "a chain",
      [
        ["c", "b"],
        ["a", ""],
        ["b", "a"],
      ],
      3,
    ],
    [
      "a chain whose root is missing",
      [
        ["b", "a"],
        ["c", "b"],
      ],
      2,
    ],
    [
      "a tree",
      [
        ["a", ""],
        ["b", "a"],
        ["c", "a"],
        ["d", "c"],
      ],
      3,
    ],
    [
      "a circle",
      [
        ["a", "b"],
        ["b", "a"],
      ],
      2,
    ],
    ["a span that is its own parent", [["a", "a"]], 1],
  ])("of %s", (_name, spans, depth) => {
    expect(depthOf(spans)).toBe(depth);
  });

  it("of a chain is its length, in whatever order the spans come", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.infiniteStream(fc.nat()), (length, order) => {
        const chain = Array.from({ length }, (_, i): [string, string] => [
          `s${i}`,
          i === 0 ? "" : `s${i - 1}`,
        ]);
        const keys = [...order.take(length)];
        const shuffled = chain.map((span, i) => ({ span, key: keys[i]! })).sort((l, r) => l.key - r.key);
        expect(depthOf(shuffled.map(({ span }) => span))).toBe(length);
      }),
    );
  });
});

describe("spending", () => {
  it("is forecast beyond what is spent, and never less when more is spent", () => {
    const spent = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(spent, spent, fc.integer({ min: 0, max: 23 }), (one, more, hour) => {
        const day = periodAt("day", 0);
        const nowMs = day.startMs + hour * HOUR_MS;
        const first = standing(one, 100, one, day, nowMs);
        const second = standing(one + more, 100, one + more, day, nowMs);
        expect(first.forecast).toBeGreaterThanOrEqual(one);
        expect(second.forecast).toBeGreaterThanOrEqual(first.forecast);
      }),
    );
  });
});
