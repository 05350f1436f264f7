/** Failed tries a name or address has before it must wait, and how long the first wait is. */
const FREE_TRIES = 5;
const FIRST_WAIT_MS = 15_000;
const LONGEST_WAIT_MS = 15 * 60_000;
const FORGET_AFTER_MS = 3_600_000;
const MAX_ENTRIES = 10_000;

/** Slows down guessing: after five failures each further one doubles the wait, per account and per address. */
export class LoginThrottle {
  private readonly failures = new Map<string, { count: number; lastMs: number }>();

  /** Milliseconds until the next try is taken; 0 when it may be made now. */
  waitMs(subject: string, nowMs: number): number {
    const entry = this.failures.get(subject);
    if (!entry || entry.count < FREE_TRIES || nowMs - entry.lastMs > FORGET_AFTER_MS) return 0;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (entry.count - FREE_TRIES));
    return Math.max(0, entry.lastMs + wait - nowMs);
  }

  /** Counts a try as failed. Called before the password is checked, so that tries made at once count too. */
  begin(subject: string, nowMs: number): void {
    const entry = this.failures.get(subject);
    const count = entry && nowMs - entry.lastMs <= FORGET_AFTER_MS ? entry.count + 1 : 1;
    // Re-inserting keeps the map ordered by age, so that the oldest goes first when it is full.
    this.failures.delete(subject);
    this.failures.set(subject, { count, lastMs: nowMs });
    if (this.failures.size > MAX_ENTRIES) this.failures.delete(this.failures.keys().next().value!);
  }

  /** Forgets all of a subject's failures, as after the right password for an account. */
  succeeded(subject: string): void {
    this.failures.delete(subject);
  }

  /** Takes one counted try back: it was right, but says nothing of the subject's other tries. */
  forgive(subject: string): void {
    const entry = this.failures.get(subject);
    if (entry) entry.count = Math.max(0, entry.count - 1);
  }
}
