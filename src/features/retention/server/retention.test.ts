import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant, signInAs } from "#test/support/tenant.ts";
import { enforceRetention } from "./retention-job.ts";
import { daysOf, longestDays } from "./signals.ts";

const DAY_MS = 86_400_000;
let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

describe("days to keep", () => {
  it("are the project's own, else the default", () => {
    expect(daysOf({ logs: 7 })).toMatchObject({ traces: 90, logs: 7, rollups: 365 });
  });

  it("are never less for a table than any project asks for", () => {
    expect(longestDays([{ traces: 7 }, { traces: 120 }, {}])).toMatchObject({ traces: 120, logs: 90 });
    expect(longestDays([{ traces: 7 }])).toMatchObject({ traces: 90 });
  });
});

describe("retention", () => {
  it("tells what is stored and for how long", async () => {
    const tenant = await createTenant(test.context);
    await sendSpans(test.app, tenant.keyHeaders, [testSpan(), testSpan()]);
    const response = await test.app.inject({ url: "/api/v1/retention", headers: tenant.keyHeaders });
    const { signals, sampling } = response.json();
    const traces = signals.find((each: { signal: string }) => each.signal === "traces");
    expect(traces).toMatchObject({ days: 90, rows: 2, rows_per_day: 2 / 7 });
    expect(traces.bytes).toBeGreaterThan(0);
    expect(Date.parse(traces.oldest)).toBeGreaterThan(Date.now() - 60_000);
    expect(sampling).toBeNull();
  });

  it("removes what a project is done with, counted from arrival, and nothing of others", async () => {
    const [short, long] = [await createTenant(test.context), await createTenant(test.context)];
    const owner = await signInAs(test, short);
    for (const tenant of [short, long]) await sendSpans(test.app, tenant.keyHeaders, [testSpan()]);
    const put = await test.app.inject({
      method: "PUT",
      url: "/api/v1/retention",
      payload: { days: { traces: 7 } },
      headers: owner,
    });
    expect(put.statusCode).toBe(200);
    const frozen: string[] = [];
    const enforce = (nowMs: number) =>
      enforceRetention(
        {
          store: test.context.stores.telemetry,
          settings: test.context.retention,
          logger: test.context.logger,
          freezeBefore: async (projectId) => {
            frozen.push(projectId);
          },
        },
        nowMs,
        new AbortController().signal,
      );
    const spansOf = async (tenant: { keyHeaders: Record<string, string> }) =>
      (await test.app.inject({ url: "/api/v1/traces", headers: tenant.keyHeaders })).json().data.length;

    await enforce(Date.now() + 6 * DAY_MS);
    expect([await spansOf(short), await spansOf(long)]).toEqual([1, 1]);
    await enforce(Date.now() + 8 * DAY_MS);
    expect([await spansOf(short), await spansOf(long)]).toEqual([0, 1]);
    expect(frozen).toEqual([short.projectId]);
  });

  it("lets tables live as long as the most demanding project asks", async () => {
    const tenant = await createTenant(test.context);
    await test.context.retention.save(
      tenant.projectId,
      { days: { logs: 400 }, sampling: null },
      { userId: null, now: new Date() },
    );
    await test.context.jobs.send("retention.enforce");
    const [logs] = await test.context.stores.telemetry.queryAll<{ ddl: string }>(
      "SELECT create_table_query AS ddl FROM system.tables WHERE database = currentDatabase() AND name = 'logs'",
    );
    expect(logs?.ddl).toContain("TTL toDateTime(received_at) + toIntervalDay(400)");
  });

  it("says beforehand what a change would remove and what sampling would keep", async () => {
    const tenant = await createTenant(test.context);
    const owner = await signInAs(test, tenant);
    await sendSpans(test.app, tenant.keyHeaders, [
      testSpan({ status: { code: 2, message: "failed" } }),
      testSpan({ durationMs: 5000 }),
      testSpan(),
      testSpan(),
    ]);
    const preview = await test.app.inject({
      method: "POST",
      url: "/api/v1/retention/preview",
      payload: {
        days: { traces: 30 },
        sampling: {
          keep_percent: 0,
          keep_slower_than_ms: 2000,
          keep_costlier_than_usd: null,
          after_hours: 1,
        },
      },
      headers: owner,
    });
    expect(preview.json()).toEqual({
      signals: [{ signal: "traces", rows: 0 }],
      sampling: { traces: 4, kept: 2, spans: 4, spans_kept: 2 },
    });
  });

  it("is seen by everyone and changed by administrators", async () => {
    const viewer = await signInAs(test, await createTenant(test.context, { role: "viewer" }));
    const change = (headers: Record<string, string>, payload: object = { days: { logs: 1 } }) =>
      test.app.inject({ method: "PUT", url: "/api/v1/retention", payload, headers });
    expect((await test.app.inject({ url: "/api/v1/retention", headers: viewer })).statusCode).toBe(200);
    expect((await change(viewer)).statusCode).toBe(403);
    expect((await change({})).statusCode).toBe(401);
    expect((await change(await test.signIn(), { days: { logs: 0 } })).statusCode).toBe(400);
  });
});
