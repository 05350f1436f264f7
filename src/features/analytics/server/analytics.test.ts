import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { newSpanId, newTraceId, type SpanInput, sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant, type Tenant } from "#test/support/tenant.ts";
import type {
  AttributesAnswer,
  BreakdownAnswer,
  DifferenceAnswer,
  FacetsAnswer,
  SeriesAnswer,
} from "../analytics-contract.ts";

const HOUR = 3_600_000;
/** Half past the hour, six hours ago: all of it can be settled. */
const BASE = Math.floor(Date.now() / HOUR) * HOUR - 6 * HOUR + HOUR / 2;

let test: TestApp;
let tenant: Tenant;
beforeAll(async () => {
  test = await createTestApp();
  tenant = await createTenant(test.context);
  // Per hour h = 0, 1, 2: h + 1 traces of agent a, and one of agent b, each with a chat and a tool call.
  for (let hour = 0; hour < 3; hour++) {
    for (let i = 0; i <= hour; i++) await sendTrace("a", BASE + hour * HOUR + i * 1000, { fails: i === 1 });
    await sendTrace("b", BASE + hour * HOUR, { fails: false });
  }
});
afterAll(() => test.close());

async function sendTrace(agent: string, startMs: number, { fails }: { fails: boolean }): Promise<void> {
  const traceId = newTraceId();
  const root = newSpanId();
  const shared = {
    "gen_ai.agent.name": agent,
    "user.id": `user-${agent}`,
    "customer.tier": fails ? "free" : "pro",
  };
  const child = (given: Partial<SpanInput> & { startMs: number; durationMs: number }) =>
    testSpan({ traceId, parentSpanId: root, ...given });
  await sendSpans(
    test.app,
    tenant.keyHeaders,
    [
      testSpan({
        traceId,
        spanId: root,
        name: `invoke_agent ${agent}`,
        startMs,
        durationMs: 1000,
        attributes: { ...shared, "gen_ai.operation.name": "invoke_agent" },
      }),
      child({
        name: "chat m",
        startMs: startMs + 10,
        durationMs: 400,
        attributes: {
          ...shared,
          "gen_ai.operation.name": "chat",
          "gen_ai.provider.name": "openai",
          "gen_ai.request.model": "gpt-4o-mini",
          "gen_ai.request.temperature": 0.5,
          "gen_ai.usage.input_tokens": 100,
          "gen_ai.usage.output_tokens": 20,
        },
      }),
      child({
        name: "execute_tool search",
        startMs: startMs + 500,
        durationMs: fails ? 300 : 50,
        attributes: { ...shared, "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search" },
        ...(fails ? { status: { code: 2, message: "no answer" } } : {}),
      }),
    ],
    { "service.name": `${agent}-service` },
  );
}

