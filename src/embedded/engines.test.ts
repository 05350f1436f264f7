import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClickHouseLogLevel, createClient } from "@clickhouse/client";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EmbeddedEngines, startEngines } from "./index.ts";
import { findPostgresBinaries, restoreSymlinks } from "./postgres/postgres-binaries.ts";
import { processIdentity } from "./process-identity.ts";
import { silent, testFolder } from "./test-folder.ts";

let folder: ReturnType<typeof testFolder>;
let engines: EmbeddedEngines | undefined;

beforeEach(() => {
  folder = testFolder();
});
afterEach(async () => {
  await engines?.stop();
  engines = undefined;
  folder.remove();
}, 20_000);

function start(only: { postgres?: boolean; clickhouse?: boolean } = { postgres: true, clickhouse: true }) {
  return startEngines({
    dataFolder: folder.path,
    logger: silent,
    postgres: only.postgres ?? false,
    clickhouse: only.clickhouse ?? false,
    clickhouseMemoryLimitBytes: 1024 ** 3,
  });
}

async function sql(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: engines?.databaseUrl });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

function clickhouse() {
  return createClient({
    url: engines?.clickhouseUrl,
    username: engines?.clickhouseUser,
    password: engines?.clickhousePassword,
    log: { level: ClickHouseLogLevel.OFF },
  });
}

function pidOf(name: string): number {
  return engines!.status().find((status) => status.name === name)!.pid!;
}

/** Repeats until it succeeds, as a client of a restarting engine does. */
async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + 10_000; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Running, and not just waiting for its new parent to notice its end. */
async function alive(pid: number): Promise<boolean> {
  return (await processIdentity(pid)) !== undefined;
}

