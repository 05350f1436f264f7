/** How a crashed child is brought back. Times in milliseconds. */
export interface RestartPolicy {
  /** Wait before the first restart. */
  initialDelayMs: number;
  /** Longest wait between two attempts. */
  maxDelayMs: number;
  /** A child healthy for this long has its failures forgotten. */
  resetAfterHealthyMs: number;
  /** Attempts for a child that has never been healthy; afterwards the start fails for good. */
  maxFirstStartAttempts: number;
}

/** 100 ms, doubled up to 30 s; forgiven after a healthy minute; three attempts at a first start. */
export const DEFAULT_RESTART_POLICY: RestartPolicy = {
  initialDelayMs: 100,
  maxDelayMs: 30_000,
  resetAfterHealthyMs: 60_000,
  maxFirstStartAttempts: 3,
};

/** What is known about a child at the moment it exits unasked. */
export interface ExitHistory {
  /** Consecutive failures before this exit. */
  failures: number;
  /** Whether the child was ever healthy in this process's life. */
  everHealthy: boolean;
  /** Time since this run became healthy; `undefined` when it never did. */
  healthyForMs: number | undefined;
}

/** What to do after an exit: restart after a delay, or give up. */
export type RestartDecision =
  | { action: "restart"; delayMs: number; failures: number }
  | { action: "give_up"; failures: number };

/**
 * Decides what follows an unasked exit. A child that was healthy once is restarted for ever, because its
 * data are there and the cause (memory, disk) may pass; one that never was gives up and shows its error.
 */
export function decideRestart(
  history: ExitHistory,
  policy: RestartPolicy = DEFAULT_RESTART_POLICY,
): RestartDecision {
  const forgiven = history.healthyForMs !== undefined && history.healthyForMs >= policy.resetAfterHealthyMs;
  const failures = (forgiven ? 0 : history.failures) + 1;
  if (!history.everHealthy && failures >= policy.maxFirstStartAttempts)
    return { action: "give_up", failures };
  const delayMs = Math.min(policy.maxDelayMs, policy.initialDelayMs * 2 ** Math.min(failures - 1, 30));
  return { action: "restart", delayMs, failures };
}
