import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { newSpanId, newTraceId, sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant, type Tenant } from "#test/support/tenant.ts";
import type { AgentsSummary, DashboardMetrics, Overview } from "../dashboard-contract.ts";
import { pickMovers } from "./top-movers.ts";

const HOUR = 3_600_000;

let test: TestApp;
let tenant: Tenant;
beforeAll(async () => {
  test = await createTestApp();
  tenant = await createTenant(test.context);
  const now = Date.now();
  await sendRun("steady", now - HOUR);
  await sendRun("steady", now - 25 * HOUR);
  for (let i = 0; i < 3; i++) await sendRun("new", now - 2 * HOUR - i * 1000, i === 0);
});
afterAll(() => test.close());

async function sendRun(agent: string, startMs: number, fails = false): Promise<void> {
  const traceId = newTraceId();
  const spanId = newSpanId();
  const shared = { "gen_ai.agent.name": agent, "user.id": agent };
  await sendSpans(test.app, tenant.keyHeaders, [
    testSpan({
      traceId,
      spanId,
      name: `invoke_agent ${agent}`,
      startMs,
      durationMs: 2000,
      attributes: { ...shared, "gen_ai.operation.name": "invoke_agent" },
      ...(fails ? { status: { code: 2, message: "gave up" } } : {}),
    }),
    testSpan({
      traceId,
      parentSpanId: spanId,
      name: "execute_tool search",
      startMs: startMs + 100,
      attributes: { ...shared, "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search" },
      ...(fails ? { status: { code: 2, message: "no answer" } } : {}),
    }),
  ]);
}

async function get<T>(path: string): Promise<T> {
  const response = await test.app.inject({ url: `/api/v1/dashboard/${path}`, headers: tenant.keyHeaders });
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json();
}

describe("the overview", () => {
  it("shows measures with the period before, what failed and what moved", async () => {
    const overview = await get<Overview>("overview");
    const measure = (name: string) => overview.measures.find((one) => one.measure === name)!;
    expect(measure("executions")).toMatchObject({ value: 4, previous: 1, change: 3 });
    expect(measure("tool_calls")).toMatchObject({ value: 4, previous: 1 });
    expect(measure("error_rate")).toMatchObject({ value: 0.25, previous: 0 });
    expect(measure("duration_p50_ms").value).toBeCloseTo(2000);
    expect(measure("users")).toMatchObject({ value: 2, previous: 1 });
    expect(measure("executions").values.reduce((a, b) => (a ?? 0) + (b ?? 0), 0)).toBe(4);
    expect(measure("executions").values).toHaveLength(overview.times.length);
    expect(overview.top_movers[0]).toMatchObject({ dimension: "agent", value: "new", previous: 0 });
    expect(overview.recent_failures).toMatchObject([
      { name: "execute_tool search", agent: "new", tool: "search", error: { message: "no answer" } },
    ]);
  });

  it("of nothing is nothing, not an error", async () => {
    const empty = await createTenant(test.context);
    const response = await test.app.inject({ url: "/api/v1/dashboard/overview", headers: empty.keyHeaders });
    expect(response.json()).toMatchObject({ agents: null, top_movers: [], recent_failures: [] });
    expect(response.json().measures[0]).toMatchObject({ value: 0, previous: 0, change: null });
  });
});

describe("metrics of a named range", () => {
  it("hold every measure", async () => {
    const metrics = await get<DashboardMetrics>("metrics/7d?agent=steady");
    expect(metrics).toMatchObject({ timerange: "7d", step: "3h" });
    expect(metrics.metrics.executions).toMatchObject({ value: 2, previous: 0 });
  });

  it("are refused for a range that has no name", async () => {
    const response = await test.app.inject({
      url: "/api/v1/dashboard/metrics/5y",
      headers: tenant.keyHeaders,
    });
    expect(response.statusCode).toBe(400);
  });
});

describe("the summary of agents", () => {
  it("has a row for each, with its status once it is known", async () => {
    await test.context.agents.flush();
    const summary = await get<AgentsSummary>("agents/summary");
    expect(summary.data.map((row) => [row.agent, row.executions, row.errors])).toEqual([
      ["new", 3, 2],
      ["steady", 1, 0],
    ]);
    expect(summary.data[0]!.error_rate).toBeCloseTo(1 / 3);
    expect(summary.data[0]!.sparkline).toHaveLength(summary.times.length);
  });
});

describe("top movers", () => {
  it("leave out what barely changed, and put what matters most first", () => {
    const mover = (value: string, now: number, previous: number) => ({
      dimension: "agent" as const,
      value,
      measure: "cost_usd" as const,
      now,
      previous,
      change: previous === 0 ? null : (now - previous) / previous,
    });
    const picked = pickMovers([
      { mover: mover("tiny", 2, 1), weight: 0.01 },
      { mover: mover("large", 200, 100), weight: 0.5 },
      { mover: mover("same", 101, 100), weight: 0.01 },
      { mover: mover("new", 50, 0), weight: 0.2 },
    ]);
    expect(picked.map(({ value }) => value)).toEqual(["large", "new", "tiny"]);
  });
});

describe("dashboards", () => {
  it("are refused without a key and for another tenant's project", async () => {
    const stranger = await createTenant(test.context);
    for (const path of ["overview", "metrics/24h", "agents/summary"]) {
      const url = `/api/v1/dashboard/${path}`;
      expect((await test.app.inject({ url })).statusCode).toBe(401);
      const other = await test.app.inject({
        url: `${url}?project=${tenant.projectId}`,
        headers: stranger.keyHeaders,
      });
      expect(other.statusCode).toBe(404);
      const sender = await createTenant(test.context, { scope: "ingest" });
      expect((await test.app.inject({ url, headers: sender.keyHeaders })).statusCode).toBe(403);
    }
  });
});
