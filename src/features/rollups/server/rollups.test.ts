import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { Stores } from "#src/context.ts";
import { openTestStores } from "#test/support/stores.ts";
import { RollupSettler, runsOf } from "./rollup-settler.ts";
import { HOUR_MS, hourOf } from "./rollup-times.ts";
import { Rollups } from "./rollups.ts";
import type { SourcePlan } from "./source-plan.ts";

const NEVER = new AbortController().signal;
const NOW = hourOf(Date.now()) + 30 * 60_000;

let stores: Stores;
let rollups: Rollups;
let projectId: string;
beforeAll(async () => {
  stores = await openTestStores();
  rollups = new Rollups(stores.pool, stores.telemetry);
});
afterAll(() => stores.close());
beforeEach(async () => {
  projectId = randomUUID();
  const organization = randomUUID();
  await stores.pool.query("INSERT INTO organizations (id, slug, name) VALUES ($1, $2, $2)", [
    organization,
    randomBytes(8).toString("hex"),
  ]);
  await stores.pool.query(
    "INSERT INTO projects (id, organization_id, slug, name) VALUES ($1, $2, 'p', 'p')",
    [projectId, organization],
  );
});

/** Spans of one hour, some of each agent; costs are whole numbers, so that sums are exact in any order. */
async function addSpans(hoursAgo: number, count: number, agent = "a"): Promise<void> {
  const startMs = hourOf(NOW) - hoursAgo * HOUR_MS;
  await stores.telemetry.commandProject(
    projectId,
    `INSERT INTO spans (project_id, trace_id, span_id, is_root, start_time, duration_ns, received_at, agent,
       operation, status, cost_usd, tokens_output, user_id, time_to_first_token_ms)
     SELECT {project_id:UUID}, randomFixedString(16), randomFixedString(8), number % 2,
       fromUnixTimestamp64Milli({start:Int64} + number, 'UTC'), (number + 1) * 1000000,
       fromUnixTimestamp64Milli({received:Int64}, 'UTC'), {agent:String}, 'chat', if(number % 10 = 0, 2, 0),
       if(number % 2 = 0, number, NULL), number, toString(number % 7), 5
     FROM numbers({count:UInt64})`,
    { start: startMs, received: Date.now(), agent, count },
  );
}

/** What a plan adds up to; the same sums over the spans are the oracle. */
async function sumsOf(plan: SourcePlan) {
  const spans = plan.spans
    .map(
      ({ fromMs, toMs, receivedFromMs }) =>
        `(start_time >= fromUnixTimestamp64Milli(${fromMs}, 'UTC') AND start_time < fromUnixTimestamp64Milli(${toMs}, 'UTC')
          AND received_at >= fromUnixTimestamp64Milli(${receivedFromMs}, 'UTC'))`,
    )
    .join(" OR ");
  const pairs = (rows: { at: number; generation: number }[]) =>
    rows.map(({ at, generation }) => `(${at / 1000}, ${generation})`).join(", ") || "(0, 0)";
  const rows = (table: string, list: string) =>
    `SELECT agent, spans, cost_usd, tokens_output FROM ${table}
     WHERE project_id = {project_id:UUID} AND (toUnixTimestamp(hour), generation) IN (${list})`;
  return stores.telemetry.queryProject(
    projectId,
    `SELECT agent, sum(spans) AS spans, sum(cost_usd) AS cost, sum(tokens_output) AS tokens FROM (
       ${rows("span_hours", pairs(plan.hours.map((one) => ({ at: one.hourMs, ...one }))))}
       UNION ALL ${rows("span_days", pairs(plan.days.map((one) => ({ at: one.dayMs, ...one }))))}
       UNION ALL SELECT agent, 1, ifNull(cost_usd, 0), tokens_output FROM spans
         WHERE project_id = {project_id:UUID} AND (${spans || "0"})
     ) GROUP BY agent ORDER BY agent`,
  );
}
const RANGE = { fromMs: NOW - 100 * HOUR_MS, toMs: NOW };
const read = (options = { days: true, rollups: true }) =>
  rollups.plan(projectId, RANGE, options).then(async (plan) => ({ plan, sums: await sumsOf(plan) }));
