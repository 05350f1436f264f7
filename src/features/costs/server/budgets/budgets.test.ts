import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { newTraceId, type SpanInput, sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant, signInAs } from "#test/support/tenant.ts";

let test: TestApp;
let admin: Record<string, string>;
let projectId: string;
beforeAll(async () => {
  test = await createTestApp();
  admin = await test.signIn();
  projectId = (await test.context.projects.firstProject())!.id;
});
afterAll(() => test.close());
afterEach(async () => {
  for (const { id } of (await ask("GET", "/api/v1/budgets?limit=500")).json().data) {
    await ask("DELETE", `/api/v1/budgets/${id}`);
  }
});

const ask = (method: "GET" | "POST" | "PATCH" | "DELETE", url: string, payload?: object, headers = admin) =>
  test.app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
const look = () => test.context.costs.watch.look(Date.now());
const directive = (agent: string) => test.context.costs.directives.directiveFor(projectId, "", agent).action;

/** A run of an agent whose model call does not name the agent, as is usual. Costs a dollar per 400,000 input tokens. */
function run(agent: string, tokens: number, told: { user?: string; startMs?: number } = {}): SpanInput[] {
  const startMs = told.startMs ?? Date.now() - 1000;
  const root = testSpan({
    startMs,
    attributes: {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": agent,
      ...(told.user ? { "user.id": told.user } : {}),
    },
  });
  const call = testSpan({
    startMs: startMs + 1,
    traceId: root.traceId,
    parentSpanId: root.spanId,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.usage.input_tokens": tokens,
    },
  });
  return [root, call];
}
const send = (spans: SpanInput[], headers = test.keyHeaders) => sendSpans(test.app, headers, spans);
const budget = async (given: object) =>
  (await ask("POST", "/api/v1/budgets", { name: "test", limit: 1, period: "day", ...given })).json();
const standingOf = async (id: string) => (await ask("GET", `/api/v1/budgets/${id}`)).json();
const violations = async (query = "") =>
  (await ask("GET", `/api/v1/budgets/violations${query}`)).json().data as {
    id: string;
    budget_id: string | null;
    kind: string;
    agent: string;
    stops: boolean;
    active: boolean;
    trace_id: string;
  }[];

