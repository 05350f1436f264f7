import { describe, expect, it } from "vitest";
import {
  DEFAULT_RESTART_POLICY,
  decideRestart,
  type ExitHistory,
  type RestartDecision,
} from "./restart-policy.ts";

const cases: [string, ExitHistory, RestartDecision][] = [
  [
    "restarts soon after the first crash",
    { failures: 0, everHealthy: true, healthyForMs: 1_000 },
    { action: "restart", delayMs: 100, failures: 1 },
  ],
  [
    "doubles the wait with every further crash",
    { failures: 3, everHealthy: true, healthyForMs: 1_000 },
    { action: "restart", delayMs: 800, failures: 4 },
  ],
  [
    "never waits longer than the limit",
    { failures: 5_000, everHealthy: true, healthyForMs: undefined },
    { action: "restart", delayMs: 30_000, failures: 5_001 },
  ],
  [
    "forgets failures after a healthy minute",
    { failures: 7, everHealthy: true, healthyForMs: 60_000 },
    { action: "restart", delayMs: 100, failures: 1 },
  ],
  [
    "does not forget them a moment earlier",
    { failures: 1, everHealthy: true, healthyForMs: 59_999 },
    { action: "restart", delayMs: 200, failures: 2 },
  ],
  [
    "tries a first start again",
    { failures: 1, everHealthy: false, healthyForMs: undefined },
    { action: "restart", delayMs: 200, failures: 2 },
  ],
  [
    "gives up a first start that fails three times",
    { failures: 2, everHealthy: false, healthyForMs: undefined },
    { action: "give_up", failures: 3 },
  ],
];

describe("the restart policy", () => {
  it.each(cases)("%s", (_, history, expected) => {
    expect(decideRestart(history, DEFAULT_RESTART_POLICY)).toEqual(expected);
  });
});