const truth = async () => (await read({ days: false, rollups: false })).sums;
const settle = (settler: RollupSettler = rollups.settler) => settler.settleProject(projectId, NOW, NEVER);
/** Lets all marks look as old as the grace wants. */
const waitForGrace = () =>
  stores.pool.query("UPDATE rollup_hours SET dirty_at = dirty_at - interval '10 minutes'");
async function expectExact(): Promise<SourcePlan> {
  const { plan, sums } = await read();
  expect(sums).toEqual(await truth());
  return plan;
}

describe("rollups", () => {
  it("equal the sums over the spans, and leave only the newest hours to them", async () => {
    for (const [hoursAgo, count] of [
      [50, 100],
      [49, 40],
      [3, 30],
      [1, 20],
      [0, 10],
    ] as const)
      await addSpans(hoursAgo, count, `agent-${hoursAgo % 2}`);
    await expectExact();
    expect(await settle()).toBe(4);
    const plan = await expectExact();
    expect(plan.spans).toEqual([{ fromMs: hourOf(NOW), toMs: NOW, receivedFromMs: 0 }]);
    expect(plan.days.length).toBeGreaterThan(0);
    expect(await settle()).toBe(0);
  });

  it("keep durations, users and first tokens as states that merge", async () => {
    await addSpans(5, 100);
    await addSpans(4, 50);
    await settle();
    const [row] = await stores.telemetry.queryProject<{ p50: number; users: number; ttft: number }>(
      projectId,
      `SELECT quantilesTDigestMerge(0.5, 0.9)(durations)[1] AS p50, uniqCombined64Merge(14)(users) AS users,
         quantilesTDigestMerge(0.5)(first_tokens)[1] AS ttft
       FROM span_hours WHERE project_id = {project_id:UUID}`,
    );
    expect(row).toMatchObject({ users: 7, ttft: 5 });
    expect(row!.p50).toBeGreaterThan(30);
    expect(row!.p50).toBeLessThan(50);
  });

  it("count late spans at once, and again from rows after the grace", async () => {
    await addSpans(60, 10);
    await settle();
    await rollups.markLate(projectId, [hourOf(NOW) - 60 * HOUR_MS + 5]);
    await addSpans(60, 7, "late");
    expect((await expectExact()).spans.length).toBe(2);
    await settle();
    expect((await expectExact()).spans.length, "a write may still be under way").toBe(2);
    await waitForGrace();
    expect(await settle()).toBe(1);
    expect((await expectExact()).spans.length).toBe(1);
  });

  it("count a late span whose write takes its time after the mark", async () => {
    await addSpans(60, 10);
    await settle();
    await rollups.ledger.markHours(projectId, [hourOf(NOW) - 60 * HOUR_MS]);
    await waitForGrace();
    // Another mark comes while the hour is being summed up: its span may or may not be seen by that.
    const slow = interrupted(async () => {
      await rollups.ledger.markHours(projectId, [hourOf(NOW) - 60 * HOUR_MS]);
    });
    await settle(slow);
    await addSpans(60, 3, "late");
    await expectExact();
    await waitForGrace();
    await settle();
    expect((await expectExact()).spans.length).toBe(1);
  });

  it("are exact after a crash between any two steps", async () => {
    await addSpans(60, 25);
    await addSpans(30, 15);
    await addSpans(2, 5);
    let step = 0;
    for (let crashes = 0; ; crashes++) {
      let left = crashes;
      const crash = () => {
        step++;
        if (left-- === 0) throw new Error("killed");
      };
      try {
        await settle(crashing(crash));
        expect(crashes).toBeGreaterThan(6);
        break;
      } catch (error) {
        expect(String(error)).toContain("killed");
        await expectExact();
      }
    }
    expect(step).toBeGreaterThan(20);
    const plan = await expectExact();
    expect(plan.days.length + plan.hours.length).toBeGreaterThan(1);
    await stores.pool.query("UPDATE rollup_leftovers SET noted_at = noted_at - interval '2 hours'");
    expect(await rollups.settler.clean(NEVER)).toBeGreaterThan(3);
    await expectExact();
    const rows = await stores.telemetry.queryProject(
      projectId,
      "SELECT DISTINCT generation FROM span_hours WHERE project_id = {project_id:UUID}",
    );
    const { rows: counting } = await stores.pool.query(
      "SELECT DISTINCT generation FROM rollup_hours WHERE project_id = $1",
      [projectId],
    );
    expect(rows).toHaveLength(counting.length);
  });

  it("follow spans that were changed or deleted", async () => {
    await addSpans(60, 10, "gone");
    await addSpans(59, 10, "stays");
    await settle();
    await stores.telemetry.commandProject(
      projectId,
      "ALTER TABLE spans DELETE WHERE project_id = {project_id:UUID} AND agent = 'gone' SETTINGS mutations_sync = 1",
    );
    expect(await rollups.markDirty(projectId, RANGE.fromMs, NOW)).toBe(2);
    await expectExact();
    await waitForGrace();
    await settle();
    expect((await expectExact()).spans.length).toBe(1);
    expect((await read()).sums).toMatchObject([{ agent: "stays", spans: 10 }]);
  });

  it("outlive the spans of frozen hours, and add what arrives later", async () => {
    await addSpans(60, 10, "sampled");
    await addSpans(60, 4, "kept");
    await settle();
    // What was written within the grace before the freeze could count twice: these spans are older.
    await stores.telemetry.commandProject(
      projectId,
      `ALTER TABLE spans UPDATE received_at = received_at - INTERVAL 1 HOUR
       WHERE project_id = {project_id:UUID} SETTINGS mutations_sync = 1`,
    );
    const before = await truth();
    const frozen = await rollups.freeze(projectId, RANGE.fromMs, NOW);
    expect(frozen.map((one) => one.hourMs)).toEqual([hourOf(NOW) - 60 * HOUR_MS]);
    expect(await rollups.freeze(projectId, RANGE.fromMs, NOW)).toEqual(frozen);
    await stores.telemetry.commandProject(
      projectId,
      "ALTER TABLE spans DELETE WHERE project_id = {project_id:UUID} AND agent = 'sampled' SETTINGS mutations_sync = 1",
    );
    expect((await read()).sums).toEqual(before);
    await rollups.markLate(projectId, [hourOf(NOW) - 60 * HOUR_MS]);
    await addSpans(60, 3, "later");
    const expected = { kept: 4, later: 3, sampled: 10 };
    const counts = async () =>
      Object.fromEntries(
        ((await read()).sums as { agent: string; spans: number }[]).map((row) => [row.agent, row.spans]),
      );
    expect(await counts()).toEqual(expected);
    expect(await rollups.markDirty(projectId, RANGE.fromMs, NOW)).toBe(0);
    await waitForGrace();
    expect(await settle()).toBe(1);
    expect(await counts()).toEqual(expected);
    expect((await read()).plan.spans).toHaveLength(1);
    expect(await rollups.freeze(projectId, RANGE.fromMs, NOW)).toHaveLength(1);
    expect(await counts()).toEqual(expected);
  });

  it("of one project know nothing of another's", async () => {
    await addSpans(10, 5);
    await settle();
    const ours = projectId;
    projectId = randomUUID();
    expect((await read()).sums).toEqual([]);
    expect(await rollups.markDirty(projectId, 0, NOW)).toBe(0);
    projectId = ours;
    expect((await read()).sums).toHaveLength(1);
  });

  it("are summed up in runs of bounded size", () => {
    const hours = (spans: number[]) => spans.map((count, i) => ({ hourMs: i * HOUR_MS, spans: count }));
    expect(runsOf(hours([1, 1, 1]))).toHaveLength(1);
    expect(runsOf(hours([1_500_000, 1_500_000, 5_000_000, 1]))).toHaveLength(4);
    expect(runsOf(hours(Array(400).fill(1)))).toHaveLength(3);
  });
});

/** A settler that calls `step` before each thing it asks of a store; `step` may throw, as a killed process would stop. */
function crashing(step: () => void): RollupSettler {
  const stepping = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(of, name) {
        const value = Reflect.get(of, name) as unknown;
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          step();
          return (value as (...all: unknown[]) => unknown).apply(of, args);
        };
      },
    });
  return new RollupSettler(stepping(stores.telemetry), stepping(rollups.ledger));
}

/** A settler during whose first insert something else happens. */
function interrupted(meanwhile: () => Promise<void>): RollupSettler {
  const store = new Proxy(stores.telemetry, {
    get(of, name) {
      if (name !== "commandProject") return Reflect.get(of, name) as unknown;
      return async (...args: Parameters<TelemetryStore["commandProject"]>) => {
        await of.commandProject(...args);
        await meanwhile();
      };
    },
  });
  return new RollupSettler(store, rollups.ledger);
}
