import type pg from "pg";
import { DAY_MS, HOUR_MS, WRITE_GRACE_MS } from "./rollup-times.ts";

/** What the ledger knows of an hour that holds, or held, spans. */
export interface HourState {
  hourMs: number;
  /** Generations of rows that count. */
  generations: number[];
  /** The rows do not tell of all spans: read those of this hour received since `receivedFromMs`, and not `generation`. */
  dirty: boolean;
  /** Generations that stay whatever is added; empty unless the hour is frozen. */
  baseGenerations: number[];
  /** Spans received before this are in the base; 0 unless the hour is frozen. */
  receivedFromMs: number;
}

/** An hour whose spans may be removed, if they were received before a time. */
export interface FrozenHour {
  hourMs: number;
  receivedBeforeMs: number;
}

/** What the ledger knows of a range. */
export interface Coverage {
  /** Hours before this that are not listed hold no spans; 0 when nothing was ever settled. */
  settledUntilMs: number;
  hours: HourState[];
  /** UTC days that are summed up as a whole. */
  days: { dayMs: number; generation: number }[];
}

interface HourRow {
  hour_ms: string;
  generation: string | null;
  base_generations: string[];
  frozen_before_ms: string | null;
  dirty: boolean;
}

const GRACE = `interval '${WRITE_GRACE_MS} milliseconds'`;
/** A generation is committed within this time or never, so that its rows may be removed afterwards. */
const COMMIT_WITHIN = "interval '30 minutes'";
const HOUR_COLUMNS = `(extract(epoch FROM hour) * 1000)::bigint AS hour_ms, generation, base_generations,
  floor(extract(epoch FROM frozen_before) * 1000)::bigint AS frozen_before_ms, dirty_at IS NOT NULL AS dirty`;

const stateOf = (row: HourRow): HourState => {
  const base = row.base_generations.map(Number);
  return {
    hourMs: Number(row.hour_ms),
    generations: row.generation === null ? base : [...base, Number(row.generation)],
    baseGenerations: base,
    dirty: row.dirty,
    receivedFromMs: Number(row.frozen_before_ms ?? 0),
  };
};

const seconds = (ms: number) => ms / 1000;
/** The days of the hours in `marked` no longer count; their rows are left over. */
const DROP_DAYS_OF_MARKED = `gone AS (
         DELETE FROM rollup_days WHERE project_id = $1
           AND day IN (SELECT (hour AT TIME ZONE 'UTC')::date FROM marked)
         RETURNING day, generation),
       left_over AS (
         INSERT INTO rollup_leftovers (level, project_id, generation, from_time, to_time)
         SELECT 'day', $1, generation, day::timestamp AT TIME ZONE 'UTC',
           (day + 1)::timestamp AT TIME ZONE 'UTC' FROM gone)`;

const hoursTable = "unnest($2::float8[]) AS given (seconds)";

