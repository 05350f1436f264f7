import { describe, expect, it } from "vitest";
import { activityTotals } from "./activity-model.ts";

const activity = { from: "2026-11-21T00:00:00Z", step_seconds: 60 };

describe("what an activity adds up to", () => {
  it("counts runs, failures and cost, and takes the newest latency", () => {
    expect(
      activityTotals({
        ...activity,
        executions: [2, 0, 2],
        errors: [1, 0, 0],
        latency_p95_ms: [100, 50, null],
        cost_usd: [0.5, 0, 0.25],
      }),
    ).toEqual({ executions: 4, errors: 1, errorRate: 0.25, latencyMs: 50, costUsd: 0.75 });
  });

  it("knows no rate and no latency where nothing ran", () => {
    const none = { ...activity, executions: [0], errors: [0], latency_p95_ms: [null], cost_usd: [0] };
    expect(activityTotals(none)).toMatchObject({ errorRate: null, latencyMs: null });
  });
});