describe("a budget", () => {
  it("counts an agent's model calls, though they do not name it, and nobody else's", async () => {
    const mine = await budget({ scope: "agent", subject: "counted" });
    const tokens = await budget({ scope: "agent", subject: "counted", measure: "tokens", limit: 1000 });
    const ofUser = await budget({ scope: "user", subject: "ann" });
    const all = await budget({ scope: "project", limit: 1000 });
    await send([
      ...run("counted", 100_000),
      ...run("counted", 100_000, { user: "ann" }),
      ...run("other", 40_000, { user: "ann" }),
    ]);
    await look();
    expect(await standingOf(mine.id)).toMatchObject({ spent: expect.closeTo(0.5), state: "ok" });
    expect(await standingOf(tokens.id)).toMatchObject({ spent: 200_000, state: "exceeded" });
    expect(await standingOf(ofUser.id)).toMatchObject({ spent: expect.closeTo(0.35) });
    expect((await standingOf(all.id)).spent).toBeGreaterThanOrEqual(0.6);
    await send(run("counted", 120_000));
    await look();
    expect(await standingOf(mine.id)).toMatchObject({ spent: expect.closeTo(0.8), state: "warning" });
  });

  it("counts what started before the latest minutes, and not what started before its period", async () => {
    const monthly = await budget({ scope: "agent", subject: "older", period: "month", limit: 100 });
    const now = new Date();
    const monthStart = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1);
    await send([
      ...run("older", 400_000, { startMs: monthStart - 5000 }),
      ...run("older", 400_000, { startMs: monthStart + 5000 }),
      ...run("older", 400_000),
    ]);
    await look();
    expect((await standingOf(monthly.id)).spent).toBeCloseTo(2);
    // A span of long ago that arrives late is found when everything is summed up anew.
    await send(run("older", 400_000, { startMs: monthStart + 6000 }));
    await look();
    expect((await standingOf(monthly.id)).spent).toBeCloseTo(2);
    await test.context.costs.watch.look(Date.now() + 61 * 60_000);
    expect((await standingOf(monthly.id)).spent).toBeCloseTo(3);
  });

  it("in hard mode stops its agent until it is raised, and tells each threshold once", async () => {
    const told: number[] = [];
    const off = test.context.events.on("budget_exceeded", ({ threshold }) => told.push(threshold));
    const { id } = await budget({ scope: "agent", subject: "spender", mode: "hard", thresholds: [0.5] });
    await send(run("spender", 250_000));
    await look();
    expect(directive("spender")).toBe("continue");
    await send(run("spender", 250_000));
    await look();
    await look();
    expect(told).toEqual([0.5, 1]);
    expect(directive("spender")).toBe("stop");
    expect(directive("someone-else")).toBe("continue");
    const beat = await ask("POST", "/api/v1/agents/spender/heartbeat", {}, test.keyHeaders);
    expect(beat.json()).toMatchObject({
      directive: "stop",
      reason: expect.stringContaining("$1.25 of $1.00"),
    });
    expect((await violations("?active=true&agent=spender")).map(({ stops }) => stops)).toEqual([true, false]);
    await ask("PATCH", `/api/v1/budgets/${id}`, { limit: 5 });
    await look();
    expect(directive("spender")).toBe("continue");
    // Lowered again in the same period, it stops again.
    await ask("PATCH", `/api/v1/budgets/${id}`, { limit: 0.5 });
    await look();
    expect(directive("spender")).toBe("stop");
    await ask("DELETE", `/api/v1/budgets/${id}`);
    expect(directive("spender")).toBe("continue");
    off();
  });

  it("that only notifies stops nobody", async () => {
    await budget({ scope: "agent", subject: "noticed", limit: 0.1 });
    await send(run("noticed", 400_000));
    await look();
    expect(directive("noticed")).toBe("continue");
    expect((await violations("?agent=noticed")).length).toBe(3);
  });

  it("of a key pauses it, and clearing the violation resumes it", async () => {
    const key = (await ask("POST", "/api/v1/api-keys", { name: "one agent's" })).json();
    const headers = { "x-api-key": key.key };
    await send(run("keyed", 800_000), headers);
    const { id } = await budget({ scope: "key", subject: key.id, mode: "hard" });
    await expect
      .poll(
        async () => {
          await look();
          return (await standingOf(id)).spent;
        },
        { timeout: 10_000 },
      )
      .toBeCloseTo(2);
    expect(directive("keyed")).toBe("stop");
    const refused = await test.app.inject({
      method: "POST",
      url: "/v1/traces",
      headers: { ...headers, "content-type": "application/json" },
      payload: {},
    });
    expect(refused.statusCode).toBe(403);
    expect(refused.json()).toMatchObject({
      code: "api_key_paused",
      detail: expect.stringContaining("$2.00"),
    });
    const [violation] = await violations("?active=true&agent=keyed");
    await ask("POST", `/api/v1/budgets/violations/${violation!.id}/clear`, {});
    for (const other of await violations("?active=true&agent=keyed")) {
      await ask("POST", `/api/v1/budgets/violations/${other.id}/clear`, {});
    }
    expect(directive("keyed")).toBe("continue");
    await send(run("keyed", 1), headers);
  });

  it.each([
    ["without a subject", { scope: "agent" }, "invalid_request"],
    ["of the project with a subject", { scope: "project", subject: "x" }, "invalid_request"],
    ["of a user in hard mode", { scope: "user", subject: "ann", mode: "hard" }, "invalid_request"],
    ["without a limit", { scope: "project", limit: 0 }, "invalid_request"],
  ])("%s is refused", async (_name, given, code) => {
    const response = await ask("POST", "/api/v1/budgets", { name: "no", limit: 1, period: "day", ...given });
    expect(`${response.statusCode} ${response.json().code}`).toBe(`400 ${code}`);
  });

  it("is for operators to change and everyone to see, and another tenant's is not found", async () => {
    const { id } = await budget({ scope: "project" });
    const viewer = await signInAs(test, await createTenant(test.context, { role: "viewer" }));
    expect((await ask("POST", "/api/v1/budgets", {}, viewer)).json().code).toBe("permission_denied");
    expect((await ask("GET", "/api/v1/budgets", undefined, {})).statusCode).toBe(401);
    const stranger = await signInAs(test, await createTenant(test.context));
    for (const method of ["GET", "PATCH", "DELETE"] as const) {
      const payload = method === "PATCH" ? { limit: 2 } : undefined;
      expect((await ask(method, `/api/v1/budgets/${id}`, payload, stranger)).statusCode).toBe(404);
    }
    expect((await ask("GET", "/api/v1/budgets", undefined, stranger)).json().data).toEqual([]);
  });
});

