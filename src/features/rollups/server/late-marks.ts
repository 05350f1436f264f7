import type { RollupLedger } from "./rollup-ledger.ts";
import { hourOf, isLate, WRITE_GRACE_MS } from "./rollup-times.ts";

/** A mark is trusted this long without asking the ledger again; well below the grace after which it may be taken off. */
const TRUST_MS = WRITE_GRACE_MS / 5;
const MAX_REMEMBERED = 50_000;

/** Announces late spans before they are written, so that the hours they belong to are summed up again. */
export class LateMarks {
  private readonly ledger: RollupLedger;
  private readonly marked = new Map<string, number>();

  constructor(ledger: RollupLedger) {
    this.ledger = ledger;
  }

  /**
   * Call it before spans are written, with the hours they start in (any time within the hour, milliseconds since
   * 1970); hours that are not over, or only just, cost nothing. The marks are durable when it resolves.
   */
  async beforeWrite(projectId: string, startsMs: Iterable<number>, nowMs: number): Promise<void> {
    const late = new Set<number>();
    for (const ms of startsMs) {
      const hour = hourOf(ms);
      if (isLate(hour, nowMs) && !this.isMarked(projectId, hour, nowMs)) late.add(hour);
    }
    if (late.size === 0) return;
    await this.ledger.markHours(projectId, [...late]);
    if (this.marked.size + late.size > MAX_REMEMBERED) this.marked.clear();
    for (const hour of late) this.marked.set(`${projectId} ${hour}`, nowMs);
  }

  private isMarked(projectId: string, hour: number, nowMs: number): boolean {
    const at = this.marked.get(`${projectId} ${hour}`);
    return at !== undefined && nowMs - at < TRUST_MS && nowMs >= at;
  }
}