type Query = Record<string, string | number | string[]>;
const RANGE = { from: BASE - HOUR, to: BASE + 4 * HOUR };
async function ask<T>(path: string, query: Query = {}, who = tenant): Promise<T> {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...RANGE, ...query }))
    for (const one of [value].flat()) params.append(name, String(one));
  const response = await test.app.inject({
    url: `/api/v1/analytics/${path}?${params}`,
    headers: who.keyHeaders,
  });
  if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${response.body}`);
  return response.json();
}
/** Settles as if all writes had been over for long. */
async function settle(): Promise<number> {
  await test.context.stores.pool.query("UPDATE rollup_hours SET dirty_at = dirty_at - interval '10 minutes'");
  const { settler } = test.context.rollups;
  return settler.settleProject(tenant.projectId, Date.now(), new AbortController().signal);
}

describe("a series", () => {
  it("measures over time, with the total of the range", async () => {
    const answer = await ask<SeriesAnswer>("series", {
      step: "1h",
      measure: [
        "span_count",
        "executions",
        "llm_calls",
        "tokens_total",
        "error_rate",
        "duration_p95_ms",
        "users",
      ],
    });
    expect(answer.times).toHaveLength(6);
    expect(answer.series).toHaveLength(1);
    const { values, total } = answer.series[0]!;
    expect(values.span_count).toEqual([0, 6, 9, 12, 0, 0]);
    expect(values.executions).toEqual([0, 2, 3, 4, 0, 0]);
    expect(values.tokens_total).toEqual([0, 240, 360, 480, 0, 0]);
    expect(values.error_rate![0]).toBeNull();
    expect(values.error_rate![2]).toBeCloseTo(1 / 9);
    expect(total).toMatchObject({
      span_count: 27,
      executions: 9,
      llm_calls: 9,
      tokens_total: 1080,
      users: 2,
    });
    expect(total.duration_p95_ms).toBeGreaterThan(900);
  });

  it("shows the largest groups and sums up the others", async () => {
    const answer = await ask<SeriesAnswer>("series", {
      step: "1h",
      measure: "executions",
      group_by: "agent",
      limit: 1,
    });
    expect(answer.series).toMatchObject([
      { group: "a", other: false, values: { executions: [0, 1, 2, 3, 0, 0] }, total: { executions: 6 } },
      { group: null, other: true, values: { executions: [0, 1, 1, 1, 0, 0] }, total: { executions: 3 } },
    ]);
  });

  it("compares with the time before", async () => {
    const answer = await ask<SeriesAnswer>("series", {
      from: BASE + HOUR,
      to: BASE + 2 * HOUR,
      step: "1h",
      compare: "previous",
    });
    expect(answer.series[0]!.total.span_count).toBe(9);
    expect(answer.previous!.series[0]!.total.span_count).toBe(6);
    expect(answer.previous!.to).toBe(answer.from);
  });

  it("cuts days at the zone's midnight", async () => {
    const answer = await ask<SeriesAnswer>("series", { step: "1d", timezone: "Asia/Kolkata" });
    for (const time of answer.times) expect(time).toMatch(/T18:30:00.000Z$/);
    expect(answer.series[0]!.values.span_count!.reduce((a, b) => a! + b!, 0)).toBe(27);
  });

  it("groups by any attribute, and filters by any condition", async () => {
    const byTier = await ask<BreakdownAnswer>("breakdown", { group_by: "attribute:customer.tier" });
    expect(byTier.data.map((row) => [row.group, row.values.span_count])).toEqual([
      [["pro"], 21],
      [["free"], 6],
    ]);
    const count = async (query: Query) =>
      (await ask<SeriesAnswer>("series", query)).series[0]!.total.span_count;
    expect(await count({ where: "customer.tier=free" })).toBe(6);
    expect(await count({ where: "customer.tier!=free" })).toBe(21);
    expect(await count({ where: "customer.tier~FRE" })).toBe(6);
    expect(await count({ where: "gen_ai.request.temperature>=0.5" })).toBe(9);
    expect(await count({ where: "gen_ai.request.temperature>0.5" })).toBe(0);
    expect(await count({ where: "gen_ai.request.temperature?" })).toBe(9);
    expect(await count({ where: ["duration_ms>=300", "operation=execute_tool"] })).toBe(2);
    expect(await count({ where: "tokens>100" })).toBe(9);
    expect(await count({ where: "status=error" })).toBe(2);
    expect(await count({ where: "user_id=user-b" })).toBe(9);
    expect(await count({ min_duration_ms: 1000 })).toBe(9);
    expect(await count({ root: "true" })).toBe(9);
    expect(await count({ status: "error" })).toBe(2);
  });
});

describe("a breakdown", () => {
  it("finds the slowest tool of an agent", async () => {
    const answer = await ask<BreakdownAnswer>("breakdown", {
      group_by: ["agent", "tool"],
      operation: "execute_tool",
      measure: ["duration_p95_ms", "span_count"],
    });
    expect(answer.data[0]).toMatchObject({ group: ["a", "search"], values: { span_count: 6 } });
    expect(answer.data[0]!.values.duration_p95_ms).toBeGreaterThan(200);
    expect(answer.total.span_count).toBe(9);
    expect(answer.other).toBeNull();
  });

  it("sums up what lies beyond its limit, and compares", async () => {
    const answer = await ask<BreakdownAnswer>("breakdown", {
      from: BASE + HOUR,
      to: BASE + 2 * HOUR,
      group_by: "agent",
      measure: "span_count",
      limit: 1,
      compare: "previous",
    });
    expect(answer).toMatchObject({
      data: [{ group: ["a"], values: { span_count: 6 }, previous: { span_count: 3 } }],
      other: { span_count: 3 },
      total: { span_count: 9 },
      previous_total: { span_count: 6 },
    });
  });
});

describe("facets", () => {
  it("count the values of every dimension", async () => {
    const answer = await ask<FacetsAnswer>("facets");
    const facet = (name: string) => answer.facets.find((one) => one.dimension === name)!.values;
    expect(answer).toMatchObject({ total: 27, errors: 2, truncated: false });
    expect(facet("agent")).toEqual([
      { value: "a", count: 18 },
      { value: "b", count: 9 },
    ]);
    expect(facet("tool")).toEqual([{ value: "search", count: 9 }]);
    expect(facet("status")).toContainEqual({ value: "error", count: 2 });
    expect(facet("tag")).toEqual([]);
  });

  it("are not narrowed by their own filter, but by all others", async () => {
    const answer = await ask<FacetsAnswer>("facets", { agent: "b", dimension: ["agent", "service"] });
    expect(answer.facets).toEqual([
      {
        dimension: "agent",
        more: false,
        values: [
          { value: "a", count: 18 },
          { value: "b", count: 9 },
        ],
      },
      { dimension: "service", more: false, values: [{ value: "b-service", count: 9 }] },
    ]);
    expect(answer.total).toBe(9);
  });

  it("search in values, and take any attribute", async () => {
    const answer = await ask<FacetsAnswer>("facets", { dimension: "attribute:customer.tier", search: "PR" });
    expect(answer.facets[0]!.values).toEqual([{ value: "pro", count: 21 }]);
  });
});

describe("attributes", () => {
  it("are listed with their types", async () => {
    const { data } = await ask<AttributesAnswer>("attributes");
    expect(data).toContainEqual({ key: "customer.tier", type: "string", count: 27 });
    expect(data).toContainEqual({ key: "gen_ai.request.temperature", type: "number", count: 9 });
    expect(data).toContainEqual({ key: "service.name", type: "resource", count: 27 });
    expect((await ask<AttributesAnswer>("attributes", { search: "TEMPER" })).data).toHaveLength(1);
  });
});

describe("the difference", () => {
  it("tells what selected spans have that others have not", async () => {
    const many = await createTenant(test.context);
    await sendSpans(
      test.app,
      many.keyHeaders,
      Array.from({ length: 200 }, (_, i) =>
        testSpan({
          startMs: BASE + i,
          name: "work",
          attributes: { region: i % 10 === 0 ? "mars" : "earth", request: `r-${i}`, half: i % 2 },
          ...(i % 10 === 0 ? { status: { code: 2, message: "" } } : {}),
        }),
      ),
    );
    const answer = await ask<DifferenceAnswer>("difference", { select: "status=error" }, many);
    expect(answer).toMatchObject({ selected: 20, rest: 180, sampled: null });
    expect(answer.data[0]).toMatchObject({ selected_share: expect.any(Number), name: "attribute:region" });
    expect(answer.data.find((row) => row.value === "mars")).toMatchObject({
      name: "attribute:region",
      selected_count: 20,
      selected_share: 1,
      rest_count: 0,
      rest_share: 0,
      score: 1,
    });
    expect(answer.data.some((row) => row.name === "attribute:request")).toBe(false);
    const byTime = await ask<DifferenceAnswer>(
      "difference",
      { select_from: BASE, select_to: BASE + 10 },
      many,
    );
    expect(byTime.selected).toBe(10);
  });
});

describe("settled hours", () => {
  it("give the same answers as the spans, to every question", async () => {
    const questions: [string, Query][] = [
      [
        "series",
        {
          step: "1h",
          measure: ["span_count", "errors", "cost_usd", "tokens_output", "users", "duration_avg_ms"],
        },
      ],
      ["series", { step: "1h", group_by: "service", measure: ["executions", "sessions"], agent: "a" }],
      ["series", { step: "1d", timezone: "Europe/Berlin", compare: "previous" }],
      [
        "breakdown",
        { group_by: ["agent", "operation"], measure: ["span_count", "tool_calls"], status: "error" },
      ],
      ["breakdown", { group_by: "model", measure: ["duration_p50_ms", "span_count"], root: "false" }],
      ["facets", { agent: "a" }],
      ["facets", {}],
    ];
    const answers = () => Promise.all(questions.map(([path, query]) => ask<{ source: string }>(path, query)));
    const fromSpans = await answers();
    expect(fromSpans.map((one) => one.source)).toEqual(fromSpans.map(() => "spans"));
    expect(await settle()).toBe(3);
    const settled = await answers();
    expect(settled.map((one) => one.source)).not.toContain("spans");
    // The last digit of a sum of fractions depends on the order of adding.
    const rounded = (_key: string, value: unknown) =>
      typeof value === "number" ? Number(value.toPrecision(12)) : value;
    const values = (list: object[]) =>
      JSON.parse(
        JSON.stringify(
          list.map((one) => ({ ...one, source: "" })),
          rounded,
        ),
      );
    expect(values(settled)).toEqual(values(fromSpans));
    // A span that comes late is announced by the ingest path itself, which trusts its marks for a minute.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2 * 60_000 });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    await sendTrace("a", BASE + 5000, { fails: false });
    const { series } = await ask<SeriesAnswer>("series", { step: "1h" });
    expect(series[0]!.total.span_count).toBe(30);
  });
});

describe("questions", () => {
  it("are refused without a key, and for another tenant's project", async () => {
    for (const path of [
      "series",
      "breakdown?group_by=agent",
      "facets",
      "attributes",
      "difference?select=status=error",
    ]) {
      expect((await test.app.inject({ url: `/api/v1/analytics/${path}` })).statusCode, path).toBe(401);
      const stranger = await createTenant(test.context);
      const url = `/api/v1/analytics/${path}${path.includes("?") ? "&" : "?"}project=${tenant.projectId}`;
      expect((await test.app.inject({ url, headers: stranger.keyHeaders })).statusCode, path).toBe(404);
      const sender = await createTenant(test.context, { scope: "ingest" });
      expect(
        (await test.app.inject({ url: `/api/v1/analytics/${path}`, headers: sender.keyHeaders })).statusCode,
      ).toBe(403);
    }
  });

  it.each([
    ["series?where=nonsense", "invalid_filter"],
    ["series?where=duration_ms>fast", "invalid_filter"],
    ["series?where=status=broken", "invalid_filter"],
    ["series?timezone=Mars/Base", "unknown_timezone"],
    ["series?step=10s&from=2026-01-01&to=2026-10-01", "too_many_buckets"],
    ["series?measure=happiness", "invalid_request"],
    ["series?group_by=attribute:", "invalid_request"],
    ["series?message=hello", "filter_not_supported"],
    ["difference", "nothing_selected"],
    ["breakdown", "invalid_request"],
  ])("%s is refused as %s", async (url, code) => {
    const response = await test.app.inject({ url: `/api/v1/analytics/${url}`, headers: tenant.keyHeaders });
    expect(response.statusCode).toBe(400);
    expect(response.json().code).toBe(code);
  });
});
