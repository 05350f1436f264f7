import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "#src/app.ts";
import type { Context } from "#src/context.ts";
import { createTestApp, TEST_ADMIN, TEST_KEY, type TestApp } from "#test/support/app.ts";
import { sendSpans, testSpan } from "#test/support/otlp.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

const down = async () => {
  throw Object.assign(new Error("connect ECONNREFUSED 10.0.0.7:5432, password hunter2"), {
    code: "ECONNREFUSED",
  });
};

/** The app with stores that fail as given. */
async function appWith(
  stores: Partial<Record<"pool" | "telemetry", () => Promise<never>>>,
  phase: "starting" | "running" | "stopping" = "running",
) {
  const { pool, telemetry } = test.context.stores;
  const context: Context = {
    ...test.context,
    stores: {
      ...test.context.stores,
      pool: stores.pool ? Object.assign(Object.create(pool), { query: stores.pool }) : pool,
      telemetry: stores.telemetry
        ? Object.assign(Object.create(telemetry), { queryAll: stores.telemetry })
        : telemetry,
    },
  };
  return createApp(context, { phase, version: "1.2.3" });
}

describe("health", () => {
  it("is told with what it depends on", async () => {
    for (const url of ["/health", "/health/ready"]) {
      const response = await test.app.inject(url);
      expect(response.statusCode).toBe(200);
      expect(response.json()).toEqual({
        status: "ok",
        version: "0.0.0-test",
        uptime_seconds: expect.any(Number),
        dependencies: {
          postgres: { status: "ok", latency_ms: expect.any(Number) },
          clickhouse: { status: "ok", latency_ms: expect.any(Number) },
        },
      });
    }
    expect((await test.app.inject("/health/live")).json()).toEqual({ status: "ok" });
  });

  it.each([
    ["pool", "postgres", "clickhouse"],
    ["telemetry", "clickhouse", "postgres"],
  ] as const)(
    "is degraded while %s is away: alive, not ready, and tells strangers no address",
    async (store, failed, well) => {
      const app = await appWith({ [store]: down });
      const ready = await app.inject("/health/ready");
      expect(ready.statusCode).toBe(503);
      expect(ready.json()).toMatchObject({
        status: "degraded",
        dependencies: { [failed]: { status: "failed", error: "ECONNREFUSED" }, [well]: { status: "ok" } },
      });
      expect(ready.body).not.toMatch(/10\.0\.0\.7|hunter2/);
      const health = await app.inject("/health");
      expect(health.statusCode).toBe(200);
      expect(health.json().status).toBe("degraded");
      expect((await app.inject("/health/live")).statusCode).toBe(200);
      await app.close();
    },
  );

  it("does not wait for a dependency that never answers", async () => {
    const app = await appWith({ telemetry: () => new Promise<never>(() => {}) });
    const response = await app.inject("/health/ready");
    expect(response.statusCode).toBe(503);
    expect(response.json().dependencies.clickhouse).toMatchObject({
      status: "failed",
      error: "TimeoutError",
    });
    await app.close();
  });

  it.each(["starting", "stopping"] as const)("is not ready while %s", async (phase) => {
    const app = await appWith({}, phase);
    const response = await app.inject("/health/ready");
    expect(response.statusCode).toBe(503);
    expect(response.json().status).toBe(phase);
    await app.close();
  });
});

describe("the metrics", () => {
  const metrics = async () => (await test.app.inject("/metrics")).body;
  const sampleOf = (text: string, name: string) =>
    Number(new RegExp(`^${name.replace(/[{}"]/g, "\\$&")} (\\S+)$`, "m").exec(text)?.[1] ?? Number.NaN);

  it("are Prometheus text with what the process does", async () => {
    const before = await metrics();
    const span = testSpan();
    await sendSpans(test.app, test.keyHeaders, [span, testSpan()]);
    await sendSpans(test.app, test.keyHeaders, [span]);
    await test.app.inject("/api/v1/nothing-here");
    const response = await test.app.inject("/metrics");
    expect(response.headers["content-type"]).toMatch(/^text\/plain; version=/);
    const after = response.body;
    const grew = (name: string) => sampleOf(after, name) - (sampleOf(before, name) || 0);
    expect(grew("flightdeck_spans_stored_total")).toBe(2);
    expect(grew("flightdeck_spans_duplicate_total")).toBe(1);
    expect(grew('flightdeck_ingest_requests_total{signal="traces",outcome="accepted"}')).toBe(2);
    expect(sampleOf(after, "flightdeck_ingest_buffered_bytes")).toBe(0);
    expect(sampleOf(after, "flightdeck_live_streams")).toBe(0);
    expect(after).toContain("flightdeck_process_resident_memory_bytes");
    expect(after).toMatch(
      /flightdeck_http_request_duration_seconds_count\{method="POST",route="\/v1\/traces",status="200"\} \d/,
    );
  });

  it("carry no secret, and no label that a caller chooses", async () => {
    await test.app.inject({
      url: `/api/v1/traces/${"f".repeat(32)}?token=${TEST_KEY}`,
      headers: test.keyHeaders,
    });
    await test.app.inject({ url: "/some/made-up/path-4711" });
    await test.signIn();
    const text = await metrics();
    for (const secret of [TEST_KEY, TEST_ADMIN.email, TEST_ADMIN.password, "path-4711", "f".repeat(32)]) {
      expect(text).not.toContain(secret);
    }
    expect(text).toContain('route="/api/v1/traces/:traceId"');
  });
});
