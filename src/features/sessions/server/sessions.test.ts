import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { newSpanId, newTraceId, type SpanInput, sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant } from "#test/support/tenant.ts";

const DAY = 86_400_000;
let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

/** One trace of a session: an agent, and a call of a model that says something. */
function turn(given: {
  session: string;
  user?: string;
  agoMs: number;
  says?: string;
  failed?: boolean;
  history?: string[];
}): SpanInput[] {
  const traceId = newTraceId();
  const root = newSpanId();
  const startMs = Date.now() - given.agoMs;
  const attributes = {
    "gen_ai.conversation.id": given.session,
    ...(given.user ? { "user.id": given.user } : {}),
  };
  const message = (role: string, content: string) => ({ role, parts: [{ type: "text", content }] });
  const input = [...(given.history ?? []), given.says ?? "hi"].map((text, at) =>
    message(at % 2 ? "assistant" : "user", text),
  );
  return [
    testSpan({
      traceId,
      spanId: root,
      name: "invoke_agent helper",
      startMs,
      durationMs: 1000,
      attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "helper", ...attributes },
      ...(given.failed ? { status: { code: 2 as const, message: "no" } } : {}),
    }),
    testSpan({
      traceId,
      parentSpanId: root,
      name: "chat gpt",
      startMs: startMs + 10,
      durationMs: 500,
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt",
        "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.output_tokens": 5,
        "gen_ai.input.messages": JSON.stringify(input),
        "gen_ai.output.messages": JSON.stringify([message("assistant", `re: ${given.says ?? "hi"}`)]),
        ...attributes,
      },
    }),
  ];
}
const send = (spans: SpanInput[], headers = test.keyHeaders) => sendSpans(test.app, headers, spans);
const get = async (path: string, headers = test.keyHeaders) =>
  (await test.app.inject({ url: `/api/v1${path}`, headers })).json();
const RANGE = `from=${new Date(Date.now() - 60 * DAY).toISOString()}`;

describe("GET /sessions", () => {
  it("adds up the traces of each session", async () => {
    await send([
      ...turn({ session: "sum", user: "ann", agoMs: 9000 }),
      ...turn({ session: "sum", user: "ann", agoMs: 4000, failed: true }),
    ]);
    const { data } = await get("/sessions?q=SUM");
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({
      session_id: "sum",
      trace_count: 2,
      span_count: 4,
      failed_trace_count: 1,
      error_count: 1,
      total_tokens: 30,
      agents: ["helper"],
      users: ["ann"],
    });
    expect(data[0].duration_ms).toBeCloseTo(6000, -2);
    expect(data[0].busy_ms).toBeCloseTo(2000, -1);
  });

  it("lists the newest activity first, over days and pages, each session once with all of its traces", async () => {
    const tenant = await createTenant(test.context);
    const ages = [0.1, 0.5, 1.2, 3, 9, 20, 45];
    const spans = ages.flatMap((days, at) => turn({ session: `s${at}`, agoMs: days * DAY }));
    // Active today and long ago.
    spans.push(...turn({ session: "s0", agoMs: 15 * DAY }), ...turn({ session: "s3", agoMs: 50 * DAY }));
    await send(spans, tenant.keyHeaders);
    for (const limit of [2, 50]) {
      const found: { session_id: string; trace_count: number }[] = [];
      let cursor = "";
      do {
        const page = await get(`/sessions?${RANGE}&limit=${limit}${cursor}`, tenant.keyHeaders);
        expect(page.data.length).toBeLessThanOrEqual(limit);
        found.push(...page.data);
        cursor = page.next_cursor === null ? "" : `&cursor=${page.next_cursor}`;
      } while (cursor !== "");
      expect(found.map((one) => `${one.session_id}:${one.trace_count}`)).toEqual([
        "s0:2",
        "s1:1",
        "s2:1",
        "s3:2",
        "s4:1",
        "s5:1",
        "s6:1",
      ]);
    }
  });

  it("counts only traces that match the filters", async () => {
    await send([
      ...turn({ session: "mixed", user: "bob", agoMs: 3000 }),
      ...turn({ session: "mixed", user: "eve", agoMs: 2000, failed: true }),
    ]);
    const { data } = await get("/sessions?user_id=bob");
    expect(data).toMatchObject([{ session_id: "mixed", trace_count: 1, error_count: 0 }]);
    expect((await get("/sessions?q=mixed&has_errors=true")).data[0].trace_count).toBe(1);
  });

  it("refuses strangers, foreign cursors, and shows nothing of another tenant", async () => {
    expect((await test.app.inject("/api/v1/sessions")).statusCode).toBe(401);
    const ingestOnly = await createTenant(test.context, { scope: "ingest" });
    const refused = await test.app.inject({ url: "/api/v1/sessions", headers: ingestOnly.keyHeaders });
    expect(refused.statusCode).toBe(403);
    expect((await get("/sessions?cursor=nonsense")).code).toBe("invalid_cursor");
    const stranger = await createTenant(test.context);
    await send(turn({ session: "secret", agoMs: 1000 }));
    expect((await get(`/sessions?${RANGE}`, stranger.keyHeaders)).data).toEqual([]);
    expect((await get("/sessions/secret", stranger.keyHeaders)).code).toBe("session_not_found");
  });
});

