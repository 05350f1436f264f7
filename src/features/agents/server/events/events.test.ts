import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registerExecutions } from "#features/executions/server/index.ts";
import { createHttpServer } from "#platform/http/server.ts";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant, type Tenant } from "#test/support/tenant.ts";
import type { AgentEventList, AgentMetrics, EventsAnswer } from "../../agent-event-contract.ts";
import { Agents, registerAgents } from "../index.ts";
import { EventBatch } from "./event-batch.ts";
import { feedbackScore, readEvent } from "./event-input.ts";
import { EventWriter } from "./event-writer.ts";

let test: TestApp;
let tenant: Tenant;
beforeAll(async () => {
  test = await createTestApp();
  tenant = await createTenant(test.context);
});
afterAll(() => test.close());

const post = (agent: string, payload: object | string | Buffer, headers: Record<string, string> = {}) =>
  test.app.inject({
    method: "POST",
    url: `/api/v1/agents/${agent}/events`,
    headers: { "content-type": "application/json", ...tenant.keyHeaders, ...headers },
    payload,
  });
const send = async (agent: string, payload: object): Promise<EventsAnswer> => {
  const response = await post(agent, payload);
  expect(response.statusCode, response.body).toBe(200);
  return response.json();
};
const list = async (agent: string, query = ""): Promise<AgentEventList> =>
  (
    await test.app.inject({ url: `/api/v1/agents/${agent}/events${query}`, headers: tenant.keyHeaders })
  ).json();
const metrics = async (agent: string, query: string): Promise<AgentMetrics> =>
  (
    await test.app.inject({ url: `/api/v1/agents/${agent}/metrics${query}`, headers: tenant.keyHeaders })
  ).json();

describe("reporting events", () => {
  it("keeps every field, makes the agent appear, and says whether to go on", async () => {
    const timestamp = new Date(Date.now() - 5000).toISOString();
    const answer = await send("reporter", {
      id: "e1",
      type: "response",
      timestamp,
      content: "Tuesday 🛫",
      metadata: { channel: "web" },
      error_details: { type: "Timeout", after: 3 },
      response_time_ms: 1250.5,
      token_count: 61,
      model_used: "gpt-4o-mini",
      cost_usd: 0.01,
      user_feedback: { score: 4, comment: "ok" },
      user_id: "u",
      session_id: "s",
      trace_id: "4BF92F3577B34DA6A3CE929D0E0E4736",
    });
    expect(answer).toMatchObject({
      accepted: 1,
      rejected: 0,
      errors: [],
      directive: "continue",
      reason: null,
    });
    expect((await list("reporter")).data).toEqual([
      {
        id: "e1",
        agent_id: answer.agent_id,
        type: "response",
        timestamp,
        content: "Tuesday 🛫",
        metadata: { channel: "web" },
        error_type: "Timeout",
        error_details: { type: "Timeout", after: 3 },
        response_time_ms: 1250.5,
        token_count: 61,
        model_used: "gpt-4o-mini",
        cost_usd: 0.01,
        user_feedback: { score: 4, comment: "ok" },
        feedback_score: 4,
        user_id: "u",
        session_id: "s",
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
      },
    ]);
  });

  it("takes the good ones of a batch and tells what is wrong with each of the others", async () => {
    const answer = await send("mixed", [
      { type: "message", content: "a" },
      { type: "shout" },
      "no event",
      { type: "message", timestamp: "yesterday" },
      { type: "message", timestamp: "1980-01-01T00:00:00Z" },
      { type: "message", content: "x".repeat(300_000) },
      { type: "error", error_details: "boom" },
    ]);
    expect([answer.accepted, answer.rejected]).toEqual([2, 5]);
    expect(answer.errors.map(({ index, code }) => `${index} ${code}`)).toEqual([
      "1 invalid_event",
      "2 invalid_event",
      "3 invalid_time",
      "4 invalid_time",
      "5 event_too_large",
    ]);
    expect((await list("mixed")).data).toHaveLength(2);
  });

  it("takes 10,000 at once, compressed or not, and no more", async () => {
    const events = Array.from({ length: 10_000 }, (_, i) => ({
      id: `bulk-${i}`,
      type: "message",
      content: `${i}`,
    }));
    const response = await post("bulk", gzipSync(JSON.stringify({ events })), { "content-encoding": "gzip" });
    expect(response.json()).toMatchObject({ accepted: 10_000, rejected: 0 });
    expect((await send("bulk", events)).accepted).toBe(10_000);
    const [day] = (await metrics("bulk", "")).data;
    expect(day!.total_messages).toBe(10_000);
    const more = await post("bulk", [...events, { type: "message" }]);
    expect([more.statusCode, more.json().code]).toEqual([400, "too_many_events"]);
  });

  it.each([
    ["not JSON", "{", 400, "malformed_json"],
    ["nothing", "", 400, "malformed_json"],
  ])("refuses %s", async (_name, payload, status, code) => {
    const response = await post("mixed", payload);
    expect([response.statusCode, response.json().code]).toEqual([status, code]);
    expect(response.headers["content-type"]).toMatch(/problem\+json/);
  });

  it("refuses those who may not send, and ids that are nobody's", async () => {
    const url = "/api/v1/agents/reporter/events";
    expect((await test.app.inject({ method: "POST", url, payload: {} })).statusCode).toBe(401);
    expect((await post("019a9c60-1b7e-7d0a-b6a4-90f1c2d3e4f5", { type: "message" })).statusCode).toBe(404);
    const sender = await createTenant(test.context, { scope: "ingest" });
    expect((await test.app.inject({ url, headers: sender.keyHeaders })).statusCode).toBe(403);
    const stranger = await createTenant(test.context);
    expect((await test.app.inject({ url, headers: stranger.keyHeaders })).statusCode).toBe(404);
  });
});

