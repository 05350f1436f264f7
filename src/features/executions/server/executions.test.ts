import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { newTraceId, type SpanInput, sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant, signInAs, type Tenant } from "#test/support/tenant.ts";
import type { Execution, ExecutionAnswer, ExecutionDetail, ExecutionList } from "../execution-contract.ts";

let test: TestApp;
let tenant: Tenant;
beforeAll(async () => {
  test = await createTestApp();
  tenant = await createTenant(test.context);
});
afterAll(() => test.close());

const ask = (method: "GET" | "POST" | "PATCH", path: string, payload?: object, headers = tenant.keyHeaders) =>
  test.app.inject({ method, url: `/api/v1/executions${path}`, headers, ...(payload ? { payload } : {}) });
const start = async (payload: object): Promise<ExecutionAnswer> => {
  const response = await ask("POST", "", payload);
  expect(response.statusCode, response.body).toBe(201);
  return response.json();
};
const patch = async (id: string, payload: object): Promise<ExecutionAnswer> =>
  (await ask("PATCH", `/${id}`, payload)).json();
const get = async (id: string): Promise<ExecutionDetail> => (await ask("GET", `/${id}`)).json();
const list = async (query = "", headers = tenant.keyHeaders): Promise<ExecutionList> =>
  (await ask("GET", query, undefined, headers)).json();
const idsOf = (found: { data: Execution[] }) => found.data.map(({ id }) => id);

interface RunInput {
  traceId?: string;
  startMs?: number;
  durationMs?: number;
  failed?: boolean;
  attributes?: Record<string, string | number>;
  parentSpanId?: string;
  operation?: string;
}
/** A run of an agent as its own span tells it. */
const runSpan = (agent: string, given: RunInput = {}): SpanInput =>
  testSpan({
    name: `invoke_agent ${agent}`,
    ...(given.traceId ? { traceId: given.traceId } : {}),
    ...(given.startMs ? { startMs: given.startMs } : {}),
    ...(given.durationMs ? { durationMs: given.durationMs } : {}),
    ...(given.parentSpanId ? { parentSpanId: given.parentSpanId } : {}),
    ...(given.failed ? { status: { code: 2, message: "it broke" } } : {}),
    attributes: {
      "gen_ai.operation.name": given.operation ?? "invoke_agent",
      "gen_ai.agent.name": agent,
      ...given.attributes,
    },
  });

