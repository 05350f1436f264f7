import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";

/**
 * Bounds the memory of telemetry that has arrived and is not durable yet: bodies being received, their
 * decompressed form, and encoded rows waiting for the store.
 */
export class MemoryBudget {
  /** Bytes held by all requests now. */
  usedBytes = 0;
  private readonly maxBytes: number;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** A request's share, empty at first. */
  open(): MemoryShare {
    return new MemoryShare(this);
  }

  /** Takes bytes for a share that holds `held` already. A request alone in the process always gets what it asks for. */
  take(bytes: number, held: number): void {
    const othersUse = this.usedBytes - held;
    if (othersUse > 0 && this.usedBytes + bytes > this.maxBytes) {
      throw new FlightdeckError(
        "The server is taking in more telemetry than it can store. Send this request again later.",
        { code: "ingest_busy", status: 429, retryAfterSeconds: 1 },
      );
    }
    this.usedBytes += bytes;
  }
}

/** What one request holds of the budget. */
export class MemoryShare {
  private heldBytes = 0;
  private readonly budget: MemoryBudget;

  constructor(budget: MemoryBudget) {
    this.budget = budget;
  }

  /** Raises the share to `bytes` in all; throws `ingest_busy` (429) when they do not fit. Never lowers it. */
  growTo(bytes: number): void {
    if (bytes <= this.heldBytes) return;
    this.budget.take(bytes - this.heldBytes, this.heldBytes);
    this.heldBytes = bytes;
  }

  /** Gives everything back; harmless to repeat. */
  release(): void {
    this.budget.usedBytes -= this.heldBytes;
    this.heldBytes = 0;
  }
}