describe("GET /sessions/{id}", () => {
  it("has the traces in order, and the conversation with its history told once", async () => {
    await send(turn({ session: "talk", agoMs: 20 * DAY, says: "one" }));
    await send(turn({ session: "talk", agoMs: 1000, says: "two", history: ["one", "re: one"] }));
    const plain = await get("/sessions/talk");
    expect(plain.thread).toBeNull();
    expect(plain.session).toMatchObject({ session_id: "talk", trace_count: 2, total_tokens: 30 });
    const starts = plain.traces.map((trace: { start_time: string }) => trace.start_time);
    expect(starts).toEqual([...starts].sort());
    const { thread } = await get("/sessions/talk?include=thread");
    expect(thread.messages.map((one: { message: { content: string } }) => one.message.content)).toEqual([
      "one",
      "re: one",
      "two",
      "re: two",
    ]);
    expect(thread.repeated).toBe(2);
  });

  it("says so when there is none", async () => {
    expect((await get("/sessions/nobody")).code).toBe("session_not_found");
  });
});

describe("threads and first inputs", () => {
  it("come for single traces too", async () => {
    const spans = turn({ session: "first", agoMs: 500, says: "  where is\nmy order? " });
    await send(spans);
    const { traceId } = spans[0]!;
    const thread = await get(`/traces/${traceId}/thread`);
    expect(thread.messages).toHaveLength(2);
    expect(thread.messages[1]).toMatchObject({ output: true, model: "gpt", trace_id: traceId });
    const inputs = await get(`/sessions/first-inputs?trace_id=${traceId}&trace_id=${newTraceId()}`);
    expect(inputs.data).toEqual([{ trace_id: traceId, text: "where is my order?" }]);
    expect((await get(`/traces/${newTraceId()}/thread`)).code).toBe("trace_not_found");
  });
});

describe("GET /end-users", () => {
  it("lists who was seen last first, with what they did and what it cost", async () => {
    const tenant = await createTenant(test.context);
    await send(
      [
        ...turn({ session: "a", user: "ann", agoMs: 5000 }),
        ...turn({ session: "b", user: "ann", agoMs: 2 * DAY, failed: true }),
        ...turn({ session: "c", user: "bob", agoMs: 3 * DAY }),
      ],
      tenant.keyHeaders,
    );
    const { data } = await get(`/end-users?${RANGE}`, tenant.keyHeaders);
    expect(data).toMatchObject([
      { user_id: "ann", session_count: 2, execution_count: 2, failed_count: 1, total_tokens: 30 },
      { user_id: "bob", session_count: 1, execution_count: 1, failed_count: 0 },
    ]);
    const first = await get(`/end-users?${RANGE}&limit=1`, tenant.keyHeaders);
    const second = await get(`/end-users?${RANGE}&limit=1&cursor=${first.next_cursor}`, tenant.keyHeaders);
    expect([first.data[0].user_id, second.data[0].user_id]).toEqual(["ann", "bob"]);

    const ann = await get("/end-users/ann", tenant.keyHeaders);
    expect(ann.user).toMatchObject({ execution_count: 2, session_count: 2, failed_count: 1 });
    expect(ann.days).toHaveLength(2);
    expect(ann.sessions.map((one: { session_id: string }) => one.session_id)).toEqual(["a", "b"]);
    expect(ann.traces).toHaveLength(2);
    const stranger = await createTenant(test.context);
    expect((await get("/end-users/ann", stranger.keyHeaders)).code).toBe("end_user_not_found");
    expect((await test.app.inject("/api/v1/end-users")).statusCode).toBe(401);
    expect((await get("/end-users/nobody", tenant.keyHeaders)).code).toBe("end_user_not_found");
  });
});
