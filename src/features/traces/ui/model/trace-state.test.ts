import { expect, it } from "vitest";
import { rangeReaching, traceState } from "./trace-state.ts";

const now = Date.UTC(2026, 10, 20, 12);

it.each([
  ["complete", "abc", "2026-11-20T11:59:59Z"],
  ["running", null, "2026-11-20T11:59:59.123456789Z"],
  ["rootless", null, "2026-11-20T11:00:00Z"],
] as const)("a trace is %s with root %s and its end at %s", (state, root_span_id, end_time) => {
  expect(traceState({ root_span_id, end_time }, now)).toBe(state);
});

it.each([
  [1, "24h"],
  [30, "7d"],
  [24 * 8, "30d"],
  [24 * 31, "90d"],
  [24 * 400, "1y"],
])("data of %d hours ago is reached by %s", (hours, range) => {
  expect(rangeReaching(now - hours * 3_600_000, now)).toBe(range);
});