describe("a reported run", () => {
  it("begins, changes and ends, and its agent is known by it", async () => {
    const begun = await start({
      id: "run-1",
      agent: "worker",
      name: "first job",
      input: { ticket: 1 },
      session_id: "s",
      user_id: "u",
      metadata: { a: 1 },
    });
    expect(begun).toMatchObject({
      id: "run-1",
      source: "reported",
      agent: "worker",
      status: "running",
      end_time: null,
      duration_ms: null,
      input: { ticket: 1 },
      directive: "continue",
      reason: null,
    });
    const agent = (
      await test.app.inject({ url: "/api/v1/agents/worker", headers: tenant.keyHeaders })
    ).json();
    expect(agent).toMatchObject({ id: begun.agent_id, source: "execution" });
    await patch("run-1", { metadata: { b: [2] }, total_tokens: 10 });
    const ended = await patch("run-1", { status: "completed", output: ["done"], cost_usd: 0.5 });
    expect(ended).toMatchObject({
      status: "succeeded",
      output: ["done"],
      metadata: { a: 1, b: [2] },
      total_tokens: 10,
      cost_usd: 0.5,
      duration_ms: expect.any(Number),
    });
    expect(await get("run-1")).toMatchObject({ status: "succeeded", end_time: ended.end_time });
    // What comes later does not move its end.
    expect((await patch("run-1", { status: "succeeded", name: "renamed" })).end_time).toBe(ended.end_time);
  });

  it("is made once, however often it is sent", async () => {
    const payload = { id: "once", agent: "worker" };
    await start(payload);
    await patch("once", { status: "failed", error: "boom" });
    const again = await ask("POST", "", { ...payload, name: "other" });
    expect(again.statusCode).toBe(200);
    expect(again.json()).toMatchObject({ status: "failed", name: "", error: { type: "", message: "boom" } });
    const statuses = await Promise.all(
      [1, 2, 3, 4].map(() => ask("POST", "", { id: "twins", agent: "worker" })),
    );
    expect(statuses.map(({ statusCode }) => statusCode).sort()).toEqual([200, 200, 200, 201]);
  });

  it("may be told at once, with its times, and gets an id", async () => {
    const whole = await start({
      agent: "worker",
      status: "error",
      started_at: "2026-11-01T10:00:00Z",
      ended_at: 1793527203500,
      error: { type: "Timeout", message: "too slow" },
    });
    expect(whole).toMatchObject({
      status: "failed",
      start_time: "2026-11-01T10:00:00.000000Z",
      duration_ms: 3500,
      error: { type: "Timeout", message: "too slow" },
    });
    expect(whole.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await get(whole.id)).toMatchObject({ id: whole.id });
  });

  it("never ends before it began", async () => {
    await start({ id: "skewed", agent: "worker" });
    expect((await patch("skewed", { status: "failed", ended_at: "2020-01-01" })).duration_ms).toBe(0);
  });

  it("keeps the last of what is written at the same time", async () => {
    await start({ id: "contested", agent: "worker" });
    await Promise.all(
      Array.from({ length: 10 }, (_, i) => patch("contested", { metadata: { [`k${i}`]: i } })),
    );
    expect(Object.keys((await get("contested")).metadata)).toHaveLength(10);
  });

  it.each([
    ["without an agent", {}, "invalid_request"],
    ["with a status nobody knows", { agent: "a", status: "dancing" }, "invalid_request"],
    ["with an id that cannot be compared", { agent: "a", id: "zwölf" }, "invalid_request"],
    ["with a trace id that is none", { agent: "a", trace_id: "x" }, "invalid_request"],
    ["with text that cannot be stored", { agent: "a", name: "x\0y" }, "invalid_request"],
    ["with a time that is none", { agent: "a", started_at: "soon" }, "invalid_time"],
  ])("is refused %s", async (_name, payload, code) => {
    expect((await ask("POST", "", payload)).json().code).toBe(code);
  });

  it("is not found under an id that nobody reported", async () => {
    expect((await ask("PATCH", "/nothing", { status: "failed" })).json().code).toBe("execution_not_found");
    expect((await ask("GET", "/nothing")).statusCode).toBe(404);
    expect((await ask("GET", `/${newTraceId()}`)).statusCode).toBe(404);
  });
});

