import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stores } from "#src/context.ts";
import { openTestStores } from "#test/support/stores.ts";
import { RowBinaryWriter, uuidBytes } from "./row-binary-writer.ts";
import type { TelemetryStore } from "./telemetry-store.ts";

const OURS = "0195e0c3-7d1a-7000-8000-000000000001";
const THEIRS = "0195e0c3-7d1a-7000-8000-000000000002";
/** A query that would take minutes. */
const ENDLESS = "SELECT {project_id:UUID} AS id, sum(sipHash64(number)) AS sum FROM numbers(1000000000000)";

describe("the telemetry store", () => {
  let stores: Stores;
  let store: TelemetryStore;

  beforeAll(async () => {
    stores = await openTestStores({ migrated: false });
    store = stores.telemetry;
    await store.command(
      `CREATE TABLE kept (project_id UUID, word String) ENGINE = MergeTree ORDER BY project_id
       SETTINGS non_replicated_deduplication_window = 100`,
    );
    await insert(randomUUID(), [OURS, "ours"], [THEIRS, "theirs"]);
  });
  afterAll(() => stores.close());

  function insert(token: string, ...rows: [string, string][]): Promise<void> {
    const out = new RowBinaryWriter(0);
    for (const [projectId, word] of rows) {
      out.fixed(uuidBytes(projectId));
      out.string(word);
    }
    return store.insertRowBinary("kept", ["project_id", "word"], [out.bytes()], token);
  }
  const countOf = async (word: string) =>
    (
      await store.queryAll<{ n: number }>("SELECT count() AS n FROM kept WHERE word = {word:String}", {
        word,
      })
    )[0]!.n;

  it("refuses a query that does not filter by the project", async () => {
    await expect(store.queryProject(OURS, "SELECT word FROM kept")).rejects.toThrow(
      "must filter by {project_id:UUID}",
    );
  });

  it("binds the project, whatever the parameters say", async () => {
    const sql = "SELECT word FROM kept WHERE project_id = {project_id:UUID}";
    expect(await store.queryProject(OURS, sql)).toEqual([{ word: "ours" }]);
    expect(await store.queryProject(OURS, sql, { project_id: THEIRS })).toEqual([{ word: "ours" }]);
  });

  it("binds values as values", async () => {
    const hostile = ["'; DROP TABLE kept; --", "\\' OR 1=1 --", "{word:String}", "\n\t\0", "日本語", "$$"];
    for (const word of hostile) {
      const rows = await store.queryProject(OURS, "SELECT {word:String} AS word, {project_id:UUID} AS id", {
        word,
      });
      expect(rows).toEqual([{ word, id: OURS }]);
    }
    const [row] = await store.queryProject<{ words: string[] }>(
      OURS,
      "SELECT {words:Array(String)} AS words, {project_id:UUID} AS id",
      { words: hostile },
    );
    expect(row?.words).toEqual(hostile);
  });

  it("takes lists that are far too long for a URL", async () => {
    const words = Array.from({ length: 20_000 }, (_, i) => `${i}-${"x".repeat(20)}`);
    const [row] = await store.queryProject<{ n: number }>(
      OURS,
      "SELECT length({words:Array(String)}) AS n, {project_id:UUID} AS id",
      { words },
    );
    expect(row?.n).toBe(20_000);
  });

  it("gives up on a query that takes too long", async () => {
    const startMs = Date.now();
    await expect(store.queryProject(OURS, ENDLESS, {}, { maxSeconds: 1 })).rejects.toMatchObject({
      code: "query_too_slow",
      status: 504,
    });
    expect(Date.now() - startMs).toBeLessThan(10_000);
  });

  it("gives up on a query that takes too much memory", async () => {
    const sql = "SELECT {project_id:UUID} AS id, groupArray(number) AS all FROM numbers(100000000)";
    await expect(store.queryProject(OURS, sql, {}, { maxMemoryBytes: 50_000_000 })).rejects.toMatchObject({
      code: "query_too_large",
      status: 503,
    });
  });

  it("stops a query in the store when the caller goes away", async () => {
    const caller = new AbortController();
    const marker = randomUUID();
    const sql = ENDLESS.replace("SELECT", `SELECT '${marker}' AS marker,`);
    const query = store.queryProject(OURS, sql, {}, { signal: caller.signal });
    const running = async () => {
      const rows = await store.queryAll<{ query: string }>("SELECT query FROM system.processes");
      return rows.some((row) => row.query.includes(marker) && !row.query.includes("system.processes"));
    };
    await expect.poll(running, { timeout: 5000 }).toBe(true);
    caller.abort();
    await expect(query).rejects.toMatchObject({ code: "caller_has_gone", status: 499 });
    await expect.poll(running, { timeout: 5000 }).toBe(false);
  });

  it("stores a repeated insert once, when it carries the same token", async () => {
    const token = randomUUID();
    await insert(token, [OURS, "once"], [OURS, "once"]);
    await insert(token, [OURS, "once"], [OURS, "once"]);
    expect(await countOf("once")).toBe(2);
    await insert(randomUUID(), [OURS, "once"], [OURS, "once"]);
    expect(await countOf("once")).toBe(4);
  });

  it("says what is wrong with a query, with the store's own code", async () => {
    await expect(store.queryAll("SELECT nothing FROM nowhere")).rejects.toMatchObject({ code: "60" });
  });
});