describe("how an agent is, by its events", () => {
  const statusOf = async (agent: string) => {
    await test.context.agents.flush();
    return (await test.app.inject({ url: `/api/v1/agents/${agent}`, headers: tenant.keyHeaders })).json()
      .status;
  };

  it("is degraded when many of them are errors, and not for errors of long ago", async () => {
    const event = (type: string, ageMs: number) => ({ type, timestamp: Date.now() - ageMs });
    await send("failing", [...[1, 2, 3].map(() => event("error", 1000)), event("response", 1000)]);
    expect(await statusOf("failing")).toBe("degraded");
    await send("recovered", [...[1, 2, 3].map(() => event("error", 3_600_000)), event("response", 1000)]);
    expect(await statusOf("recovered")).toBe("running");
    await send("historic", [event("message", 86_400_000)]);
    expect(await statusOf("historic")).toBe("offline");
  });

  it("is told to stop in the answer to events, heartbeats and runs, when it should", async () => {
    const { stores, events, logger, executions } = test.context;
    const stopped = await Agents.open({
      database: stores.database,
      telemetry: stores.telemetry,
      events,
      logger,
      directives: {
        directiveFor: (_project, _id, name) => ({ action: "stop", reason: `${name} spent it all.` }),
      },
    });
    const { answer } = await stopped.registry.heartbeat(tenant.projectId, "spender", {}, Date.now());
    expect(answer).toMatchObject({ directive: "stop", reason: "spender spent it all." });
    const own = await createHttpServer({
      logger,
      metrics: test.context.metrics,
      trustProxy: false,
      secure: false,
      authenticate: async () => ({
        kind: "api_key",
        id: "k",
        label: "k",
        projects: [
          {
            id: tenant.projectId,
            slug: "p",
            name: "p",
            role: "api_key",
            permissions: new Set(["telemetry:write"] as const),
          },
        ],
      }),
    });
    await registerAgents(own, {
      agents: stopped,
      database: stores.database,
      store: stores.telemetry,
      ingest: test.context.ingest,
      reportedRuns: executions.reportedRuns,
    });
    registerExecutions(own, executions, { registry: stopped.registry, events });
    const ask = async (url: string, payload: object) =>
      (await own.inject({ method: "POST", url: `/api/v1/${url}`, payload })).json();
    const told = { directive: "stop", reason: "spender spent it all." };
    expect(await ask("agents/spender/events", { type: "message" })).toMatchObject({ accepted: 1, ...told });
    expect(await ask("agents/spender/heartbeat", {})).toMatchObject(told);
    expect(await ask("executions", { agent: "spender" })).toMatchObject({ status: "running", ...told });
    await stopped.stop();
    await own.close();
  });
});

