import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { connectClickHouse } from "#platform/clickhouse/telemetry-store.ts";
import { migrate } from "#platform/migrations/migrate.ts";
import { connectPostgres } from "#platform/postgres/database.ts";
import { MIGRATIONS_FOLDER, type Stores } from "#src/context.ts";

/** Fresh databases in the run's engines, empty or migrated; `close` drops them. */
export async function openTestStores(options: { migrated?: boolean } = {}): Promise<Stores> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  const databaseUrl = new URL(inject("databaseUrl"));
  const admin = new pg.Client({ connectionString: databaseUrl.href });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  databaseUrl.pathname = `/${name}`;
  const { database, pool } = connectPostgres(databaseUrl.href, () => {});

  const clickhouseUrl = new URL(inject("clickhouseUrl"));
  const clickhouseAdmin = connectClickHouse(clickhouseUrl.href);
  await clickhouseAdmin.command(`CREATE DATABASE ${name}`);
  clickhouseUrl.pathname = `/${name}`;
  const telemetry = connectClickHouse(clickhouseUrl.href);

  const stores: Stores = {
    pool,
    database,
    telemetry,
    engines: { status: () => [], stop: async () => {} },
    async close() {
      await telemetry.close();
      await clickhouseAdmin.command(`DROP DATABASE ${name}`);
      await clickhouseAdmin.close();
      await pool.end();
      await waitForDisconnect(admin, name);
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
  if (options.migrated ?? true) await migrate(stores, MIGRATIONS_FOLDER);
  return stores;
}

/** A closed connection's backend takes a moment to go; one that is cut off would be logged as an error. */
async function waitForDisconnect(admin: pg.Client, database: string): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    const { rows } = await admin.query("SELECT 1 FROM pg_stat_activity WHERE datname = $1", [database]);
    if (rows.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
