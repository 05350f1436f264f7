import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AGENT_STATUSES } from "../agent-contract.ts";
import { type AgentSigns, agentStatus, heartbeatDeadlineMs, readReportedStatus } from "./agent-status.ts";

const NOW = Date.UTC(2026, 10, 21, 9);
const ago = (seconds: number) => NOW - seconds * 1000;
const quiet: AgentSigns = {
  lastHeartbeatMs: null,
  lastTelemetryMs: null,
  reported: "",
  heartbeatIntervalMs: 15_000,
  outcomes: 0,
  failures: 0,
};

describe("an agent's status", () => {
  it.each<[string, Partial<AgentSigns>, string]>([
    ["that was only registered", {}, "offline"],
    ["with a heartbeat just now", { lastHeartbeatMs: ago(0) }, "idle"],
    ["with two heartbeats missing", { lastHeartbeatMs: ago(46) }, "idle"],
    ["with three heartbeats missing", { lastHeartbeatMs: ago(47) }, "offline"],
    [
      "with three missing of a faster beat",
      { lastHeartbeatMs: ago(5), heartbeatIntervalMs: 1000 },
      "offline",
    ],
    ["with a slow beat", { lastHeartbeatMs: ago(170), heartbeatIntervalMs: 60_000 }, "idle"],
    ["that says it runs", { lastHeartbeatMs: ago(10), reported: "running" }, "running"],
    ["that said it runs and fell silent", { lastHeartbeatMs: ago(60), reported: "running" }, "offline"],
    [
      "that says it is idle while spans come",
      { lastHeartbeatMs: ago(5), reported: "idle", lastTelemetryMs: ago(2) },
      "running",
    ],
    [
      "whose heartbeats stopped but whose spans go on",
      { lastHeartbeatMs: ago(300), lastTelemetryMs: ago(20) },
      "running",
    ],
    [
      "whose heartbeats stopped and whose spans are old",
      { lastHeartbeatMs: ago(300), lastTelemetryMs: ago(90) },
      "offline",
    ],
    [
      "that said goodbye",
      { lastHeartbeatMs: ago(1), reported: "offline", lastTelemetryMs: ago(3) },
      "offline",
    ],
    [
      "that said goodbye and came back with spans",
      { lastHeartbeatMs: ago(9), reported: "offline", lastTelemetryMs: ago(3) },
      "running",
    ],
    ["with telemetry only, just now", { lastTelemetryMs: ago(59) }, "running"],
    ["with telemetry only, a while ago", { lastTelemetryMs: ago(60) }, "idle"],
    ["with telemetry only, long ago", { lastTelemetryMs: ago(900) }, "offline"],
    ["that says it is degraded", { lastHeartbeatMs: ago(1), reported: "degraded" }, "degraded"],
    [
      "that said it is degraded and fell silent",
      { lastHeartbeatMs: ago(60), reported: "degraded" },
      "offline",
    ],
    ["that fails in one of four", { lastTelemetryMs: ago(1), outcomes: 12, failures: 3 }, "degraded"],
    [
      "that fails in less than one of four",
      { lastTelemetryMs: ago(1), outcomes: 13, failures: 3 },
      "running",
    ],
    ["that failed twice, always", { lastTelemetryMs: ago(1), outcomes: 2, failures: 2 }, "running"],
    [
      "that fails though it says it runs",
      { lastHeartbeatMs: ago(1), reported: "running", outcomes: 3, failures: 3 },
      "degraded",
    ],
  ])("%s", (_name, signs, status) => {
    const decision = agentStatus({ ...quiet, ...signs }, NOW);
    expect(decision.status).toBe(status);
    expect(decision.reason).toMatch(/^[A-Z0-9].*\.$/);
  });

  it("ends offline for every agent that falls silent, and never comes back by waiting", () => {
    const time = fc.option(fc.integer({ min: NOW - 3_600_000, max: NOW }));
    fc.assert(
      fc.property(
        fc.record({
          lastHeartbeatMs: time,
          lastTelemetryMs: time,
          reported: fc.constantFrom(...AGENT_STATUSES, "" as const),
          heartbeatIntervalMs: fc.integer({ min: 1000, max: 600_000 }),
          outcomes: fc.constant(0),
          failures: fc.constant(0),
        }),
        fc.integer({ min: 0, max: 7_200_000 }),
        (signs, waitMs) => {
          const end = NOW + 900_000 + heartbeatDeadlineMs(signs.heartbeatIntervalMs);
          expect(agentStatus(signs, end).status).toBe("offline");
          if (agentStatus(signs, NOW).status === "offline") {
            expect(agentStatus(signs, NOW + waitMs).status).toBe("offline");
          }
        },
      ),
    );
  });
});

describe("a reported status", () => {
  it.each([
    ["running", "running"],
    [" Busy ", "running"],
    ["online", "idle"],
    ["ERROR", "degraded"],
    ["stopped", "offline"],
    ["constructor", undefined],
    ["sleepy", undefined],
  ])("%s is read as %s", (word, status) => {
    expect(readReportedStatus(word)).toBe(status);
  });
});