/** Which rollup rows count, in PostgreSQL. Times are milliseconds since 1970; hours and days are UTC. */
export class RollupLedger {
  private readonly pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.pool = pool;
  }

  /** Says that spans of these hours are about to be added; durable when it resolves. */
  async markHours(projectId: string, hoursMs: readonly number[]): Promise<void> {
    await this.pool.query(
      `WITH marked AS (
         INSERT INTO rollup_hours (project_id, hour, dirty_at)
         SELECT id, to_timestamp(seconds), now() FROM projects, ${hoursTable} WHERE id = $1 ORDER BY seconds
         ON CONFLICT (project_id, hour) DO UPDATE SET dirty_at = now()
         RETURNING hour),
       ${DROP_DAYS_OF_MARKED}
       SELECT 1 FROM marked`,
      [projectId, hoursMs.map(seconds)],
    );
  }

  /** Says that spans of a range were changed or removed. Frozen hours stay as they are; returns the hours marked. */
  async markRange(projectId: string, fromMs: number, toMs: number): Promise<number> {
    const result = await this.pool.query(
      `WITH marked AS (
         UPDATE rollup_hours SET dirty_at = now()
         WHERE project_id = $1 AND hour > to_timestamp($2) - interval '1 hour' AND hour < to_timestamp($3)
           AND frozen_before IS NULL
         RETURNING hour),
       ${DROP_DAYS_OF_MARKED}
       SELECT 1 FROM marked`,
      [projectId, seconds(fromMs), seconds(toMs)],
    );
    return result.rowCount ?? 0;
  }

  /**
   * Freezes the hours of a range whose rows tell of all spans. Returns all frozen, clean hours of the range: of
   * each, spans received before `receivedBeforeMs` may be removed, and spans that arrive later are added.
   */
  async freeze(projectId: string, fromMs: number, toMs: number): Promise<FrozenHour[]> {
    const { rows } = await this.pool.query<{ hour_ms: string; before_ms: string }>(
      `WITH frozen AS (
         UPDATE rollup_hours
         SET base_generations = array_append(base_generations, generation), generation = NULL,
             frozen_before = now() - ${GRACE}
         WHERE project_id = $1 AND hour >= to_timestamp($2) AND hour < to_timestamp($3)
           AND dirty_at IS NULL AND generation IS NOT NULL
           AND hour < (SELECT settled_until FROM rollup_projects WHERE project_id = $1)
         RETURNING hour, frozen_before)
       SELECT (extract(epoch FROM hour) * 1000)::bigint AS hour_ms,
         floor(extract(epoch FROM frozen_before) * 1000)::bigint AS before_ms
       FROM (
         SELECT hour, frozen_before FROM frozen
         UNION ALL
         SELECT hour, frozen_before FROM rollup_hours
         WHERE project_id = $1 AND hour >= to_timestamp($2) AND hour < to_timestamp($3)
           AND dirty_at IS NULL AND generation IS NULL AND frozen_before IS NOT NULL) AS hours
       ORDER BY hour`,
      [projectId, seconds(fromMs), seconds(toMs)],
    );
    return rows.map((row) => ({ hourMs: Number(row.hour_ms), receivedBeforeMs: Number(row.before_ms) }));
  }

  /** What counts in the hours that touch a range. */
  async coverage(projectId: string, fromMs: number, toMs: number): Promise<Coverage> {
    const range = [projectId, seconds(fromMs - HOUR_MS), seconds(toMs)];
    const { rows } = await this.pool.query<{
      settled_until_ms: string | null;
      hours: HourRow[] | null;
      days: { day_ms: string; generation: string }[] | null;
    }>(
      `SELECT
         (SELECT (extract(epoch FROM settled_until) * 1000)::bigint FROM rollup_projects WHERE project_id = $1)
           AS settled_until_ms,
         (SELECT json_agg(found) FROM (SELECT ${HOUR_COLUMNS} FROM rollup_hours
           WHERE project_id = $1 AND hour > to_timestamp($2) AND hour < to_timestamp($3) ORDER BY hour) AS found)
           AS hours,
         (SELECT json_agg(found) FROM (
           SELECT (extract(epoch FROM day::timestamp AT TIME ZONE 'UTC') * 1000)::bigint AS day_ms, generation FROM rollup_days
           WHERE project_id = $1 AND day >= (to_timestamp($2) AT TIME ZONE 'UTC')::date AND day <= (to_timestamp($3) AT TIME ZONE 'UTC')::date
           ORDER BY day) AS found) AS days`,
      range,
    );
    const row = rows[0]!;
    return {
      settledUntilMs: Number(row.settled_until_ms ?? 0),
      hours: (row.hours ?? []).map(stateOf),
      days: (row.days ?? []).map((day) => ({
        dayMs: Number(day.day_ms),
        generation: Number(day.generation),
      })),
    };
  }

  /** Until when a project is settled; undefined before its first time. */
  async settledUntil(projectId: string): Promise<number | undefined> {
    const { rows } = await this.pool.query<{ ms: string }>(
      "SELECT (extract(epoch FROM settled_until) * 1000)::bigint AS ms FROM rollup_projects WHERE project_id = $1",
      [projectId],
    );
    return rows[0] && Number(rows[0].ms);
  }

  /** Moves the border forward, or sets it for the first time. */
  async setSettledUntil(projectId: string, untilMs: number): Promise<void> {
    await this.pool.query(
      `INSERT INTO rollup_projects (project_id, settled_until) VALUES ($1, to_timestamp($2))
       ON CONFLICT (project_id) DO UPDATE
       SET settled_until = greatest(rollup_projects.settled_until, excluded.settled_until)`,
      [projectId, seconds(untilMs)],
    );
  }

  /** Hours before the border that have been dirty for long enough that all announced writes are over. */
  async quietDirtyHours(projectId: string, limit: number): Promise<HourState[]> {
    const { rows } = await this.pool.query<HourRow>(
      `SELECT ${HOUR_COLUMNS} FROM rollup_hours
       WHERE project_id = $1 AND dirty_at <= now() - ${GRACE}
         AND hour < (SELECT settled_until FROM rollup_projects WHERE project_id = $1)
       ORDER BY hour LIMIT $2`,
      [projectId, limit],
    );
    return rows.map(stateOf);
  }

  /** All projects. */
  async projects(): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string }>("SELECT id FROM projects ORDER BY id");
    return rows.map((row) => row.id);
  }

  /** UTC days before the border, all of whose hours are clean, that have no day yet. */
  async daysToMake(projectId: string, limit: number): Promise<number[]> {
    const { rows } = await this.pool.query<{ day_ms: string }>(
      `SELECT (extract(epoch FROM day) * 1000)::bigint AS day_ms
       FROM (SELECT date_trunc('day', hour, 'UTC') AS day, bool_or(dirty_at IS NOT NULL) AS dirty
             FROM rollup_hours WHERE project_id = $1 GROUP BY 1) AS days
       WHERE NOT dirty
         AND day + interval '1 day' <= (SELECT settled_until FROM rollup_projects WHERE project_id = $1)
         AND NOT EXISTS (SELECT FROM rollup_days AS made
           WHERE made.project_id = $1 AND made.day = (days.day AT TIME ZONE 'UTC')::date)
       ORDER BY day DESC LIMIT $2`,
      [projectId, limit],
    );
    return rows.map((row) => Number(row.day_ms));
  }

  /** Starts a generation. Its rows are leftovers until `commit…` says that they count. */
  async begin(
    level: "hour" | "day",
    projectId: string,
    fromMs: number,
    toMs: number,
  ): Promise<{ generation: number; startedAt: Date }> {
    const { rows } = await this.pool.query<{ generation: string; noted_at: Date }>(
      `INSERT INTO rollup_leftovers (level, project_id, generation, from_time, to_time, noted_at)
       VALUES ($1, $2, nextval('rollup_generations'), to_timestamp($3), to_timestamp($4), clock_timestamp())
       RETURNING generation, noted_at`,
      [level, projectId, seconds(fromMs), seconds(toMs)],
    );
    return { generation: Number(rows[0]!.generation), startedAt: rows[0]!.noted_at };
  }

  /**
   * Makes a generation count for these hours, in one transaction. What was announced within the grace before
   * `startedAt`, or after it, may not have been seen: such an hour stays dirty.
   */
  async commitHours(
    projectId: string,
    run: { generation: number; startedAt: Date },
    hoursMs: readonly number[],
  ): Promise<void> {
    await this.transaction(async (client) => {
      await takeLeftover(client, "hour", projectId, run.generation);
      await client.query(
        `INSERT INTO rollup_leftovers (level, project_id, generation, from_time, to_time)
         SELECT 'hour', project_id, generation, hour, hour + interval '1 hour' FROM rollup_hours
         WHERE project_id = $1 AND generation IS NOT NULL
           AND hour IN (SELECT to_timestamp(seconds) FROM ${hoursTable})
         FOR UPDATE`,
        [projectId, hoursMs.map(seconds)],
      );
      await client.query(
        `INSERT INTO rollup_hours (project_id, hour, generation)
         SELECT $1, to_timestamp(seconds), $3 FROM ${hoursTable} ORDER BY seconds
         ON CONFLICT (project_id, hour) DO UPDATE SET
           generation = excluded.generation,
           dirty_at = CASE WHEN rollup_hours.dirty_at > $4::timestamptz - ${GRACE} THEN rollup_hours.dirty_at END`,
        [projectId, hoursMs.map(seconds), run.generation, run.startedAt],
      );
      const days = [...new Set(hoursMs.map((ms) => Math.floor(ms / DAY_MS) * DAY_MS))].map(seconds);
      await client.query(
        `WITH marked AS (SELECT to_timestamp(seconds) AS hour FROM ${hoursTable}),
         ${DROP_DAYS_OF_MARKED}
         SELECT 1 FROM marked`,
        [projectId, days],
      );
    });
  }

  /** Makes a day count, unless one of its hours has changed since they were read. Tells whether it did. */
  async commitDay(
    projectId: string,
    run: { generation: number },
    dayMs: number,
    hours: readonly HourState[],
  ): Promise<boolean> {
    return this.transaction(async (client) => {
      const { rows } = await client.query<HourRow>(
        `SELECT ${HOUR_COLUMNS} FROM rollup_hours
         WHERE project_id = $1 AND hour >= to_timestamp($2) AND hour < to_timestamp($2) + interval '1 day'
         ORDER BY hour FOR UPDATE`,
        [projectId, seconds(dayMs)],
      );
      if (JSON.stringify(rows.map(stateOf).map(keyOf)) !== JSON.stringify(hours.map(keyOf))) return false;
      await takeLeftover(client, "day", projectId, run.generation);
      await client.query(
        `INSERT INTO rollup_days (project_id, day, generation)
         VALUES ($1, (to_timestamp($2) AT TIME ZONE 'UTC')::date, $3)`,
        [projectId, seconds(dayMs), run.generation],
      );
      return true;
    });
  }

  /** Generations whose rows may go: nobody reads them any more, and no job can still commit them. */
  async leftovers(limit: number): Promise<Leftover[]> {
    const { rows } = await this.pool.query<{
      level: "hour" | "day";
      project_id: string;
      generation: string;
      from_s: string;
      to_s: string;
    }>(
      `SELECT level, project_id, generation, extract(epoch FROM from_time)::bigint AS from_s,
         extract(epoch FROM to_time)::bigint AS to_s
       FROM rollup_leftovers WHERE noted_at < now() - 2 * ${COMMIT_WITHIN} ORDER BY noted_at LIMIT $1`,
      [limit],
    );
    return rows.map((row) => ({
      level: row.level,
      projectId: row.project_id,
      generation: Number(row.generation),
      fromMs: Number(row.from_s) * 1000,
      toMs: Number(row.to_s) * 1000,
    }));
  }

  /** Forgets leftovers whose rows are gone. */
  async forgetLeftovers(leftovers: readonly Leftover[]): Promise<void> {
    for (const one of leftovers) {
      await this.pool.query(
        `DELETE FROM rollup_leftovers
         WHERE level = $1 AND project_id = $2 AND generation = $3 AND from_time = to_timestamp($4)`,
        [one.level, one.projectId, one.generation, seconds(one.fromMs)],
      );
    }
  }

  private async transaction<R>(work: (client: pg.PoolClient) => Promise<R>): Promise<R> {
    const client = await this.pool.connect();
    let failed = true;
    try {
      await client.query("BEGIN");
      const result = await work(client);
      await client.query("COMMIT");
      failed = false;
      return result;
    } finally {
      if (failed) await client.query("ROLLBACK").catch(() => {});
      client.release(failed);
    }
  }
}

/** Rows of a generation that nobody reads. */
export interface Leftover {
  level: "hour" | "day";
  projectId: string;
  generation: number;
  fromMs: number;
  toMs: number;
}

const keyOf = (hour: HourState) => [hour.hourMs, hour.generations, hour.dirty];

async function takeLeftover(
  client: pg.PoolClient,
  level: "hour" | "day",
  projectId: string,
  generation: number,
): Promise<void> {
  const { rowCount } = await client.query(
    `DELETE FROM rollup_leftovers
     WHERE level = $1 AND project_id = $2 AND generation = $3 AND noted_at > now() - ${COMMIT_WITHIN}`,
    [level, projectId, generation],
  );
  if (rowCount === 0) throw new Error(`Generation ${generation} took too long; its rows are left over.`);
}
