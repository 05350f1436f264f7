import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { pairs } from "#platform/clickhouse/tuple-params.ts";
import { SETTLE_DAY_SQL, SETTLE_HOURS_SQL } from "./rollup-columns.ts";
import type { HourState, RollupLedger } from "./rollup-ledger.ts";
import { DAY_MS, HOUR_MS, settleableUntil } from "./rollup-times.ts";

/** Spans one statement sums up at most, unless a single hour has more. */
const SPANS_PER_RUN = 2_000_000;
/** Hours one statement sums up at most. */
const HOURS_PER_RUN = 7 * 24;
const DIRTY_HOURS_PER_PASS = 2000;
const DAYS_PER_PASS = 400;
/** One thread and a bounded memory: settling is never in a hurry, and people are waiting for other queries. */
const QUIETLY = {
  maxSeconds: 600,
  maxMemoryBytes: 512 * 1024 * 1024,
  settings: { max_threads: 1, max_insert_threads: 1, max_bytes_before_external_group_by: 200 * 1024 * 1024 },
};

/**
 * Sums up hours that are over. Each step is: a generation is begun in the ledger, its rows are written, the
 * ledger makes them count. Killed anywhere, the next pass begins a new generation, and no row is read twice.
 */
export class RollupSettler {
  private readonly store: TelemetryStore;
  private readonly ledger: RollupLedger;

  constructor(store: TelemetryStore, ledger: RollupLedger) {
    this.store = store;
    this.ledger = ledger;
  }

  /** One pass over a project: new hours, then dirty ones, then days. Returns the number of hours summed up. */
  async settleProject(projectId: string, nowMs: number, signal: AbortSignal): Promise<number> {
    const untilMs = settleableUntil(nowMs);
    const fromMs = (await this.ledger.settledUntil(projectId)) ?? 0;
    let settled = 0;
    if (fromMs < untilMs) {
      const busy = await this.hoursWithSpans(projectId, fromMs, untilMs, signal);
      if (fromMs === 0 && busy.length === 0) return 0;
      for (const run of runsOf(busy)) {
        signal.throwIfAborted();
        await this.settleHours(
          projectId,
          run.map(({ hourMs }) => hourMs),
          0,
          signal,
        );
        await this.ledger.setSettledUntil(projectId, run.at(-1)!.hourMs + HOUR_MS);
        settled += run.length;
      }
      await this.ledger.setSettledUntil(projectId, untilMs);
    }
    settled += await this.settleDirty(projectId, signal);
    await this.makeDays(projectId, signal);
    return settled;
  }

  private async settleDirty(projectId: string, signal: AbortSignal): Promise<number> {
    const dirty = await this.ledger.quietDirtyHours(projectId, DIRTY_HOURS_PER_PASS);
    const whole = dirty.filter((hour) => hour.receivedFromMs === 0);
    if (whole.length > 0) {
      const first = whole[0]!.hourMs;
      const counts = new Map(
        (await this.hoursWithSpans(projectId, first, whole.at(-1)!.hourMs + HOUR_MS, signal)).map((hour) => [
          hour.hourMs,
          hour.spans,
        ]),
      );
      // An hour whose spans have all been deleted is settled too: its rows are then none.
      for (const run of runsOf(whole.map(({ hourMs }) => ({ hourMs, spans: counts.get(hourMs) ?? 0 })))) {
        signal.throwIfAborted();
        await this.settleHours(
          projectId,
          run.map(({ hourMs }) => hourMs),
          0,
          signal,
        );
      }
    }
    for (const hour of dirty.filter((one) => one.receivedFromMs > 0)) {
      signal.throwIfAborted();
      await this.settleHours(projectId, [hour.hourMs], hour.receivedFromMs, signal);
    }
    return dirty.length;
  }

  /** Sums up hours, ascending, from their spans received since `receivedFromMs`, under a new generation. */
  private async settleHours(
    projectId: string,
    hoursMs: readonly number[],
    receivedFromMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const fromMs = hoursMs[0]!;
    const toMs = hoursMs.at(-1)! + HOUR_MS;
    const run = await this.ledger.begin("hour", projectId, fromMs, toMs);
    await this.store.commandProject(
      projectId,
      SETTLE_HOURS_SQL,
      {
        from: fromMs / 1000,
        to: toMs / 1000,
        hours: hoursMs.map((ms) => ms / 1000),
        generation: run.generation,
        received_from_ms: receivedFromMs,
      },
      { ...QUIETLY, signal },
    );
    await this.ledger.commitHours(projectId, run, hoursMs);
  }

