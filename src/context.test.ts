import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { decideConfig } from "#config/config.ts";
import { readEnv } from "#config/env.ts";
import { openStores } from "./context.ts";

let dataFolder: string;
beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), "flightdeck-context-"));
});
afterAll(() => rm(dataFolder, { recursive: true, force: true }));

it("starts no engine and makes no database of its own when both URLs are given", async () => {
  const { env } = readEnv({
    FLIGHTDECK_DATA: dataFolder,
    DATABASE_URL: inject("databaseUrl"),
    CLICKHOUSE_URL: inject("clickhouseUrl"),
  });
  const stores = await openStores(decideConfig(env, false), pino({ level: "silent" }));
  try {
    expect(stores.engines.status()).toEqual([]);
    expect((await stores.pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    expect(await stores.telemetry.queryAll("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    const folders = await readdir(dataFolder);
    expect(folders).not.toContain("postgres");
    expect(folders).not.toContain("clickhouse");
  } finally {
    await stores.close();
  }
});
