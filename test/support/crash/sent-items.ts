/** What is sent and must be stored exactly once. */
export const SIGNAL_NAMES = ["spans", "samples", "logs", "scores", "agent_events", "executions"] as const;
export type SignalName = (typeof SIGNAL_NAMES)[number];

/** Keys of one signal's items. */
export interface SentKeys {
  /** Items whose request was answered 2xx. */
  acknowledged: Set<string>;
  /** Items that were sent and whose request was never answered 2xx. */
  unanswered: Set<string>;
}

/** What all clients of a run know together. */
export class SentItems {
  readonly signals: Record<SignalName, SentKeys> = {
    spans: emptyKeys(),
    samples: emptyKeys(),
    logs: emptyKeys(),
    scores: emptyKeys(),
    agent_events: emptyKeys(),
    executions: emptyKeys(),
  };
  /** Requests that were sent again because the last attempt failed or was refused. */
  retries = 0;
  /** Acknowledged requests that were sent again on purpose. */
  repeats = 0;
  /** Answers that no healthy server gives, whatever is killed. */
  readonly surprises: string[] = [];

  get acknowledged(): number {
    return SIGNAL_NAMES.reduce((sum, name) => sum + this.signals[name].acknowledged.size, 0);
  }

  /** Before a request goes out for the first time. */
  sending(signal: SignalName, keys: readonly string[]): void {
    for (const key of keys) this.signals[signal].unanswered.add(key);
  }

  /** When a request was answered 2xx. */
  acknowledge(signal: SignalName, keys: readonly string[]): void {
    const { acknowledged, unanswered } = this.signals[signal];
    for (const key of keys) {
      unanswered.delete(key);
      acknowledged.add(key);
    }
  }
}

function emptyKeys(): SentKeys {
  return { acknowledged: new Set(), unanswered: new Set() };
}
