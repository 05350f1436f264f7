import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Rollups } from "#features/rollups/server/index.ts";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { createTenant, type Tenant } from "#test/support/tenant.ts";
import { SampledHourStore } from "./sampled-hour-store.ts";
import { sampleProject } from "./sampling-job.ts";

const HOUR_MS = 3_600_000;
const NEVER = new AbortController().signal;
const SAMPLING = { keep_percent: 0, keep_slower_than_ms: 5000, keep_costlier_than_usd: 1, after_hours: 1 };

let test: TestApp;
let rollups: Rollups;
beforeAll(async () => {
  test = await createTestApp();
  rollups = new Rollups(test.context.stores.pool, test.context.stores.telemetry);
});
afterAll(() => test.close());

interface OldTrace {
  name: string;
  hoursAgo: number;
  minutes?: number;
  spans?: number;
  durationMs?: number;
  status?: number;
  cost?: number;
}

const NOW = Math.floor(Date.now() / HOUR_MS) * HOUR_MS + 30 * 60_000;
const hourStart = (hoursAgo: number) => Math.floor(NOW / HOUR_MS) * HOUR_MS - hoursAgo * HOUR_MS;

/** Traces that arrived when they happened, written straight into the store; `minutes` is the time between two spans. */
async function addTraces(tenant: Tenant, traces: readonly OldTrace[]): Promise<void> {
  for (const trace of traces) {
    const startMs = hourStart(trace.hoursAgo) + 30 * 60_000;
    await test.context.stores.telemetry.commandProject(
      tenant.projectId,
      `INSERT INTO spans (project_id, trace_id, span_id, is_root, name, start_time, duration_ns, received_at, status, cost_usd)
       SELECT {project_id:UUID}, {trace:FixedString(16)}, randomFixedString(8), number = 0, {name:String},
         fromUnixTimestamp64Milli({start:Int64} + number * {gap:Int64}, 'UTC'), {duration:UInt64},
         fromUnixTimestamp64Milli({start:Int64} + number * {gap:Int64} + 1000, 'UTC'), {status:UInt8}, {cost:Float64}
       FROM numbers({count:UInt64})`,
      {
        trace: randomUUID().slice(0, 16),
        name: trace.name,
        start: startMs,
        gap: (trace.minutes ?? 0) * 60_000,
        duration: (trace.durationMs ?? 100) * 1e6,
        status: trace.status ?? 0,
        cost: trace.cost ?? 0.01,
        count: trace.spans ?? 1,
      },
    );
  }
}

async function sample(tenant: Tenant, sampling = SAMPLING): Promise<void> {
  const { stores, retention, logger } = test.context;
  await rollups.settler.settleProject(tenant.projectId, NOW, NEVER);
  await sampleProject(
    {
      store: stores.telemetry,
      settings: retention,
      sampledHours: new SampledHourStore(stores.database),
      rollups: {
        settledUntil: (projectId) => rollups.ledger.settledUntil(projectId),
        freeze: (projectId, fromMs, toMs) => rollups.freeze(projectId, fromMs, toMs),
      },
      logger,
    },
    tenant.projectId,
    sampling,
    NOW,
    NEVER,
  );
}

async function namesLeft(tenant: Tenant): Promise<string[]> {
  const rows = await test.context.stores.telemetry.queryProject<{ name: string }>(
    tenant.projectId,
    "SELECT DISTINCT name FROM spans WHERE project_id = {project_id:UUID} ORDER BY name",
  );
  return rows.map((row) => row.name);
}

/** What the roll-ups count of the hours that are over. */
async function counted(tenant: Tenant) {
  const plan = await rollups.plan(
    tenant.projectId,
    { fromMs: hourStart(100), toMs: hourStart(0) },
    { days: false, rollups: true },
  );
  const list = plan.hours.map((row) => `(${row.hourMs / 1000}, ${row.generation})`).join(", ");
  const [row] = await test.context.stores.telemetry.queryProject<{ spans: number; cost: number }>(
    tenant.projectId,
    `SELECT sum(spans) AS spans, round(sum(cost_usd), 6) AS cost FROM span_hours
     WHERE project_id = {project_id:UUID} AND (toUnixTimestamp(hour), generation) IN (${list})`,
  );
  return row;
}

describe("tail sampling", () => {
  it("keeps what failed, was slow or costly, and the counts of everything", async () => {
    const tenant = await createTenant(test.context);
    await addTraces(tenant, [
      { name: "plain", hoursAgo: 6, spans: 3 },
      { name: "plain too", hoursAgo: 5 },
      { name: "failed", hoursAgo: 6, status: 2 },
      { name: "slow", hoursAgo: 6, durationMs: 6000 },
      { name: "costly", hoursAgo: 5, cost: 1.5 },
    ]);
    await sample(tenant);
    expect(await namesLeft(tenant)).toEqual(["costly", "failed", "slow"]);
    expect(await counted(tenant)).toEqual({ spans: 7, cost: 1.56 });
  });

  it("draws the same share of the rest each time, whole traces only", async () => {
    const tenant = await createTenant(test.context);
    await addTraces(
      tenant,
      Array.from({ length: 40 }, (_, i) => ({ name: `t${i}`, hoursAgo: 6, spans: 2, minutes: 20 })),
    );
    await sample(tenant, { ...SAMPLING, keep_slower_than_ms: 1e9, keep_percent: 50 });
    const left = await namesLeft(tenant);
    expect(left.length).toBeGreaterThan(5);
    expect(left.length).toBeLessThan(35);
    const spans = await test.context.stores.telemetry.queryProject<{ n: number }>(
      tenant.projectId,
      "SELECT count() AS n FROM spans WHERE project_id = {project_id:UUID}",
    );
    expect(spans[0]!.n).toBe(left.length * 2);
    await sample(tenant, { ...SAMPLING, keep_slower_than_ms: 1e9, keep_percent: 50 });
    expect(await namesLeft(tenant)).toEqual(left);
  });

  it("leaves alone what is not over, reaches beyond the hours looked at, or is too young", async () => {
    const tenant = await createTenant(test.context);
    await addTraces(tenant, [
      { name: "young", hoursAgo: 1 },
      { name: "across hours", hoursAgo: 6, spans: 2, minutes: 45 },
      { name: "still running", hoursAgo: 3, spans: 4, minutes: 60 },
      { name: "plain", hoursAgo: 6 },
    ]);
    await sample(tenant, { ...SAMPLING, keep_slower_than_ms: 1e9 });
    expect(await namesLeft(tenant)).toEqual(["still running", "young"]);
  });

  it("does nothing while nothing is settled", async () => {
    const tenant = await createTenant(test.context);
    await sample(tenant);
    expect(await namesLeft(tenant)).toEqual([]);
  });
});