describe("an event that is sent again", () => {
  it("changes nothing, whatever its time and within one request or one moment", async () => {
    const event = { id: "same", type: "message", content: "first" };
    await send("resender", [event, { ...event, content: "second" }]);
    await Promise.all([1, 2, 3].map(() => send("resender", event)));
    await send("resender", { ...event, timestamp: Date.now() - 3_600_000 });
    expect((await list("resender")).data.map(({ content }) => content)).toEqual(["first"]);
  });

  it("changes nothing after a restart either", async () => {
    const { agent_id } = await send("restarted", [
      { id: "told", type: "message", timestamp: Date.now() - 60_000 },
      { id: "untold", type: "message" },
      { id: "ahead", type: "message", timestamp: Date.now() + 3_600_000 },
    ]);
    const { stores, logger } = test.context;
    const writer = await EventWriter.open(stores.telemetry, logger);
    const batch = new EventBatch(tenant.projectId, agent_id, Date.now(), 100);
    for (const [id, offset] of [
      ["told", -60_000],
      ["untold", 0],
      ["ahead", 3_600_000],
      ["fresh", 0],
    ] as const) {
      const read = readEvent({ id, type: "message", timestamp: Date.now() + offset }, Date.now());
      if ("event" in read) batch.add(read.event, () => "ours");
    }
    await writer.submit(batch);
    const stored = await stores.telemetry.queryProject<{ id: string }>(
      tenant.projectId,
      `SELECT event_id AS id FROM agent_events
       WHERE project_id = {project_id:UUID} AND agent_id = {agent_id:UUID} ORDER BY id`,
      { agent_id },
    );
    expect(stored.map(({ id }) => id)).toEqual(["ahead", "fresh", "told", "untold"]);
  });

  it("counts again without an id, and counts for another agent", async () => {
    await send("counter", { type: "message" });
    await send("counter", { type: "message" });
    await send("counter-2", { id: "same", type: "message" });
    expect((await list("counter")).data).toHaveLength(2);
    expect((await list("counter-2")).data).toHaveLength(1);
  });
});

describe("the list of events", () => {
  const atMs = Date.now() - 600_000;
  beforeAll(async () => {
    await send(
      "listed",
      Array.from({ length: 9 }, (_, i) => ({
        id: `l${i}`,
        type: i % 3 === 0 ? "error" : "message",
        // Three share each moment.
        timestamp: atMs + Math.floor(i / 3) * 1000,
        content: `Number ${i}`,
        ...(i % 3 === 0 ? { error_details: { type: "Boom" } } : {}),
        user_id: i < 5 ? "ann" : "bob",
        session_id: `s${i % 2}`,
      })),
    );
  });

  it.each([
    ["", 9],
    ["?type=error", 3],
    ["?type=error&type=message", 9],
    ["?type=nothing", 0],
    ["?user_id=ann", 5],
    ["?session_id=s1", 4],
    ["?q=number%207", 1],
    ["?q=boom", 3],
    [`?from=${atMs + 1000}`, 6],
    [`?to=${atMs + 1000}`, 3],
  ])("%s", async (query, count) => {
    expect((await list("listed", query)).data).toHaveLength(count);
  });

  it("is paged newest first without gaps or repeats", async () => {
    const ids: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: AgentEventList = await list("listed", `?limit=2${cursor ? `&cursor=${cursor}` : ""}`);
      ids.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(ids).toEqual(["l8", "l7", "l6", "l5", "l4", "l3", "l2", "l1", "l0"]);
  });
});