describe("a run that a trace tells of", () => {
  it("is the outermost span of an agent, with what its trace adds up to", async () => {
    const traceId = newTraceId();
    const startMs = Date.now() - 5000;
    const root = testSpan({ traceId, name: "POST /chat", startMs: startMs - 20, durationMs: 900 });
    const outer = runSpan("outer", {
      traceId,
      startMs,
      durationMs: 800,
      parentSpanId: root.spanId,
      attributes: { "user.id": "u7", "gen_ai.agent.version": "2" },
    });
    await sendSpans(test.app, tenant.keyHeaders, [
      root,
      runSpan("inner", {
        traceId,
        startMs: startMs + 100,
        durationMs: 600,
        parentSpanId: outer.spanId,
        failed: true,
      }),
      outer,
      testSpan({
        traceId,
        startMs: startMs + 200,
        attributes: {
          "gen_ai.operation.name": "chat",
          "gen_ai.provider.name": "openai",
          "gen_ai.response.model": "gpt-4o-mini",
          "gen_ai.usage.input_tokens": 100,
          "gen_ai.usage.output_tokens": 20,
          "gen_ai.conversation.id": "conv",
        },
      }),
      testSpan({ traceId, attributes: { "gen_ai.operation.name": "execute_tool" } }),
    ]);
    await test.context.agents.flush();
    const run = await get(traceId.toUpperCase());
    expect(run).toMatchObject({
      id: traceId,
      source: "trace",
      agent: "outer",
      agent_id: expect.any(String),
      name: "invoke_agent outer",
      status: "succeeded",
      duration_ms: 800,
      error: null,
      session_id: "conv",
      user_id: "u7",
      version: "2",
      llm_call_count: 1,
      tool_call_count: 1,
      error_count: 1,
      total_tokens: 120,
      cost_usd: expect.any(Number),
      input: null,
      created_at: null,
    });
    const { input: _, output: __, metadata: ___, created_at: ____, updated_at: _____, ...listed } = run;
    expect((await list(`?agent=outer`)).data).toEqual([listed]);
    expect((await list(`?agent=inner`)).data).toEqual([]);
  });

  it("is one with the run that was reported with its trace", async () => {
    const traceId = newTraceId();
    await sendSpans(test.app, tenant.keyHeaders, [
      runSpan("joined", { traceId, attributes: { "user.id": "from-trace" } }),
      testSpan({ traceId, attributes: { "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 9 } }),
    ]);
    expect(idsOf(await list("?agent=joined"))).toEqual([traceId]);
    await start({ id: "joined-run", agent: "joined", trace_id: traceId.toUpperCase() });
    expect((await list("?agent=joined")).data).toMatchObject([
      { id: "joined-run", source: "both", llm_call_count: 1, total_tokens: 9, user_id: "from-trace" },
    ]);
    expect((await get(traceId)).id).toBe("joined-run");
    await patch("joined-run", { total_tokens: 11 });
    expect((await get("joined-run")).total_tokens).toBe(11);
  });

  it("is listed where it began, though parts of it come hours later", async () => {
    const own = await createTenant(test.context);
    const traceId = newTraceId();
    const startMs = Date.now() - 5 * 3_600_000;
    await sendSpans(test.app, own.keyHeaders, [
      runSpan("long", { traceId, startMs, durationMs: 4 * 3_600_000 }),
      runSpan("part", { traceId, startMs: startMs + 4 * 3_600_000 }),
    ]);
    expect((await list("", own.keyHeaders)).data).toMatchObject([{ id: traceId, agent: "long" }]);
    const lastHour = await list(`?from=${Date.now() - 2 * 3_600_000}`, own.keyHeaders);
    expect(lastHour.data).toEqual([]);
  });
});

describe("the list of executions", () => {
  let own: Tenant;
  const nowMs = Date.now();
  /** Newest first: reported and traced in turn, over three days, two at the same moment. */
  const ages = [1, 5, 5, 600, 20_000, 40_000, 100_000, 200_000].map((seconds) => seconds * 1000);
  const expected: string[] = [];
  const all = `from=${nowMs - 5 * 86_400_000}&to=${nowMs}`;
  beforeAll(async () => {
    own = await createTenant(test.context);
    const placed: { id: string; startMs: number }[] = [];
    for (const [i, ageMs] of ages.entries()) {
      const startMs = nowMs - ageMs;
      const id = i % 2 === 0 ? `r${i}` : newTraceId();
      placed.push({ id, startMs });
      if (i % 2 === 0) {
        await ask(
          "POST",
          "",
          {
            id,
            agent: i < 4 ? "one" : "two",
            name: `job ${i}`,
            started_at: startMs,
            ended_at: startMs + 1000 * (i + 1),
            status: i === 4 ? "failed" : i === 6 ? "cancelled" : "succeeded",
            user_id: "ann",
            cost_usd: i,
          },
          own.keyHeaders,
        );
      } else {
        await sendSpans(test.app, own.keyHeaders, [
          runSpan(i < 4 ? "one" : "two", {
            traceId: id,
            startMs,
            durationMs: 500 * (i + 1),
            failed: i === 5,
            attributes: { "user.id": "bob", "gen_ai.conversation.id": `s${i}` },
          }),
        ]);
      }
    }
    placed.sort((a, b) => b.startMs - a.startMs || (a.id > b.id ? -1 : 1));
    expected.push(...placed.map(({ id }) => id));
  });

  it("is one list of both, newest first", async () => {
    expect(idsOf(await list(`?${all}`, own.keyHeaders))).toEqual(expected);
  });

  it.each([1, 2, 3, 5])("is paged by %i without gaps or repeats", async (limit) => {
    const ids: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: ExecutionList = await list(
        `?${all}&limit=${limit}${cursor ? `&cursor=${cursor}` : ""}`,
        own.keyHeaders,
      );
      expect(page.data.length).toBeGreaterThan(0);
      ids.push(...idsOf(page));
      cursor = page.next_cursor;
    }
    expect(ids).toEqual(expected);
  });

  it.each([
    ["source=reported", 4],
    ["source=trace", 4],
    ["agent=one", 4],
    ["agent=one&agent=two", 8],
    ["status=failed", 2],
    ["status=failed&status=cancelled", 3],
    ["status=running", 0],
    ["status=nonsense", 0],
    ["has_errors=true", 2],
    ["has_errors=false", 6],
    ["user_id=ann", 4],
    ["user_id=bob", 4],
    ["session_id=s3", 1],
    ["min_duration_ms=3000", 5],
    ["max_duration_ms=1000", 2],
    ["min_cost_usd=4", 2],
    ["q=JOB", 4],
    ["q=invoke_agent%20two", 2],
    ["q=r4", 1],
  ])("with %s", async (query, count) => {
    expect((await list(`?${all}&${query}`, own.keyHeaders)).data).toHaveLength(count);
  });

  it("finds a run by its trace's id", async () => {
    const traceId = expected.find((id) => id.length === 32)!;
    expect(idsOf(await list(`?${all}&q=${traceId}`, own.keyHeaders))).toEqual([traceId]);
  });

  it("is the project's own, and for those who may read it", async () => {
    const stranger = await createTenant(test.context, { role: "viewer" });
    expect((await list(`?${all}`, stranger.keyHeaders)).data).toEqual([]);
    expect((await ask("GET", "/r0", undefined, stranger.keyHeaders)).statusCode).toBe(404);
    expect((await ask("PATCH", "/r0", { status: "failed" }, stranger.keyHeaders)).statusCode).toBe(404);
    const viewer = await signInAs(test, stranger);
    expect((await ask("GET", "", undefined, viewer as never)).statusCode).toBe(200);
    expect((await ask("POST", "", { agent: "a" }, viewer as never)).statusCode).toBe(403);
    const sender = await createTenant(test.context, { scope: "ingest" });
    expect((await ask("GET", "", undefined, sender.keyHeaders)).statusCode).toBe(403);
    expect((await test.app.inject("/api/v1/executions")).statusCode).toBe(401);
  });

  it.each(["limit=0", "cursor=e30", "from=2026-01-02&to=2026-01-01", "has_errors=perhaps"])(
    "refuses %s",
    async (query) => {
      expect((await ask("GET", `?${query}`)).statusCode).toBe(400);
    },
  );
});

describe("reported runs whose time is over", () => {
  it("are removed at night, after the project's own number of days", async () => {
    const [short, usual] = [await createTenant(test.context), await createTenant(test.context)];
    const { pool } = test.context.stores;
    for (const { keyHeaders, projectId } of [short, usual]) {
      for (const [id, days] of [
        ["new", 1],
        ["older", 40],
        ["old", 100],
      ] as const) {
        await ask("POST", "", { id, agent: "a" }, keyHeaders);
        await pool.query(
          "UPDATE executions SET updated_at = now() - make_interval(days => $3) WHERE project_id = $1 AND id = $2",
          [projectId, id, days],
        );
      }
    }
    await test.context.retention.save(
      short.projectId,
      { days: { traces: 30 }, sampling: null },
      { userId: null, now: new Date() },
    );
    await test.context.jobs.send("executions.expire");
    expect(idsOf(await list("", short.keyHeaders))).toEqual(["new"]);
    expect(idsOf(await list("", usual.keyHeaders)).sort()).toEqual(["new", "older"]);
  });
});
