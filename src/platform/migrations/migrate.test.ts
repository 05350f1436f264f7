import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MIGRATIONS_FOLDER, type Stores } from "#src/context.ts";
import { openTestStores } from "#test/support/stores.ts";
import { migrate } from "./migrate.ts";

describe("migrating both stores", () => {
  let stores: Stores;
  beforeEach(async () => {
    stores = await openTestStores({ migrated: false });
  });
  afterEach(() => stores.close());

  it("applies everything once, however many processes start at the same time", async () => {
    const reports = await Promise.all([1, 2, 3].map(() => migrate(stores, MIGRATIONS_FOLDER)));
    const applied = reports.flatMap((report) => [...report.postgres, ...report.clickhouse]);
    expect(applied.length).toBeGreaterThan(1);
    expect(new Set(applied).size).toBe(applied.length);
  });

  it("only tells what it would do when planning", async () => {
    const plan = await migrate(stores, MIGRATIONS_FOLDER, { planOnly: true });
    expect(plan.postgres).toContain("0001_identity");
    expect((await migrate(stores, MIGRATIONS_FOLDER)).postgres).toEqual(plan.postgres);
  });

  it("goes on after a run that was killed between a ClickHouse migration and its ledger row", async () => {
    await migrate(stores, MIGRATIONS_FOLDER);
    await stores.telemetry.command("TRUNCATE TABLE schema_migrations");
    expect((await migrate(stores, MIGRATIONS_FOLDER)).clickhouse).toContain("0001_spans");
  });

  it("refuses a file that was changed after it had been applied", async () => {
    await migrate(stores, MIGRATIONS_FOLDER);
    await stores.pool.query("UPDATE schema_migrations SET checksum = 'other'");
    await expect(migrate(stores, MIGRATIONS_FOLDER)).rejects.toMatchObject({ code: "migration_changed" });
  });

  it("refuses a store that a newer version has migrated", async () => {
    await migrate(stores, MIGRATIONS_FOLDER);
    await stores.pool.query("INSERT INTO schema_migrations VALUES ('9999_from_the_future', 'x')");
    await expect(migrate(stores, MIGRATIONS_FOLDER)).rejects.toMatchObject({ code: "store_is_newer" });
  });
});