  private async makeDays(projectId: string, signal: AbortSignal): Promise<void> {
    for (const dayMs of await this.ledger.daysToMake(projectId, DAYS_PER_PASS)) {
      signal.throwIfAborted();
      const { hours } = await this.ledger.coverage(projectId, dayMs, dayMs + DAY_MS);
      const ofDay = hours.filter(({ hourMs }) => hourMs >= dayMs && hourMs < dayMs + DAY_MS);
      const run = await this.ledger.begin("day", projectId, dayMs, dayMs + DAY_MS);
      await this.store.commandProject(
        projectId,
        SETTLE_DAY_SQL,
        { day: dayMs / 1000, generation: run.generation, hours: hourPairs(ofDay) },
        { ...QUIETLY, signal },
      );
      await this.ledger.commitDay(projectId, run, dayMs, ofDay);
    }
  }

  private async hoursWithSpans(
    projectId: string,
    fromMs: number,
    toMs: number,
    signal: AbortSignal,
  ): Promise<BusyHour[]> {
    const rows = await this.store.queryProject<{ hour: number; spans: number }>(
      projectId,
      `SELECT toUnixTimestamp(toStartOfHour(start_time)) AS hour, count() AS spans FROM spans
       WHERE project_id = {project_id:UUID}
         AND toStartOfFiveMinutes(start_time) >= toDateTime({from:UInt32}, 'UTC')
         AND toStartOfFiveMinutes(start_time) < toDateTime({to:UInt32}, 'UTC')
       GROUP BY hour ORDER BY hour`,
      { from: fromMs / 1000, to: toMs / 1000 },
      { ...QUIETLY, signal },
    );
    return rows.map((row) => ({ hourMs: row.hour * 1000, spans: row.spans }));
  }

  /** Removes rows that no longer count. Returns how many generations were cleaned away. */
  async clean(signal: AbortSignal): Promise<number> {
    const leftovers = await this.ledger.leftovers(500);
    for (const [key, group] of Map.groupBy(leftovers, (one) => `${one.level} ${one.projectId}`)) {
      signal.throwIfAborted();
      const table = key.startsWith("day") ? "span_days" : "span_hours";
      await this.store.commandProject(
        group[0]!.projectId,
        `DELETE FROM ${table} WHERE project_id = {project_id:UUID} AND arrayExists(
           gone -> gone.1 = generation AND toUnixTimestamp(hour) >= gone.2 AND toUnixTimestamp(hour) < gone.3,
           {gone:Array(Tuple(UInt64, UInt32, UInt32))})`,
        { gone: pairs(group.map((one) => [one.generation, one.fromMs / 1000, one.toMs / 1000])) },
        { maxSeconds: 300, signal },
      );
      await this.ledger.forgetLeftovers(group);
    }
    return leftovers.length;
  }
}

interface BusyHour {
  hourMs: number;
  spans: number;
}

/** Cuts ascending hours into runs that one statement can sum up. */
export function runsOf(hours: readonly BusyHour[]): BusyHour[][] {
  const runs: BusyHour[][] = [];
  let spans = 0;
  for (const hour of hours) {
    const run = runs.at(-1);
    const fits =
      run &&
      run.length < HOURS_PER_RUN &&
      spans + hour.spans <= SPANS_PER_RUN &&
      hour.hourMs - run[0]!.hourMs < HOURS_PER_RUN * HOUR_MS;
    if (fits) run.push(hour);
    else {
      runs.push([hour]);
      spans = 0;
    }
    spans += hour.spans;
  }
  return runs;
}

/** `(hour, generation)` pairs as a query binds them. */
function hourPairs(hours: readonly HourState[]) {
  return pairs(
    hours.flatMap((hour) => hour.generations.map((generation) => [hour.hourMs / 1000, generation])),
  );
}