describe("an agent in a loop", () => {
  /** A trace in which a tool is called so often; with or without telling its arguments. */
  function looping(agent: string, calls: number, args: string | undefined): SpanInput[] {
    const traceId = newTraceId();
    const root = testSpan({
      traceId,
      attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": agent },
    });
    const tools = Array.from({ length: calls }, () =>
      testSpan({
        traceId,
        parentSpanId: root.spanId,
        attributes: {
          "gen_ai.operation.name": "execute_tool",
          "gen_ai.tool.name": "web_search",
          ...(args === undefined ? {} : { "gen_ai.tool.call.arguments": args }),
        },
      }),
    );
    return [root, ...tools];
  }
  const settings = (patch: object) => ask("PATCH", "/api/v1/cost-settings", patch);

  it("is flagged, told to stop in hard mode, and goes on when someone clears it", async () => {
    await settings({ loop_mode: "hard", loop_same_call: 5 });
    const long = JSON.stringify({ query: "the same again ".repeat(200) });
    await send([
      ...looping("stuck", 5, '{"query":"again"}'),
      ...looping("stuck-long", 6, long),
      ...looping("fine", 4, '{"query":"again"}'),
      ...looping("silent", 50, undefined),
    ]);
    await look();
    expect([directive("stuck"), directive("stuck-long"), directive("fine"), directive("silent")]).toEqual([
      "stop",
      "stop",
      "continue",
      "continue",
    ]);
    const [found] = await violations("?active=true&agent=stuck");
    expect(found).toMatchObject({ kind: "same_call", stops: true, active: true });
    expect(found!.trace_id).toMatch(/^[0-9a-f]{32}$/);
    const url = `/api/v1/budgets/violations/${found!.id}/clear`;
    expect((await ask("POST", url, {})).json()).toMatchObject({ active: false });
    expect(directive("stuck")).toBe("continue");
    expect((await ask("POST", url, {})).json().code).toBe("violation_not_found");
    await send([testSpan()]);
    await look();
    expect(directive("stuck")).toBe("continue");
  });

  it("in trace after trace is told once, until someone clears it", async () => {
    await settings({ loop_mode: "notify", loop_same_call: 5 });
    await send([...looping("again", 5, "{}"), ...looping("again", 6, "{}")]);
    await look();
    const [found, ...more] = await violations("?agent=again");
    expect(more).toEqual([]);
    await ask("POST", `/api/v1/budgets/violations/${found!.id}/clear`, {});
    await send(looping("again", 7, "{}"));
    await look();
    expect(await violations("?agent=again&active=true")).toHaveLength(1);
    await test.context.jobs.send("costs.forget_violations");
    expect(await violations("?agent=again")).toHaveLength(2);
  });

  it("is seen by the depth of its trace and by its pace", async () => {
    await settings({ loop_mode: "notify", loop_depth: 30, loop_calls_per_minute: 40 });
    const traceId = newTraceId();
    const chain = Array.from({ length: 35 }, () => testSpan({ traceId }));
    const deep = chain.map((span, i) => ({
      ...span,
      ...(i === 0 ? {} : { parentSpanId: chain[i - 1]!.spanId }),
      ...(i === 0
        ? { attributes: { "gen_ai.agent.name": "deep", "gen_ai.operation.name": "invoke_agent" } }
        : {}),
    }));
    await send([...deep, ...looping("hasty", 90, undefined)]);
    await look();
    expect((await violations("?agent=deep")).map(({ kind }) => kind)).toEqual(["depth"]);
    expect((await violations("?agent=hasty")).map(({ kind }) => kind)).toContain("call_rate");
    expect(directive("deep")).toBe("continue");
  });

  it("is not looked for when the project says so", async () => {
    await settings({ loop_mode: "off" });
    await send(looping("ignored", 50, "{}"));
    await look();
    expect(await violations("?agent=ignored")).toEqual([]);
  });
});

describe("a paused key", () => {
  it("is refused at once here and within a second elsewhere, until it is resumed", async () => {
    const key = (await ask("POST", "/api/v1/api-keys", { name: "paused", scope: "ingest_and_read" })).json();
    const status = async () => {
      const response = await test.app.inject({ url: "/api/v1/traces", headers: { "x-api-key": key.key } });
      return `${response.statusCode} ${response.json().code ?? ""}`.trim();
    };
    expect(await status()).toBe("200");
    const paused = await ask("POST", `/api/v1/api-keys/${key.id}/pause`, { reason: "Being repaired." });
    expect(paused.json()).toMatchObject({ paused_reason: "Being repaired.", paused_until: null });
    expect(await status()).toBe("403 api_key_paused");
    expect((await ask("POST", `/api/v1/api-keys/${key.id}/resume`, {})).json().paused_at).toBeNull();
    expect(await status()).toBe("200");
    await test.context.stores.pool.query("UPDATE api_keys SET paused_at = now() WHERE id = $1", [key.id]);
    await expect.poll(status, { timeout: 1500, interval: 50 }).toBe("403 api_key_paused");
  });

  it("is a matter for administrators", async () => {
    const { id } = (await ask("POST", "/api/v1/api-keys", { name: "ours" })).json();
    const operator = await signInAs(test, await createTenant(test.context, { role: "operator" }));
    for (const action of ["pause", "resume"]) {
      const url = `/api/v1/api-keys/${id}/${action}`;
      expect((await ask("POST", url, {}, operator)).json().code).toBe("permission_denied");
      const stranger = await signInAs(test, await createTenant(test.context));
      expect((await ask("POST", url, {}, stranger)).json().code).toBe("api_key_not_found");
    }
  });
});
