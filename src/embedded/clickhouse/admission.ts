/** Limits of {@link Admission}. */
export interface AdmissionLimits {
  /** Queries of any age that may run at once. */
  total: number;
  /** Queries younger than `slowAfterMs` that may run at once. */
  quick: number;
  /** From this age a query no longer holds a quick place. */
  slowAfterMs: number;
  /** Queries that may wait; one more is refused. */
  queue: number;
}

interface Waiting {
  admit: () => void;
}

/**
 * Decides how many queries run at once, so that slow ones never delay quick ones: a query holds one of a few
 * quick places only while it is young; an older one keeps running on one of the many remaining places.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  #running = 0;
  #young = 0;
  #queue: Waiting[] = [];

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** Counts for tests and status pages. */
  get counts(): { running: number; young: number; waiting: number } {
    return { running: this.#running, young: this.#young, waiting: this.#queue.length };
  }

  /**
   * Waits for a place. Returns the function that gives it back, or `undefined` when the queue is full.
   * An aborted wait rejects with the signal's reason.
   */
  async enter(signal: AbortSignal): Promise<(() => void) | undefined> {
    signal.throwIfAborted();
    if (!this.#hasPlace()) {
      if (this.#queue.length >= this.#limits.queue) return undefined;
      await new Promise<void>((resolve, reject) => {
        const onAbort = () => {
          this.#queue = this.#queue.filter((other) => other !== waiting);
          reject(signal.reason);
        };
        const waiting: Waiting = {
          admit: () => {
            signal.removeEventListener("abort", onAbort);
            resolve();
          },
        };
        this.#queue.push(waiting);
        signal.addEventListener("abort", onAbort, { once: true });
      });
    } else this.#take();
    return this.#place();
  }

  #hasPlace(): boolean {
    return this.#running < this.#limits.total && this.#young < this.#limits.quick;
  }

  #take(): void {
    this.#running += 1;
    this.#young += 1;
  }

  #place(): () => void {
    let young = true;
    let held = true;
    const age = setTimeout(() => {
      young = false;
      this.#young -= 1;
      this.#admitNext();
    }, this.#limits.slowAfterMs);
    return () => {
      if (!held) return;
      held = false;
      clearTimeout(age);
      this.#running -= 1;
      if (young) this.#young -= 1;
      this.#admitNext();
    };
  }

  #admitNext(): void {
    while (this.#queue.length > 0 && this.#hasPlace()) {
      this.#take();
      this.#queue.shift()?.admit();
    }
  }
}
