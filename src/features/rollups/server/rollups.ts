import type pg from "pg";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { LateMarks } from "./late-marks.ts";
import { type FrozenHour, RollupLedger } from "./rollup-ledger.ts";
import { RollupSettler } from "./rollup-settler.ts";
import { HOUR_MS, hourOf } from "./rollup-times.ts";
import { planSources, type SourcePlan, spansOnly } from "./source-plan.ts";

/** The rollups as other features see them. */
export class Rollups {
  readonly ledger: RollupLedger;
  readonly settler: RollupSettler;
  private readonly late: LateMarks;

  constructor(pool: pg.Pool, store: TelemetryStore) {
    this.ledger = new RollupLedger(pool);
    this.settler = new RollupSettler(store, this.ledger);
    this.late = new LateMarks(this.ledger);
  }

  /**
   * For whoever writes spans: call it before they are written, with their start times in milliseconds. It costs
   * nothing unless an hour among them has been over for ten minutes.
   */
  markLate(projectId: string, startsMs: Iterable<number>): Promise<void> {
    return this.late.beforeWrite(projectId, startsMs, Date.now());
  }

  /**
   * For whoever changed or removed spans of a range: call it afterwards. Its hours are read from the spans until
   * they are summed up again; frozen hours stay as they are. Returns how many hours were marked.
   */
  markDirty(projectId: string, fromMs: number, toMs: number): Promise<number> {
    return this.ledger.markRange(projectId, fromMs, toMs);
  }

  /**
   * For whoever is about to remove spans that shall go on counting (sampling, the end of their retention): call it
   * before. Freezes the hours in `[fromMs, toMs)` that are settled and clean, and returns the frozen ones: of each,
   * spans received before `receivedBeforeMs` may be removed. Hours that are missing in the answer hold no spans or
   * are not ready: try again later. Spans that arrive afterwards are added to what is frozen.
   */
  freeze(projectId: string, fromMs: number, toMs: number): Promise<FrozenHour[]> {
    return this.ledger.freeze(projectId, fromMs, toMs);
  }

  /**
   * Freezes all hours before a time, settling them first where that is still to be done. Throws when some of them
   * cannot be frozen yet, because writes to them may still be under way: nothing of theirs may be removed then.
   */
  async freezeBefore(projectId: string, beforeMs: number): Promise<void> {
    const untilMs = hourOf(beforeMs) + HOUR_MS;
    await this.settler.settleProject(projectId, Date.now(), new AbortController().signal);
    await this.freeze(projectId, 0, untilMs);
    const { settledUntilMs, hours } = await this.ledger.coverage(projectId, 0, untilMs);
    const waiting = hours.filter((hour) => hour.dirty).length;
    if (waiting === 0 && (settledUntilMs >= untilMs || settledUntilMs === 0)) return;
    throw new Error(
      `${waiting} hours of project ${projectId} are not settled yet; try again in ten minutes.`,
    );
  }

  /** Where the sums of a range are to be read. */
  async plan(
    projectId: string,
    range: { fromMs: number; toMs: number },
    options: { days: boolean; rollups: boolean },
  ): Promise<SourcePlan> {
    if (!options.rollups) return spansOnly(range.fromMs, range.toMs);
    return planSources(await this.ledger.coverage(projectId, range.fromMs, range.toMs), range, options);
  }
}
