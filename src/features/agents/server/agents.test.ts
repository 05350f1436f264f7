import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { newTraceId, sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant, signInAs, type Tenant } from "#test/support/tenant.ts";
import type { Agent, AgentList } from "../agent-contract.ts";
import type { AgentStatusChanged } from "./index.ts";

let test: TestApp;
let tenant: Tenant;
let user: Record<string, string>;
beforeAll(async () => {
  test = await createTestApp();
  tenant = await createTenant(test.context);
  user = await signInAs(test, tenant);
});
afterAll(() => test.close());

type Method = "GET" | "POST" | "PATCH" | "DELETE";
const ask = (method: Method, path: string, payload?: object, headers = user) =>
  test.app.inject({ method, url: `/api/v1/agents${path}`, headers, ...(payload ? { payload } : {}) });
const register = async (payload: object): Promise<Agent> => (await ask("POST", "", payload)).json();
const beat = (id: string, payload: object = {}, headers: Record<string, string> = tenant.keyHeaders) =>
  ask("POST", `/${encodeURIComponent(id)}/heartbeat`, payload, headers);
const get = async (id: string): Promise<Agent> => (await ask("GET", `/${encodeURIComponent(id)}`)).json();
const list = async (query = ""): Promise<AgentList> => (await ask("GET", query)).json();
const names = async (query = "") => (await list(query)).data.map(({ name }) => name);

/** A run of an agent as its root span tells it. */
const runOf = (
  agent: string,
  given: { status?: { code: number }; traceId?: string; attributes?: object } = {},
) =>
  testSpan({
    name: `invoke_agent ${agent}`,
    ...(given.traceId ? { traceId: given.traceId } : {}),
    ...(given.status ? { status: given.status } : {}),
    attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": agent, ...given.attributes },
  });

