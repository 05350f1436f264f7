import { describe, expect, it } from "vitest";
import type { AgentMetricsRow } from "../agent-event-contract.ts";
import { metricTotals, spreadRows, stepFor } from "./metrics-model.ts";

const HOUR = 3_600_000;
const at = Date.UTC(2026, 10, 21, 9, 30);
const row = (date: string, executions: number, errors = 0) =>
  ({
    date,
    total_tokens_used: 10,
    cost_usd: 1,
    total_messages: 2,
    total_responses: 1,
    total_errors: 0,
    total_feedback: 0,
    telemetry: { executions, errors, llm_calls: 3, tool_calls: 4 },
  }) as AgentMetricsRow;

describe("the step of an agent's charts", () => {
  it.each([
    [HOUR, "minute"],
    [24 * HOUR, "hour"],
    [7 * 24 * HOUR, "hour"],
    [30 * 24 * HOUR, "day"],
  ])("for %i ms is a %s", (width, step) => {
    expect(stepFor({ from: at - width, to: at })).toBe(step);
  });
});

describe("rows in their place", () => {
  it("fill all steps of the range, from the one it begins in", () => {
    const spread = spreadRows([row("2026-11-21T08:00:00.000Z", 1)], { from: at - 3 * HOUR, to: at }, "hour");
    expect(spread.times.map((time) => new Date(time).getUTCHours())).toEqual([6, 7, 8, 9]);
    expect(spread.rows.map((one) => one?.telemetry.executions)).toEqual([undefined, undefined, 1, undefined]);
  });

  it("are found by their day too", () => {
    const spread = spreadRows([row("2026-11-20", 5)], { from: at - 48 * HOUR, to: at }, "day");
    expect(spread.rows.map((one) => one?.telemetry.executions)).toEqual([undefined, 5, undefined]);
  });
});

describe("totals", () => {
  it("add up what can be added and divide the rest", () => {
    expect(metricTotals([row("a", 3, 1), row("b", 1)])).toMatchObject({
      executions: 4,
      errorRate: 0.25,
      tokens: 20,
      cost: 2,
      llmCalls: 6,
      toolCalls: 8,
      messages: 4,
    });
    expect(metricTotals([]).errorRate).toBeNull();
  });
});
