import type pg from "pg";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { type MigrationReport, migrate } from "#platform/migrations/migrate.ts";
import type { DoctorCheck, Finding } from "./check.ts";

const MIN_POSTGRES = 160_000;
const MAX_CLOCK_SKEW_MS = 5000;
/** Before this date a clock is certainly wrong: the first release is younger. */
const EARLIEST_NOW_MS = Date.UTC(2026, 0, 1);

/** Judges how far a store's clock is from ours. */
export function judgeClock(ourMs: number, storeMs: number): Finding {
  const name = "clock";
  const skewMs = Math.abs(ourMs - storeMs);
  if (ourMs < EARLIEST_NOW_MS) {
    return {
      name,
      status: "failed",
      detail: `This machine's clock says ${new Date(ourMs).toISOString()}`,
      remedy: "Set the clock, and keep it right with NTP (timedatectl set-ntp true).",
    };
  }
  if (skewMs <= MAX_CLOCK_SKEW_MS)
    return { name, status: "ok", detail: `PostgreSQL's clock differs by ${skewMs} ms` };
  return {
    name,
    status: "warning",
    detail: `PostgreSQL's clock differs by ${(skewMs / 1000).toFixed(1)} s`,
    remedy: "Keep both machines' clocks right with NTP.",
  };
}

/** Judges the server's `server_version_num`. */
export function judgePostgresVersion(versionNumber: number, version: string): Finding {
  const name = "postgres";
  if (versionNumber >= MIN_POSTGRES) return { name, status: "ok", detail: `PostgreSQL ${version}` };
  return {
    name,
    status: "failed",
    detail: `PostgreSQL ${version}`,
    remedy: "Use PostgreSQL 16 or newer, or leave DATABASE_URL unset for the embedded one.",
  };
}

/** Judges what `migrate` would still do. */
export function judgeMigrations(plan: MigrationReport): Finding {
  const waiting = [...plan.postgres, ...plan.clickhouse];
  const name = "migrations";
  if (waiting.length === 0) return { name, status: "ok", detail: "both stores are up to date" };
  return {
    name,
    status: "warning",
    detail: `${waiting.length} to apply: ${waiting.join(", ")}`,
    remedy: "Run flightdeck migrate, or just start: it migrates by itself.",
  };
}

/** Checks that need both stores to answer. */
export function storeChecks(
  stores: { pool: pg.Pool; telemetry: TelemetryStore },
  migrationsFolder: string,
): DoctorCheck[] {
  return [
    {
      name: "postgres",
      run: async () => {
        const { rows } = await stores.pool.query<{ number: string; version: string }>(
          "SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS version",
        );
        return judgePostgresVersion(Number(rows[0]?.number), rows[0]?.version ?? "unknown");
      },
    },
    {
      name: "clickhouse",
      run: async () => {
        const [row] = await stores.telemetry.queryAll<{ version: string }>("SELECT version() AS version");
        return { name: "clickhouse", status: "ok", detail: `ClickHouse ${row?.version}` };
      },
    },
    {
      name: "clock",
      run: async () => {
        const { rows } = await stores.pool.query<{ now: Date }>("SELECT clock_timestamp() AS now");
        return judgeClock(Date.now(), rows[0]?.now.getTime() ?? 0);
      },
    },
    {
      name: "migrations",
      run: async () => judgeMigrations(await migrate(stores, migrationsFolder, { planOnly: true })),
    },
  ];
}