describe("an agent", () => {
  it("appears by registration, and is found by our id, its own and its name", async () => {
    const response = await ask("POST", "", {
      id: "own-7",
      name: "planner",
      type: "planning",
      tags: ["a", "b"],
      configuration: { model: "small" },
    });
    expect(response.statusCode).toBe(201);
    const agent = response.json();
    expect(agent).toMatchObject({
      external_id: "own-7",
      name: "planner",
      source: "registration",
      status: "offline",
      config_version: 1,
      configuration: { model: "small" },
      directive: { action: "continue", reason: null },
    });
    for (const ref of [agent.id, "own-7", "planner"]) expect((await get(ref)).id).toBe(agent.id);
    expect((await ask("GET", "/nobody")).json().code).toBe("agent_not_found");
  });

  it("that registers again renews its description and keeps its configuration", async () => {
    const first = await register({ name: "again", version: "1", configuration: { a: 1 } });
    const response = await ask("POST", "", {
      id: "again-id",
      name: "again",
      version: "2",
      configuration: { a: 9 },
    });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({
      id: first.id,
      external_id: "again-id",
      version: "2",
      configuration: { a: 1 },
      config_version: 1,
    });
    expect((await ask("POST", "", { id: "another", name: "again" })).json().code).toBe("agent_name_taken");
  });

  it("appears by its first heartbeat, at once, and lives", async () => {
    const response = await beat("beater", {
      status: "busy",
      version: "3.1",
      host: "w1",
      metrics: { cpu: 5 },
    });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({
      status: "running",
      directive: "continue",
      reason: null,
      config_version: 1,
    });
    expect(await get("beater")).toMatchObject({
      source: "heartbeat",
      status: "running",
      version: "3.1",
      host: "w1",
      heartbeat_metrics: { cpu: 5 },
    });
  });

  it("gets the id it reports under when its name was known", async () => {
    const { id } = await register({ name: "known by name" });
    expect((await beat("instance-1", { name: "known by name" })).json().agent_id).toBe(id);
    expect((await get("instance-1")).name).toBe("known by name");
    expect((await beat("instance-2", { name: "known by name" })).json().code).toBe("agent_name_taken");
  });

  it("is not made from an id that looks like ours", async () => {
    const response = await beat("019a9c60-1b7e-7d0a-b6a4-90f1c2d3e4f5");
    expect([response.statusCode, response.json().code]).toEqual([404, "agent_not_found"]);
  });

  it("may report only a status that is known", async () => {
    expect((await beat("beater", { status: "sleepy" })).json().code).toBe("unknown_status");
  });

  it("keeps text that PostgreSQL would refuse in JSON", async () => {
    const agent = await register({ name: "odd", metadata: { nul: "a\0b", half: "\ud800" } });
    expect(agent.metadata).toEqual({ nul: "ab", half: "\ufffd" });
  });

  it("goes offline when three heartbeats are missing, and comes back with the next", async () => {
    const changes: AgentStatusChanged[] = [];
    const stop = test.context.events.on("agent_status_changed", (event) => changes.push(event));
    await beat("fading", { status: "idle", interval_seconds: 1 });
    await test.context.agents.sweep(Date.now() + 4000);
    expect((await get("fading")).status).toBe("idle");
    await test.context.agents.sweep(Date.now() + 6000);
    expect(await get("fading")).toMatchObject({
      status: "offline",
      status_reason: "3 heartbeats are missing.",
    });
    await beat("fading");
    expect((await get("fading")).status).toBe("idle");
    stop();
    const told = changes.filter(({ name }) => name === "fading").map(({ from, to }) => `${from} ${to}`);
    expect(told).toEqual(["offline idle", "idle offline", "offline idle"]);
  });

  it("writes heartbeats that change nothing within a moment, many in one statement", async () => {
    const ids = Array.from({ length: 40 }, (_, i) => `crowd-${i}`);
    for (const id of ids) await beat(id, { status: "running" });
    const before = await get("crowd-3");
    await Promise.all(ids.map((id) => beat(id, { status: "running", metrics: { n: 2 } })));
    await test.context.agents.flush();
    const after = await get("crowd-3");
    expect(after.heartbeat_metrics).toEqual({ n: 2 });
    expect(Date.parse(after.last_heartbeat_at!)).toBeGreaterThan(Date.parse(before.last_heartbeat_at!));
    expect((await list("?q=crowd-&limit=1")).counts).toEqual({
      degraded: 0,
      running: 40,
      idle: 0,
      offline: 0,
    });
  });

  it("has what its heartbeats measure kept as metrics", async () => {
    await beat("measured", {
      host: "w9",
      metrics: { cpu_percent: 12.5, memory: { used_mb: 300 }, note: "x" },
    });
    const stored = () =>
      test.context.stores.telemetry.queryProject<{ metric: string; value: number }>(
        tenant.projectId,
        `SELECT metric, value FROM samples
         WHERE project_id = {project_id:UUID} AND metric LIKE 'agent.%' ORDER BY metric`,
      );
    await expect.poll(stored, { timeout: 10_000 }).toEqual(
      expect.arrayContaining([
        { metric: "agent.cpu_percent", value: 12.5 },
        { metric: "agent.memory.used_mb", value: 300 },
      ]),
    );
  });

  it("appears by its first span, runs, and is degraded when it fails", async () => {
    await sendSpans(test.app, tenant.keyHeaders, [
      runOf("span-born", { attributes: { "gen_ai.agent.id": "asst_1", "gen_ai.agent.version": "9" } }),
    ]);
    await test.context.agents.flush();
    expect(await get("asst_1")).toMatchObject({ name: "span-born", source: "telemetry", status: "running" });
    await sendSpans(
      test.app,
      tenant.keyHeaders,
      Array.from({ length: 3 }, () => runOf("span-born", { status: { code: 2 } })),
    );
    await test.context.agents.flush();
    await test.context.agents.sweep(Date.now() + 30_000);
    expect(await get("span-born")).toMatchObject({
      status: "degraded",
      status_reason: "It failed 3 of 4 times in the last 5 minutes.",
    });
  });

  it("appears though a span beside it names an agent with characters that cannot be stored", async () => {
    await sendSpans(test.app, tenant.keyHeaders, [
      runOf("bad\0name", { attributes: { "gen_ai.agent.version": "1\0" } }),
      runOf("good name"),
    ]);
    await test.context.agents.flush();
    expect([(await get("badname")).name, (await get("good name")).name]).toEqual(["badname", "good name"]);
    expect((await beat("good name", { host: "a\0b" })).json().code).toBe("invalid_request");
  });

  it("whose first span came just before a crash appears at the next start", async () => {
    const other = await createTenant(test.context);
    await sendSpans(test.app, other.keyHeaders, [runOf("forgotten")]);
    await test.context.agents.flush();
    await test.context.stores.pool.query("DELETE FROM agents WHERE name = 'forgotten'");
    const restarted = await (await import("./index.ts")).Agents.open({
      database: test.context.stores.database,
      telemetry: test.context.stores.telemetry,
      events: test.context.events,
      logger: test.context.logger,
      directives: { directiveFor: () => ({ action: "continue", reason: null }) },
    });
    await restarted.start();
    await restarted.stop();
    const { rows } = await test.context.stores.pool.query(
      "SELECT source, project_id FROM agents WHERE name = 'forgotten'",
    );
    expect(rows).toEqual([{ source: "telemetry", project_id: other.projectId }]);
  });
});

