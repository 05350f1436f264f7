import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { Stores } from "#src/context.ts";
import { openTestStores } from "#test/support/stores.ts";
import { findTrace } from "./trace-detail-query.ts";
import { readFacets } from "./trace-facets-query.ts";
import { listTraces } from "./trace-list-query.ts";

let stores: Stores;
const projectId = randomUUID();
const signal = new AbortController().signal;
const toMs = Date.now();
const range = { fromMs: toMs - 3_600_000, toMs };

beforeAll(async () => {
  stores = await openTestStores();
  await stores.telemetry.command(
    `INSERT INTO spans (project_id, trace_id, span_id, is_root, start_time, duration_ns, received_at, name)
     SELECT '${projectId}', unhex(leftPad(hex(number), 32, '0')), unhex(leftPad(hex(number), 16, '0')), 1,
       now64(9) - toIntervalSecond(number % 3600), 1000000, now64(3), 'work' FROM numbers(20000)`,
  );
});
afterAll(() => stores.close());

/** The store, but queries are explained instead of answered. */
function explaining(): { store: TelemetryStore; plans: string[] } {
  const plans: string[] = [];
  const store = Object.assign(Object.create(stores.telemetry), {
    queryProject: async (
      project: string,
      sql: string,
      params?: Record<string, unknown>,
      options?: object,
    ) => {
      const rows = await stores.telemetry.queryProject<{ explain: string }>(
        project,
        `EXPLAIN indexes = 1 ${sql}`,
        params,
        options,
      );
      plans.push(rows.map((row) => row.explain).join("\n"));
      return [];
    },
  }) as TelemetryStore;
  return { store, plans };
}

describe("summaries are read from the projection", () => {
  it.each<[string, (store: TelemetryStore) => Promise<unknown>]>([
    [
      "the list",
      (store) => listTraces(store, projectId, { filter: {}, range, limit: 50, after: undefined, signal }),
    ],
    [
      "a later page of the list",
      (store) =>
        listTraces(store, projectId, {
          filter: {},
          range,
          limit: 50,
          after: { start_ns: `${toMs}000000`, id: "0".repeat(32) },
          signal,
        }),
    ],
    [
      "a list filtered by summaries",
      (store) =>
        listTraces(store, projectId, {
          filter: { agent: "a", model: "b", status: "error", min_tokens: 1, session_id: "s" },
          range,
          limit: 50,
          after: undefined,
          signal,
        }),
    ],
    ["the facets", (store) => readFacets(store, projectId, range, signal)],
  ])("for %s", async (_name, read) => {
    const { store, plans } = explaining();
    await read(store).catch(() => {});
    // The first window of a list is minutes wide and read from the spans, which are ordered by time.
    const days = plans.filter((plan) => !plan.includes("CreatingSets"));
    expect(days.length).toBeGreaterThan(0);
    for (const plan of days) expect(plan).toContain("trace_summaries");
  });
});

it("one trace is found by the bloom filter on its id, in few of the spans' granules", async () => {
  const { store, plans } = explaining();
  await findTrace(store, projectId, `${"0".repeat(31)}1`, signal).catch(() => {});
  const [read, all] = /Name: trace_id_bloom[\s\S]*?Granules: (\d+)\/(\d+)/
    .exec(plans[0]!)!
    .slice(1)
    .map(Number);
  expect(read).toBeLessThanOrEqual(1);
  expect(all).toBeGreaterThan(1);
});
