import { join } from "node:path";
import type pg from "pg";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { AdvisoryLock, withAdvisoryLock } from "#platform/postgres/advisory-lock.ts";
import {
  type AppliedMigration,
  type Migration,
  pendingMigrations,
  readMigrations,
  splitStatements,
} from "./read-migrations.ts";

/** What a run of migrations did, or with `plan` would do. */
export interface MigrationReport {
  postgres: string[];
  clickhouse: string[];
}

/**
 * Brings both stores to this version. One process at a time (PostgreSQL advisory lock, which guards
 * ClickHouse too). A PostgreSQL migration and its ledger row commit together; ClickHouse has no
 * transactions, so its statements are written to be repeatable and the ledger row comes last. Killed at any
 * point, the next run goes on where this one stopped.
 */
export async function migrate(
  stores: { pool: pg.Pool; telemetry: TelemetryStore },
  folder: string,
  options: { planOnly?: boolean; onApply?: (store: string, name: string) => void } = {},
): Promise<MigrationReport> {
  const [postgresFiles, clickhouseFiles] = await Promise.all([
    readMigrations(join(folder, "postgres")),
    readMigrations(join(folder, "clickhouse")),
  ]);
  return withAdvisoryLock(stores.pool, AdvisoryLock.migrations, async (client) => {
    const postgres = pendingMigrations(postgresFiles, await appliedInPostgres(client));
    const clickhouse = pendingMigrations(clickhouseFiles, await appliedInClickHouse(stores.telemetry));
    if (!options.planOnly) {
      for (const migration of postgres) {
        await applyToPostgres(client, migration);
        options.onApply?.("postgres", migration.name);
      }
      for (const migration of clickhouse) {
        await applyToClickHouse(stores.telemetry, migration);
        options.onApply?.("clickhouse", migration.name);
      }
    }
    return { postgres: postgres.map((m) => m.name), clickhouse: clickhouse.map((m) => m.name) };
  });
}

async function appliedInPostgres(client: pg.PoolClient): Promise<AppliedMigration[]> {
  await client.query(
    `CREATE TABLE IF NOT EXISTS schema_migrations (
       name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
  );
  const result = await client.query<AppliedMigration>(
    "SELECT name, checksum FROM schema_migrations ORDER BY name",
  );
  return result.rows;
}

async function applyToPostgres(client: pg.PoolClient, migration: Migration): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query(migration.sql);
    await client.query("INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)", [
      migration.name,
      migration.checksum,
    ]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

async function appliedInClickHouse(telemetry: TelemetryStore): Promise<AppliedMigration[]> {
  await telemetry.command(
    `CREATE TABLE IF NOT EXISTS schema_migrations (name String, checksum String, applied_at DateTime DEFAULT now())
     ENGINE = ReplacingMergeTree ORDER BY name SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`,
  );
  return telemetry.queryAll<AppliedMigration>(
    "SELECT name, checksum FROM schema_migrations FINAL ORDER BY name",
  );
}

async function applyToClickHouse(telemetry: TelemetryStore, migration: Migration): Promise<void> {
  for (const statement of splitStatements(migration.sql)) await telemetry.command(statement);
  // Name and checksum come from our own files: letters, digits, underscores.
  await telemetry.command(
    `INSERT INTO schema_migrations (name, checksum) VALUES ('${migration.name}', '${migration.checksum}')`,
  );
}