describe("an agent's configuration", () => {
  it("has a version for each change, and tells who changed it", async () => {
    const { id } = await register({ name: "tuned", configuration: { t: 0.1, list: [1] } });
    const change = (payload: object) => ask("PATCH", `/${id}`, payload);
    expect((await change({ configuration: { t: 0.2 }, expected_config_version: 1 })).json()).toMatchObject({
      config_version: 2,
      configuration: { t: 0.2 },
    });
    // The same again, in another order of keys or not at all, is no change.
    expect((await change({ configuration: { t: 0.2 }, description: "x" })).json().config_version).toBe(2);
    expect((await change({ configuration: {}, expected_config_version: 1 })).json()).toMatchObject({
      code: "config_version_conflict",
      status: 409,
    });
    const config = await ask("GET", "/tuned/config", undefined, tenant.keyHeaders);
    expect(config.json()).toMatchObject({ config_version: 2, configuration: { t: 0.2 } });
    expect((await beat("tuned")).json().config_version).toBe(2);
    const history = (await ask("GET", "/tuned/config/history")).json();
    expect(history.data.map((one: { config_version: number; changed_by: string }) => one)).toMatchObject([
      { config_version: 2, configuration: { t: 0.2 }, changed_by: tenant.email },
      { config_version: 1, configuration: { t: 0.1, list: [1] } },
    ]);
  });

  it("is read by the agent with a key that may only send", async () => {
    const sender = await createTenant(test.context, { scope: "ingest" });
    await beat("self", {}, sender.keyHeaders);
    expect((await ask("GET", "/self/config", undefined, sender.keyHeaders)).statusCode).toBe(200);
    expect((await ask("GET", "/self", undefined, sender.keyHeaders)).statusCode).toBe(403);
  });
});