describe("the embedded engines", () => {
  it("start, keep their data over a stop, and start again on the same PostgreSQL port", async () => {
    engines = await start();
    expect(engines.status().map((status) => status.state)).toEqual(["healthy", "healthy"]);
    const firstUrl = engines.databaseUrl;
    await sql("CREATE TABLE notes (text text)");
    await sql("INSERT INTO notes VALUES ('kept')");
    await engines.stop();
    expect(engines.status().map((status) => status.state)).toEqual(["stopped", "stopped"]);
    engines = await start();
    expect(engines.databaseUrl).toBe(firstUrl);
    expect(await sql("SELECT text FROM notes")).toEqual([{ text: "kept" }]);
  }, 30_000);

  it.skipIf(process.getuid?.() !== 0)(
    "as root, let PostgreSQL pass through a closed data folder of theirs",
    async () => {
      chmodSync(folder.path, 0o700);
      engines = await start({ postgres: true });
      expect(statSync(folder.path).mode & 0o777).toBe(0o701);
    },
    30_000,
  );

  it.skipIf(process.getuid?.() !== 0)(
    "as root, run PostgreSQL below a folder that is closed to all others, twice",
    async () => {
      const closed = join(folder.path, "closed");
      mkdirSync(closed, { mode: 0o700 });
      for (const _run of ["first", "second"]) {
        const below = await startEngines({
          dataFolder: join(closed, "data"),
          logger: silent,
          postgres: true,
          clickhouse: false,
          clickhouseMemoryLimitBytes: 1024 ** 3,
        });
        expect(below.status().map((status) => status.state)).toEqual(["healthy"]);
        await below.stop();
      }
      expect(statSync(closed).mode & 0o777).toBe(0o700);
    },
    30_000,
  );

  it.skipIf(process.getuid?.() !== 0)(
    "as root, say which folder is in PostgreSQL's way when its files belong to another user",
    async () => {
      const closed = join(folder.path, "closed");
      mkdirSync(join(closed, "data", "postgres"), { recursive: true });
      chownSync(join(closed, "data", "postgres"), 65_534, 65_534);
      chmodSync(closed, 0o700);
      const attempt = startEngines({
        dataFolder: join(closed, "data"),
        logger: silent,
        postgres: true,
        clickhouse: false,
        clickhouseMemoryLimitBytes: 1024 ** 3,
      });
      await expect(attempt).rejects.toMatchObject({ code: "data_folder_not_reachable" });
      await expect(attempt).rejects.toThrow(`chmod o+x ${closed}`);
    },
    30_000,
  );

  it("start only what is asked for", async () => {
    engines = await start({});
    expect(engines.status()).toEqual([]);
    expect(engines.databaseUrl).toBeUndefined();
    expect(engines.clickhouseUrl).toBeUndefined();
  });

  it("keep the PostgreSQL password to themselves", async () => {
    engines = await start({ postgres: true });
    expect(statSync(join(folder.path, "secrets", "postgres-password")).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder.path, "postgres")).mode & 0o777).toBe(0o700);
    const guess = engines.databaseUrl!.replace(/:[^:@/]+@/, ":wrong@");
    const stranger = new pg.Client({ connectionString: guess });
    await expect(stranger.connect()).rejects.toThrow(/password authentication failed/);
    expect(await sql("SHOW fsync")).toEqual([{ fsync: "on" }]);
  }, 30_000);

  it("lose no acknowledged row when both are killed, and come back at the same addresses", async () => {
    engines = await start();
    await sql("CREATE TABLE acked (n int PRIMARY KEY)");
    const client = clickhouse();
    await client.command({
      query: `CREATE TABLE acked (n UInt32) ENGINE = MergeTree ORDER BY n
        SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000`,
    });
    let written = 0;
    const write = async () => {
      const n = written;
      await sql("INSERT INTO acked VALUES ($1) ON CONFLICT DO NOTHING", [n]);
      await client.insert({
        table: "acked",
        values: [{ n }],
        format: "JSONEachRow",
        clickhouse_settings: { insert_deduplication_token: `token-${n}` },
      });
      written += 1;
    };
    for (let cycle = 1; cycle <= 3; cycle += 1) {
      const until = written + 15;
      const killAt = written + 3 + cycle * 2;
      while (written < until) {
        if (written === killAt)
          for (const name of ["postgres", "clickhouse"]) process.kill(pidOf(name), "SIGKILL");
        await retried(write);
      }
    }
    const result = await retried(() =>
      client.query({
        query: "SELECT count() AS all, uniqExact(n) AS different FROM acked",
        format: "JSONEachRow",
      }),
    );
    expect(await result.json()).toEqual([{ all: written, different: written }]);
    expect(await sql("SELECT count(*)::int AS all FROM acked")).toEqual([{ all: written }]);
    for (const status of engines.status()) expect(status).toMatchObject({ state: "healthy", restarts: 3 });
    await client.close();
  }, 60_000);

  it("survive the kill of their parent: nothing is left running after the next start", async () => {
    const script = `const { startEngines } = await import(${JSON.stringify(new URL("./index.ts", import.meta.url).href)});
      const engines = await startEngines({ dataFolder: ${JSON.stringify(folder.path)}, postgres: true, clickhouse: true,
        logger: { info() {}, warn() {}, error() {} }, clickhouseMemoryLimitBytes: 1e9 });
      console.log(JSON.stringify(engines.status().map((status) => status.pid)));`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [pids] = await once(parent.stdout, "data");
    const [postgresPid, clickhousePid] = JSON.parse(String(pids)) as [number, number];
    parent.kill("SIGKILL");
    await once(parent, "exit");
    await expect.poll(() => alive(clickhousePid), { timeout: 3_000 }).toBe(false);
    engines = await start();
    expect(await alive(postgresPid)).toBe(false);
    expect(await sql("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  }, 30_000);

  it("finish a creation of the database that was killed half-way", async () => {
    const part = join(folder.path, "postgres", "cluster.part");
    mkdirSync(part, { recursive: true });
    writeFileSync(join(part, "PG_VERSION"), "18\n");
    engines = await start({ postgres: true });
    expect(await sql("SELECT current_database() AS name")).toEqual([{ name: "flightdeck" }]);
  }, 30_000);

  it("take another PostgreSQL port when theirs is taken", async () => {
    engines = await start({ postgres: true });
    const { port } = new URL(engines.databaseUrl!);
    await engines.stop();
    const squatter = createServer().listen(Number(port), "127.0.0.1");
    await once(squatter, "listening");
    engines = await start({ postgres: true });
    expect(new URL(engines.databaseUrl!).port).not.toBe(port);
    expect(await sql("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    squatter.close();
  }, 30_000);
});

describe("the PostgreSQL package", () => {
  it("gets the library links back that a blocked install script left out", async () => {
    const { postgres } = await findPostgresBinaries(undefined, folder.path);
    const installed = join(postgres, "..", "..");
    const copy = join(mkdtempSync(join(tmpdir(), "flightdeck-links-")), "native");
    const list = JSON.parse(readFileSync(join(installed, "pg-symlinks.json"), "utf8")) as {
      target: string;
    }[];
    mkdirSync(join(copy, "lib"), { recursive: true });
    for (const name of readdirSync(join(installed, "lib"))) {
      if (list.some(({ target }) => target === `native/lib/${name}`) || !name.includes(".so")) continue;
      cpSync(join(installed, "lib", name), join(copy, "lib", name));
    }
    cpSync(join(installed, "pg-symlinks.json"), join(copy, "pg-symlinks.json"));
    await restoreSymlinks(copy);
    await restoreSymlinks(copy);
    for (const { target } of list) expect(statSync(join(copy, "..", target)).size).toBeGreaterThan(0);
    rmSync(join(copy, ".."), { recursive: true });
  });
});
