import type { AgentStatus } from "../agent-contract.ts";

/** What is known of an agent's life; times in milliseconds since 1970, null for never. */
export interface AgentSigns {
  lastHeartbeatMs: number | null;
  lastTelemetryMs: number | null;
  /** What its newest heartbeat said of itself; empty when it said nothing. */
  reported: AgentStatus | "";
  /** Time between its heartbeats. */
  heartbeatIntervalMs: number;
  /** Runs and events that ended within `ERROR_WINDOW_MS`, and those of them that failed. */
  outcomes: number;
  failures: number;
}

/** A status with the reason a person is shown. */
export interface StatusDecision {
  status: AgentStatus;
  reason: string;
}

/** How far back the error rate looks. */
export const ERROR_WINDOW_MS = 5 * 60_000;
/** An agent that fails this often, and at least so many times, is degraded. */
const DEGRADED_RATE = 0.25;
const DEGRADED_FAILURES = 3;
/** Telemetry this young means that work is under way. */
const RUNNING_WITHIN_MS = 60_000;
/** Without heartbeats nobody can tell a quiet agent from a dead one; after this long it counts as gone. */
const SILENT_OFFLINE_MS = 15 * 60_000;
/** Heartbeats that may be missed, and what a late one is forgiven. */
const MISSED_HEARTBEATS = 3;
const HEARTBEAT_GRACE_MS = 2000;

/** After how long without a heartbeat an agent that sends them is offline. */
export function heartbeatDeadlineMs(intervalMs: number): number {
  return MISSED_HEARTBEATS * intervalMs + HEARTBEAT_GRACE_MS;
}

/**
 * An agent's status at a moment. Signs of life come first: an agent that sends heartbeats is offline when three are
 * missing (telemetry younger than a minute speaks for it), one that does not after 15 minutes of silence. What lives
 * is degraded when it says so or fails too often, running when it says so or sent telemetry within a minute, else idle.
 */
export function agentStatus(signs: AgentSigns, nowMs: number): StatusDecision {
  const { lastHeartbeatMs, lastTelemetryMs, reported } = signs;
  if (lastHeartbeatMs === null && lastTelemetryMs === null) {
    return { status: "offline", reason: "It has not been heard of yet." };
  }
  const telemetryAgeMs = lastTelemetryMs === null ? Number.POSITIVE_INFINITY : nowMs - lastTelemetryMs;
  const works = telemetryAgeMs < RUNNING_WITHIN_MS;
  if (lastHeartbeatMs === null) {
    if (telemetryAgeMs >= SILENT_OFFLINE_MS) {
      return { status: "offline", reason: "It has sent nothing for 15 minutes." };
    }
  } else {
    const saidGoodbye = reported === "offline" && (lastTelemetryMs ?? 0) <= lastHeartbeatMs;
    if (saidGoodbye) return { status: "offline", reason: "It reported that it stops." };
    const isLate = nowMs - lastHeartbeatMs >= heartbeatDeadlineMs(signs.heartbeatIntervalMs);
    if (isLate && !works) {
      return { status: "offline", reason: `${MISSED_HEARTBEATS} heartbeats are missing.` };
    }
  }
  if (reported === "degraded") return { status: "degraded", reason: "It reports that it is degraded." };
  if (signs.failures >= DEGRADED_FAILURES && signs.failures >= DEGRADED_RATE * signs.outcomes) {
    return {
      status: "degraded",
      reason: `It failed ${signs.failures} of ${signs.outcomes} times in the last 5 minutes.`,
    };
  }
  if (reported === "running") return { status: "running", reason: "It reports that it is running." };
  if (works) return { status: "running", reason: "It sent telemetry within the last minute." };
  return { status: "idle", reason: "It is there and does nothing." };
}

/** Words of other systems for what an agent may report of itself. */
const REPORTED_WORDS: Record<string, AgentStatus> = {
  running: "running",
  busy: "running",
  working: "running",
  active: "running",
  processing: "running",
  idle: "idle",
  online: "idle",
  ready: "idle",
  waiting: "idle",
  ok: "idle",
  healthy: "idle",
  up: "idle",
  degraded: "degraded",
  warning: "degraded",
  error: "degraded",
  failed: "degraded",
  failing: "degraded",
  unhealthy: "degraded",
  offline: "offline",
  stopped: "offline",
  stopping: "offline",
  shutdown: "offline",
  down: "offline",
  terminated: "offline",
};

/** Reads a reported status; undefined for a word that is not known. */
export function readReportedStatus(word: string): AgentStatus | undefined {
  const key = word.trim().toLowerCase();
  return Object.hasOwn(REPORTED_WORDS, key) ? REPORTED_WORDS[key] : undefined;
}