describe("an agent's figures", () => {
  it("come per day from its events", async () => {
    const at = Date.UTC(2026, 5, 1, 12);
    await send("measured", [
      ...[100, 200, 300].map((response_time_ms) => ({
        type: "response",
        timestamp: at,
        response_time_ms,
        token_count: 10,
        user_id: "a",
        cost_usd: 0.5,
      })),
      { type: "message", timestamp: at, user_id: "b" },
      { type: "error", timestamp: at },
      { type: "tool_call", timestamp: at },
      { type: "feedback", timestamp: at, user_feedback: 5 },
      { type: "feedback", timestamp: at, user_feedback: "2" },
      { type: "feedback", timestamp: at, user_feedback: "well…" },
      { type: "message", timestamp: at + 86_400_000 },
    ]);
    const { data } = await metrics("measured", "?from=2026-05-31&to=2026-06-05&step=day");
    expect(data).toHaveLength(2);
    expect(data[0]).toEqual({
      date: "2026-06-01",
      total_messages: 1,
      total_responses: 3,
      total_errors: 1,
      total_tool_calls: 1,
      total_feedback: 3,
      average_response_time: 200,
      response_time_p50: 200,
      response_time_p95: expect.any(Number),
      response_time_p99: expect.any(Number),
      total_tokens_used: 30,
      average_feedback_score: 3.5,
      unique_users: 2,
      cost_usd: 1.5,
      reported: { total_tokens: 30, cost_usd: 1.5 },
      telemetry: {
        executions: 0,
        errors: 0,
        llm_calls: 0,
        tool_calls: 0,
        total_tokens: 0,
        cost_usd: 0,
        latency_p50_ms: null,
        latency_p95_ms: null,
      },
    });
    expect(data[1]).toMatchObject({ date: "2026-06-02", total_messages: 1, average_response_time: null });
    const hours = await metrics("measured", "?from=2026-06-01&to=2026-06-02&step=hour");
    expect(hours.data.map(({ date }) => date)).toEqual(["2026-06-01T12:00:00.000Z"]);
  });

  it("take tokens and cost of both sources once", async () => {
    await send("both", { type: "response", token_count: 500 });
    const chat = (inputTokens: number) =>
      testSpan({
        attributes: {
          "gen_ai.operation.name": "chat",
          "gen_ai.agent.name": "both",
          "gen_ai.usage.input_tokens": inputTokens,
        },
      });
    await sendSpans(test.app, tenant.keyHeaders, [chat(400), chat(300)]);
    const [day] = (await metrics("both", "")).data;
    expect(day).toMatchObject({
      total_tokens_used: 700,
      reported: { total_tokens: 500 },
      telemetry: { llm_calls: 2, total_tokens: 700, executions: 0 },
    });
  });

  it("are refused for more steps than anyone can read", async () => {
    const response = await test.app.inject({
      url: "/api/v1/agents/both/metrics?from=2026-01-01&to=2026-03-01&step=minute",
      headers: tenant.keyHeaders,
    });
    expect(response.json().code).toBe("too_many_steps");
  });
});

describe("feedback as a number", () => {
  it.each([
    [4, 4],
    [true, 1],
    [false, 0],
    ["Positive", 1],
    ["negative", 0],
    ["4.5", 4.5],
    ["great!", null],
    [{ score: 3 }, 3],
    [{ rating: "5" }, 5],
    [{ score: {} }, null],
    [null, null],
  ])("%j is %j", (feedback, score) => {
    expect(feedbackScore(feedback)).toBe(score);
  });
});