describe("versions", () => {
  it("are those an agent ran as, with the figures of each", async () => {
    await beat("versioned", { version: "1.0" });
    await beat("versioned", { version: "1.1" });
    const traceId = newTraceId();
    await sendSpans(test.app, tenant.keyHeaders, [
      runOf("versioned", { traceId, attributes: { "gen_ai.agent.version": "1.1" } }),
      runOf("versioned", { attributes: { "gen_ai.agent.version": "1.1" }, status: { code: 2 } }),
      testSpan({ traceId, attributes: { "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 5 } }),
    ]);
    const { data } = (await ask("GET", "/versioned/versions")).json();
    expect(data).toMatchObject([
      { version: "1.1", executions: 2, errors: 1, latency_p50_ms: expect.closeTo(100, 0), total_tokens: 5 },
      { version: "1.0", executions: 0 },
    ]);
  });
});

describe("what an agent used", () => {
  it("is told by model, tool and kind of failure, also of spans that do not name it", async () => {
    const traceId = newTraceId();
    const part = (attributes: Record<string, string | number>, failed = false) =>
      testSpan({ traceId, attributes, ...(failed ? { status: { code: 2 } } : {}) });
    await sendSpans(test.app, tenant.keyHeaders, [
      runOf("user of tools", { traceId }),
      part({
        "gen_ai.operation.name": "chat",
        "gen_ai.response.model": "m1",
        "gen_ai.usage.input_tokens": 7,
      }),
      part(
        { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search", "error.type": "timeout" },
        true,
      ),
      part({ "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search" }),
    ]);
    await test.context.agents.flush();
    expect((await ask("GET", "/user%20of%20tools/usage")).json()).toMatchObject({
      models: [{ model: "m1", calls: 1, errors: 0, total_tokens: 7 }],
      tools: [{ tool: "search", calls: 2, errors: 1, latency_p95_ms: expect.closeTo(100, 0) }],
      errors: [{ type: "timeout", count: 1 }],
    });
  });
});

describe("the list of agents", () => {
  let own: Tenant;
  let headers: Record<string, string>;
  const of = async (query: string) => (await ask("GET", query, undefined, headers)).json() as AgentList;
  beforeAll(async () => {
    own = await createTenant(test.context);
    headers = await signInAs(test, own);
    for (const [name, type, environment, tags, status] of [
      ["Delta", "chat", "production", ["x", "y"], "running"],
      ["alpha", "chat", "staging", ["x"], "idle"],
      ["charlie", "batch", "production", [], "degraded"],
      ["bravo", "batch", "staging", ["y"], undefined],
    ] as const) {
      await ask("POST", "", { name, type, environment, tags }, headers);
      if (status) await beat(name, { status }, own.keyHeaders);
    }
  });

  it.each([
    ["", ["alpha", "bravo", "charlie", "Delta"]],
    ["?sort=status", ["charlie", "Delta", "alpha", "bravo"]],
    ["?sort=first_seen", ["bravo", "charlie", "alpha", "Delta"]],
    ["?sort=last_seen", ["bravo", "charlie", "alpha", "Delta"]],
    ["?status=running&status=idle", ["alpha", "Delta"]],
    ["?status=unheard-of", []],
    ["?type=batch", ["bravo", "charlie"]],
    ["?environment=production", ["charlie", "Delta"]],
    ["?tag=x", ["alpha", "Delta"]],
    ["?tag=x&tag=y", ["Delta"]],
    ["?q=LTA", ["Delta"]],
    ["?q=%25", []],
  ])("%s", async (query, expected) => {
    expect((await of(query)).data.map(({ name }) => name)).toEqual(expected);
  });

  it.each(["name", "status", "last_seen", "first_seen"])(
    "is paged without gaps or repeats by %s",
    async (sort) => {
      const whole = (await of(`?sort=${sort}`)).data.map(({ id }) => id);
      const paged: string[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const page: AgentList = await of(`?sort=${sort}&limit=1${cursor ? `&cursor=${cursor}` : ""}`);
        paged.push(...page.data.map(({ id }) => id));
        cursor = page.next_cursor;
      }
      expect(paged).toEqual(whole);
    },
  );

  it("counts by status under the other filters, and offers what there is", async () => {
    const page = await of("?environment=staging&status=idle");
    expect(page.counts).toEqual({ degraded: 0, running: 0, idle: 1, offline: 1 });
    expect(page.facets).toEqual({
      types: ["batch", "chat"],
      environments: ["production", "staging"],
      tags: ["x", "y"],
    });
  });

  it("tells what each did, with spans that do not name the agent and runs that have no trace", async () => {
    const traceId = newTraceId();
    await sendSpans(test.app, own.keyHeaders, [
      runOf("alpha", { traceId }),
      runOf("alpha", { status: { code: 2 } }),
      testSpan({
        traceId,
        name: "chat",
        attributes: {
          "gen_ai.operation.name": "chat",
          "gen_ai.provider.name": "openai",
          "gen_ai.response.model": "gpt-4o-mini",
          "gen_ai.usage.input_tokens": 1000,
          "gen_ai.usage.output_tokens": 100,
        },
      }),
    ]);
    await test.app.inject({
      method: "POST",
      url: "/api/v1/executions",
      headers: own.keyHeaders,
      payload: { agent: "bravo", status: "failed", cost_usd: 2 },
    });
    const { data } = await of("?include=activity");
    const sums = data.map(({ name, activity }) => {
      const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
      expect(activity!.executions).toHaveLength(24);
      return [name, sum(activity!.executions), sum(activity!.errors), sum(activity!.cost_usd) > 0];
    });
    expect(sums).toEqual([
      ["alpha", 2, 1, true],
      ["bravo", 1, 1, true],
      ["charlie", 0, 0, false],
      ["Delta", 0, 0, false],
    ]);
    const latest = data[0]!.activity!.latency_p95_ms.findLast((value) => value !== null);
    expect(latest).toBeCloseTo(100, 0);
  });

  it.each(["?limit=0", "?sort=age", "?cursor=e30", "?archived=maybe"])("refuses %s", async (query) => {
    expect((await ask("GET", query, undefined, headers)).statusCode).toBe(400);
  });
});

describe("removing an agent", () => {
  it("archives it, and can be taken back", async () => {
    const { id } = await register({ name: "leaving" });
    expect((await ask("DELETE", "/leaving")).statusCode).toBe(204);
    expect(await names("?q=leaving")).toEqual([]);
    expect((await beat("leaving")).json().status).toBe("idle");
    expect(await names("?q=leaving")).toEqual([]);
    expect(await names("?q=leaving&archived=true")).toEqual(["leaving"]);
    expect((await ask("PATCH", `/${id}`, { archived: false })).json().archived_at).toBeNull();
    expect(await names("?q=leaving")).toEqual(["leaving"]);
    await ask("DELETE", "/leaving");
    expect((await register({ name: "leaving" })).id).toBe(id);
    expect(await names("?q=leaving")).toEqual(["leaving"]);
  });

  it("removes it with its events for good when it is purged; it may appear anew", async () => {
    const { id } = await register({ name: "purged" });
    const events = () =>
      ask("POST", "/purged/events", { type: "message", content: "hello" }, tenant.keyHeaders);
    await events();
    expect((await ask("DELETE", "/purged?purge=true")).statusCode).toBe(204);
    expect((await ask("GET", "/purged")).statusCode).toBe(404);
    const left = await test.context.stores.telemetry.queryProject<{ n: number }>(
      tenant.projectId,
      "SELECT count() AS n FROM agent_events WHERE project_id = {project_id:UUID} AND agent_id = {id:UUID}",
      { id },
    );
    expect(left).toEqual([{ n: 0 }]);
    await sendSpans(test.app, tenant.keyHeaders, [runOf("purged")]);
    await test.context.agents.flush();
    expect((await get("purged")).id).not.toBe(id);
  });
});

describe("who may do what", () => {
  it.each([
    ["operator", 200, 201, 200, 204],
    ["viewer", 200, 403, 403, 403],
  ] as const)("%s: read %i, register %i, change %i, remove %i", async (role, read, make, change, remove) => {
    const own = await createTenant(test.context, { role });
    const headers = await signInAs(test, own);
    await beat("theirs", {}, own.keyHeaders);
    expect((await ask("GET", "", undefined, headers)).statusCode).toBe(read);
    expect((await ask("POST", "", { name: "made" }, headers)).statusCode).toBe(make);
    expect((await ask("PATCH", "/theirs", { type: "x" }, headers)).statusCode).toBe(change);
    expect((await ask("DELETE", "/theirs", undefined, headers)).statusCode).toBe(remove);
  });

  it("nobody without credentials, and a key registers but does not change", async () => {
    expect((await ask("GET", "", undefined, {})).statusCode).toBe(401);
    expect((await beat("x", {}, {})).statusCode).toBe(401);
    expect((await ask("POST", "", { name: "by key" }, tenant.keyHeaders)).statusCode).toBe(201);
    expect((await ask("PATCH", "/by%20key", { type: "x" }, tenant.keyHeaders)).statusCode).toBe(403);
    expect((await ask("DELETE", "/by%20key", undefined, tenant.keyHeaders)).statusCode).toBe(403);
  });

  it("never another tenant", async () => {
    const { id } = await register({ name: "private" });
    const stranger = await createTenant(test.context);
    const headers = await signInAs(test, stranger);
    expect((await ask("GET", `/${id}`, undefined, headers)).statusCode).toBe(404);
    expect((await ask("PATCH", `/${id}`, { type: "x" }, headers)).statusCode).toBe(404);
    expect((await ask("DELETE", `/${id}?purge=true`, undefined, headers)).statusCode).toBe(404);
    expect((await beat(id, {}, stranger.keyHeaders)).statusCode).toBe(404);
    expect(await get(id)).toMatchObject({ name: "private", type: "" });
  });
});
