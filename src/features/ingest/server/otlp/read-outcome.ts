import type { SpanView } from "#features/telemetry/server/index.ts";

/** Called once per accepted span. The view is reused: whoever keeps a value copies it. */
export type SpanSink = (span: SpanView) => void;

/** What reading one export request came to. */
export interface ReadOutcome {
  accepted: number;
  rejected: number;
  /** Distinct reasons with their counts, in words a person can act on. */
  reasons: Map<string, number>;
}

/** Counts while a request is read; the last reason is counted apart, so that a million equal ones stay cheap. */
export class OutcomeCounter implements ReadOutcome {
  accepted = 0;
  rejected = 0;
  readonly reasons = new Map<string, number>();

  reject(reason: string, count = 1): void {
    if (count === 0) return;
    this.rejected += count;
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + count);
  }
}

/** At most so many reasons are spelt out in one sentence. */
const MAX_REASONS_TOLD = 5;

/**
 * One sentence for `partial_success.error_message`, most frequent reason first; empty when nothing was rejected.
 * @param item what was counted, in the singular
 */
export function rejectionMessage(outcome: ReadOutcome, item = "span"): string {
  if (outcome.rejected === 0) return "";
  const byCount = [...outcome.reasons].sort((a, b) => b[1] - a[1]);
  const told = byCount.slice(0, MAX_REASONS_TOLD).map(([reason, count]) => `${count} × ${reason}`);
  const others = byCount.length - told.length;
  if (others > 0) told.push(`${others} more ${others === 1 ? "reason" : "reasons"}`);
  const total = outcome.accepted + outcome.rejected;
  return `Rejected ${outcome.rejected} of ${total} ${total === 1 ? item : `${item}s`}: ${told.join("; ")}.`;
}
