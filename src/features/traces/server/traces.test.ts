import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { newSpanId, newTraceId, type SpanInput, sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant, type Tenant } from "#test/support/tenant.ts";
import type { Span, SpanDetail, TraceDetail, TraceSummary } from "../trace-contract.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

const get = (url: string, headers: Record<string, string>) =>
  test.app.inject({ url: `/api/v1${url}`, headers });
type Query = Record<string, string | number | string[] | undefined>;
function queryString(query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) params.append(name, String(one));
  }
  return `?${params}`;
}
async function list(
  tenant: Tenant,
  query: Query = {},
): Promise<{ data: TraceSummary[]; next_cursor: string | null }> {
  const response = await get(`/traces${queryString(query)}`, tenant.keyHeaders);
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json();
}
const namesOf = async (tenant: Tenant, query: Query = {}) =>
  (await list(tenant, query)).data.map(({ name }) => name);
const send = (tenant: Tenant, spans: SpanInput[], resource?: Record<string, string>) =>
  sendSpans(test.app, tenant.keyHeaders, spans, resource);

describe("a trace in the list", () => {
  it("is what its spans add up to", async () => {
    const tenant = await createTenant(test.context);
    const traceId = newTraceId();
    const rootId = newSpanId();
    const startMs = Date.UTC(2026, 10, 21, 9);
    const shared = { "gen_ai.agent.name": "triage", "gen_ai.conversation.id": "conv-1", "user.id": "user-1" };
    const chat = (model: string) => ({
      ...shared,
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": model,
      "gen_ai.usage.input_tokens": 100,
      "gen_ai.usage.output_tokens": 20,
    });
    const child = { traceId, parentSpanId: rootId };
    await send(
      tenant,
      [
        testSpan({
          traceId,
          spanId: rootId,
          name: "invoke_agent triage",
          startMs,
          durationMs: 3000,
          attributes: { ...shared, "gen_ai.operation.name": "invoke_agent" },
        }),
        testSpan({ ...child, name: "chat a", startMs: startMs + 10, attributes: chat("gpt-a") }),
        testSpan({
          ...child,
          name: "chat b",
          startMs: startMs + 20,
          durationMs: 5000,
          attributes: chat("gpt-b"),
          status: { code: 2, message: "rate limit" },
        }),
        testSpan({
          ...child,
          name: "tool",
          startMs: startMs + 30,
          attributes: { ...shared, "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search" },
        }),
      ],
      { "service.name": "support", "deployment.environment.name": "production" },
    );
    const { data } = await list(tenant, { from: startMs - MINUTE, to: startMs + MINUTE });
    expect(data).toEqual([
      {
        trace_id: traceId,
        name: "invoke_agent triage",
        root_span_id: rootId,
        service: "support",
        start_time: "2026-11-21T09:00:00.000000000Z",
        end_time: "2026-11-21T09:00:05.020000000Z",
        duration_ms: 5020,
        status: "unset",
        span_count: 4,
        error_count: 1,
        llm_call_count: 2,
        tool_call_count: 1,
        agents: ["triage"],
        models: ["gpt-a", "gpt-b"],
        providers: ["openai"],
        session_id: "conv-1",
        user_id: "user-1",
        environment: "production",
        usage: { input_uncached: 200, cache_read: 0, cache_write: 0, output: 40, reasoning: 0 },
        total_tokens: 240,
        cost_usd: null,
      },
    ]);
  });

  it("without its root yet has the name of its first span, and a status once a span failed", async () => {
    const tenant = await createTenant(test.context);
    const traceId = newTraceId();
    const parentSpanId = newSpanId();
    const startMs = Date.now() - MINUTE;
    await send(tenant, [
      testSpan({ traceId, parentSpanId, name: "second", startMs: startMs + 5, status: { code: 2 } }),
      testSpan({ traceId, parentSpanId, name: "first", startMs }),
    ]);
    const before = (await list(tenant)).data[0];
    expect(before).toMatchObject({ name: "first", root_span_id: null, status: "error", span_count: 2 });
    await send(tenant, [
      testSpan({ traceId, spanId: parentSpanId, name: "root", startMs, status: { code: 1 } }),
    ]);
    const after = (await list(tenant)).data[0];
    expect(after).toMatchObject({ name: "root", root_span_id: parentSpanId, status: "ok", span_count: 3 });
  });

  it("survives numbers beyond all reason", async () => {
    const tenant = await createTenant(test.context);
    const traceId = newTraceId();
    const absurd = {
      "gen_ai.operation.name": "chat",
      "gen_ai.usage.input_tokens": Number.MAX_SAFE_INTEGER,
      "gen_ai.usage.output_tokens": 1e300,
      x: Number.NaN,
      y: Number.POSITIVE_INFINITY,
    };
    await send(tenant, [
      testSpan({ traceId, attributes: absurd }),
      testSpan({ traceId, attributes: absurd }),
      testSpan({
        traceId,
        attributes: absurd,
        startNs: 946_684_800_000_000_000n,
        endNs: BigInt(Date.now()) * 1_000_000n,
      }),
    ]);
    const [summary] = (await list(tenant, { from: 946_684_800 - 10 })).data;
    expect(summary?.total_tokens).toBeGreaterThan(Number.MAX_SAFE_INTEGER / 2);
    const detail = await get(`/traces/${traceId}?include=messages`, tenant.keyHeaders);
    expect(detail.statusCode).toBe(200);
    expect(detail.json().spans).toHaveLength(3);
  });
});

describe("the list of traces", () => {
  const midnight = Date.UTC(2026, 10, 20);
  let tenant: Tenant;
  /** Starts of 60 traces over two days, many of them equal. */
  const starts = Array.from(
    { length: 60 },
    (_, i) => midnight - 20 * 60 * MINUTE + Math.floor(i / 4) * 3 * 60 * MINUTE,
  );
  const range = { from: midnight - 2 * DAY, to: midnight + 2 * DAY };
  let whole: TraceSummary[];

  beforeAll(async () => {
    tenant = await createTenant(test.context);
    const spans = starts.map((startMs, i) => testSpan({ name: `trace ${i}`, startMs }));
    await send(tenant, spans.slice(0, 30).reverse());
    await send(tenant, spans.slice(30));
    whole = (await list(tenant, { ...range, limit: 500 })).data;
  });

  it("is newest first, then by id", () => {
    expect(whole).toHaveLength(60);
    const orderOf = (trace: TraceSummary) => `${trace.start_time} ${trace.trace_id}`;
    expect(whole.map(orderOf)).toEqual(whole.map(orderOf).sort().reverse());
  });

  it("in pages of any size is the whole list, without gaps or repeats", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 3, max: 70 }), async (limit) => {
        const pages: TraceSummary[] = [];
        let cursor: string | null | undefined;
        do {
          const page = await list(tenant, { ...range, limit, cursor: cursor ?? undefined });
          expect(page.data.length).toBeLessThanOrEqual(limit);
          pages.push(...page.data);
          cursor = page.next_cursor;
        } while (cursor !== null);
        expect(pages).toEqual(whole);
      }),
      { numRuns: 6 },
    );
  });

  it("keeps its place when newer traces arrive between two pages", async () => {
    const own = await createTenant(test.context);
    const now = Date.now() - MINUTE;
    await send(
      own,
      [1, 2, 3, 4].map((i) => testSpan({ name: `old ${i}`, startMs: now + i })),
    );
    const first = await list(own, { limit: 2 });
    await send(own, [testSpan({ name: "newer", startMs: now + 100 })]);
    expect(await namesOf(own, { limit: 2, cursor: first.next_cursor! })).toEqual(["old 2", "old 1"]);
  });

  it("takes the start of a range in and leaves its end out", async () => {
    const startMs = midnight - 20 * 60 * MINUTE;
    expect(await namesOf(tenant, { from: startMs, to: startMs + 1 })).toHaveLength(4);
    expect(await namesOf(tenant, { from: startMs + 1, to: startMs + 2 })).toEqual([]);
    expect(await namesOf(tenant, { from: startMs - 1, to: startMs })).toEqual([]);
  });

  it("finds traces of last year, and none where there are none", async () => {
    expect(await namesOf(tenant, { from: "2025-11-25", to: "2026-11-25", limit: 500 })).toHaveLength(60);
    expect(await namesOf(tenant, { from: "2024-11-25", to: "2025-11-25" })).toEqual([]);
    expect(await namesOf(tenant, { from: "1970-01-01", to: "2099-12-31", limit: 500 })).toHaveLength(60);
  });

  it("shows a trace of several days once, where it began", async () => {
    const own = await createTenant(test.context);
    const root = testSpan({ name: "long", startMs: midnight - 4 * DAY });
    const child = testSpan({
      name: "child",
      startMs: midnight,
      traceId: root.traceId,
      parentSpanId: root.spanId,
    });
    const other = testSpan({ name: "other", startMs: midnight - 2 * DAY });
    await send(own, [root, child, other]);
    expect(await namesOf(own, { from: midnight - 10 * DAY, to: midnight + DAY })).toEqual(["other", "long"]);
    expect(await namesOf(own, { from: midnight - DAY / 2, to: midnight + DAY })).toEqual([]);
    const first = await list(own, { from: midnight - 10 * DAY, to: midnight + DAY, limit: 1 });
    expect(first.data.map((trace) => trace.name)).toEqual(["other"]);
    expect(first.next_cursor).not.toBeNull();
  });

  it("defaults to the last 24 hours", async () => {
    const own = await createTenant(test.context);
    const ages = [10 * MINUTE, 23 * 60 * MINUTE, 25 * 60 * MINUTE];
    await send(
      own,
      ages.map((age) => testSpan({ name: `${age / MINUTE} min`, startMs: Date.now() - age })),
    );
    expect(await namesOf(own)).toEqual(["10 min", "1380 min"]);
  });

  it("holds a trace that crosses midnight once, on the day it began", async () => {
    const own = await createTenant(test.context);
    const traceId = newTraceId();
    const rootId = newSpanId();
    const child = { traceId, parentSpanId: rootId };
    await send(own, [
      testSpan({
        traceId,
        spanId: rootId,
        name: "overnight",
        startMs: midnight - MINUTE,
        durationMs: 60 * MINUTE,
      }),
      testSpan({ ...child, name: "before", startMs: midnight - 1000 }),
      testSpan({ ...child, name: "after", startMs: midnight + 1000 }),
      testSpan({ ...child, name: "late", startMs: midnight + 40 * MINUTE }),
    ]);
    const { data } = await list(own, range);
    expect(data).toEqual([
      expect.objectContaining({ name: "overnight", span_count: 4, duration_ms: 60 * MINUTE }),
    ]);
    expect((await list(own, { from: midnight - 5 * MINUTE, to: midnight })).data).toEqual(data);
    expect(await namesOf(own, { from: midnight, to: midnight + DAY })).toEqual([]);
    const detail = await get(`/traces/${traceId}`, own.keyHeaders);
    expect(detail.json().spans.map((span: Span) => span.name)).toEqual([
      "overnight",
      "before",
      "after",
      "late",
    ]);
  });

  it.each([
    ["cursor=garbage", "invalid_cursor"],
    [
      `cursor=${Buffer.from('{"start_ns":"99999999999999999999","id":"x"}').toString("base64url")}`,
      "invalid_cursor",
    ],
    ["from=tomorrow", "invalid_time"],
    ["from=2026-11-21&to=2026-11-20", "invalid_time"],
    ["to=9999-12-31", "invalid_time"],
    ["status=maybe", "invalid_request"],
    ["min_tokens=-1", "invalid_request"],
    ["min_tokens=1e400", "invalid_request"],
    ["limit=0", "invalid_request"],
    ["project=unknown", "project_not_found"],
  ])("refuses %s", async (query, code) => {
    const response = await get(`/traces?${query}`, tenant.keyHeaders);
    expect(response.json().code).toBe(code);
    expect(response.statusCode).toBe(code === "project_not_found" ? 404 : 400);
  });

  it("never answers 500, whatever the cursor", async () => {
    const position = fc.record({
      start_ns: fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 20n }).map(String), fc.string()),
      id: fc.oneof(
        fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 32, maxLength: 32 }),
        fc.string(),
      ),
    });
    const cursors = fc.oneof(
      fc.string({ maxLength: 100 }),
      position.map((one) => Buffer.from(JSON.stringify(one)).toString("base64url")),
    );
    await fc.assert(
      fc.asyncProperty(cursors, async (cursor) => {
        const response = await get(`/traces${queryString({ cursor })}`, tenant.keyHeaders);
        expect([200, 400]).toContain(response.statusCode);
      }),
      { numRuns: 40 },
    );
  });
});

describe("filters", () => {
  let tenant: Tenant;
  const startMs = Date.now() - 10 * MINUTE;

  beforeAll(async () => {
    tenant = await createTenant(test.context);
    const a = newTraceId();
    const rootId = newSpanId();
    await send(
      tenant,
      [
        testSpan({
          traceId: a,
          spanId: rootId,
          name: "Alpha",
          startMs,
          durationMs: 5000,
          attributes: {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": "triage",
            "gen_ai.conversation.id": "conv-a",
            "user.id": "ann",
          },
          status: { code: 1 },
        }),
        testSpan({
          traceId: a,
          parentSpanId: rootId,
          name: "chat Größe",
          startMs: startMs + 1,
          attributes: {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": "gpt-4o",
            "gen_ai.usage.input_tokens": 900,
            "gen_ai.usage.output_tokens": 100,
            "custom.count": 7,
            "custom.ratio": 0.25,
            "custom.flag": true,
            "custom.text": "seven",
            "custom.empty": "",
          },
          status: { code: 2, message: "boom" },
        }),
      ],
      { "service.name": "support", "deployment.environment.name": "production", region: "eu" },
    );
    await send(
      tenant,
      [
        testSpan({
          name: "Beta",
          startMs: startMs + 2,
          durationMs: 50,
          attributes: {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "anthropic",
            "gen_ai.request.model": "claude",
            "gen_ai.usage.input_tokens": 10,
            "user.id": "bob",
            "custom.flag": false,
          },
          status: { code: 2 },
        }),
        testSpan({ name: "Gamma", startMs: startMs + 3, durationMs: 500 }),
      ],
      { "service.name": "billing", "deployment.environment.name": "staging" },
    );
  });

  it.each<[Query, string[]]>([
    [{}, ["Gamma", "Beta", "Alpha"]],
    [{ agent: "triage" }, ["Alpha"]],
    [{ agent: ["triage", "nobody"] }, ["Alpha"]],
    [{ agent: "triag" }, []],
    [{ model: "claude" }, ["Beta"]],
    [{ model: ["claude", "gpt-4o"] }, ["Beta", "Alpha"]],
    [{ provider: "openai" }, ["Alpha"]],
    [{ service: "billing" }, ["Gamma", "Beta"]],
    [{ service: ["billing", "support"] }, ["Gamma", "Beta", "Alpha"]],
    [{ environment: "staging" }, ["Gamma", "Beta"]],
    [{ operation: "invoke_agent" }, ["Alpha"]],
    [{ operation: "chat" }, ["Beta", "Alpha"]],
    [{ status: "ok" }, ["Gamma", "Alpha"]],
    [{ status: "error" }, ["Beta"]],
    [{ has_errors: "true" }, ["Beta", "Alpha"]],
    [{ has_errors: "false" }, ["Gamma"]],
    [{ session_id: "conv-a" }, ["Alpha"]],
    [{ user_id: "bob" }, ["Beta"]],
    [{ min_duration_ms: 500 }, ["Gamma", "Alpha"]],
    [{ max_duration_ms: 500 }, ["Gamma", "Beta"]],
    [{ min_duration_ms: 51, max_duration_ms: 499.5 }, []],
    [{ min_tokens: 1000 }, ["Alpha"]],
    [{ min_tokens: 1001 }, []],
    [{ q: "alph" }, ["Alpha"]],
    [{ q: "GRÖSSE" }, []],
    [{ q: "größe" }, ["Alpha"]],
    [{ q: "  " }, ["Gamma", "Beta", "Alpha"]],
    [{ q: "%" }, []],
    [{ attribute: "custom.text=seven" }, ["Alpha"]],
    [{ attribute: "custom.count=7" }, ["Alpha"]],
    [{ attribute: "custom.count=7.0" }, ["Alpha"]],
    [{ attribute: "custom.ratio=0.25" }, ["Alpha"]],
    [{ attribute: "custom.flag=true" }, ["Alpha"]],
    [{ attribute: "custom.flag=false" }, ["Beta"]],
    [{ attribute: "custom.flag" }, ["Beta", "Alpha"]],
    [{ attribute: "custom.empty" }, ["Alpha"]],
    [{ attribute: "custom.empty=" }, ["Alpha"]],
    [{ attribute: "absent=" }, []],
    [{ attribute: "region=eu" }, ["Alpha"]],
    [{ attribute: ["custom.count=7", "custom.flag=true"] }, ["Alpha"]],
    [{ attribute: ["custom.count=7", "custom.flag=false"] }, []],
    [{ agent: "triage", status: "error" }, []],
    [{ model: "gpt-4o", q: "Alpha" }, ["Alpha"]],
  ])("by %j find %j", async (query, names) => {
    expect(await namesOf(tenant, query)).toEqual(names);
  });

  it("find a trace by its id", async () => {
    const [beta] = (await list(tenant, { user_id: "bob" })).data;
    expect(await namesOf(tenant, { q: beta!.trace_id })).toEqual(["Beta"]);
    expect(await namesOf(tenant, { q: beta!.trace_id.toUpperCase() })).toEqual(["Beta"]);
    expect(await namesOf(tenant, { q: newTraceId() })).toEqual([]);
  });

  it("page like the whole list", async () => {
    const first = await list(tenant, { operation: "chat", limit: 1 });
    expect(first.data.map(({ name }) => name)).toEqual(["Beta"]);
    const second = await list(tenant, { operation: "chat", limit: 1, cursor: first.next_cursor! });
    expect(second.data.map(({ name }) => name)).toEqual(["Alpha"]);
    expect(second.next_cursor).toBeNull();
  });

  const hostile = [
    "it's",
    '"quoted"',
    "back\\slash",
    "\\' OR 1 --",
    "{x:String}",
    "{project_id:UUID}",
    "a`b",
    "emoji 🙂",
    "tab\there",
    "new\nline",
    "%_",
    "$1",
    "null",
    "\\N",
  ];

  it("take hostile names and values as what they are", async () => {
    const own = await createTenant(test.context);
    await send(
      own,
      hostile.map((text) =>
        testSpan({ name: text, attributes: { [text]: text, "gen_ai.agent.name": text } }),
      ),
    );
    for (const text of hostile) {
      expect(await namesOf(own, { attribute: `${text}=${text}` }), text).toEqual([text]);
      expect(await namesOf(own, { attribute: text }), text).toEqual([text]);
      expect(await namesOf(own, { agent: text }), text).toEqual([text]);
      expect(await namesOf(own, { q: text }), text).toContain(text);
    }
  });

  it("never answer 500, whatever is in them", async () => {
    const text = fc.string({ unit: "binary", minLength: 1, maxLength: 20 });
    const query = fc.record(
      {
        q: text,
        agent: fc.array(text, { minLength: 1, maxLength: 3 }),
        session_id: text,
        attribute: text,
        min_duration_ms: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
        min_tokens: fc.maxSafeNat(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(query, async (one) => {
        const response = await get(`/traces${queryString(one)}`, tenant.keyHeaders);
        expect([200, 400]).toContain(response.statusCode);
      }),
      { numRuns: 40 },
    );
  });

  it("have facets to choose from, most frequent first", async () => {
    const { agents, models, providers, services, environments, total, errors } = (
      await get("/traces/facets", tenant.keyHeaders)
    ).json();
    expect({ total, errors }).toEqual({ total: 3, errors: 1 });
    expect(agents).toEqual([{ value: "triage", count: 1 }]);
    expect(models).toEqual([
      { value: "claude", count: 1 },
      { value: "gpt-4o", count: 1 },
    ]);
    expect(providers).toEqual([
      { value: "anthropic", count: 1 },
      { value: "openai", count: 1 },
    ]);
    expect(services).toEqual([
      { value: "billing", count: 2 },
      { value: "support", count: 1 },
    ]);
    expect(environments).toEqual([
      { value: "staging", count: 2 },
      { value: "production", count: 1 },
    ]);
    const empty = (await get("/traces/facets?from=2020-01-01&to=2020-01-02", tenant.keyHeaders)).json();
    expect(empty).toEqual({
      agents: [],
      models: [],
      providers: [],
      services: [],
      environments: [],
      total: 0,
      errors: 0,
    });
  });
});

describe("one trace", () => {
  let tenant: Tenant;
  const traceId = newTraceId();
  const rootId = newSpanId();
  const chatId = newSpanId();
  const startMs = Date.now() - MINUTE;
  const messages = (role: string, content: string) =>
    JSON.stringify([{ role, parts: [{ type: "text", content }] }]);

  beforeAll(async () => {
    tenant = await createTenant(test.context);
    await send(tenant, [
      testSpan({ traceId, spanId: rootId, name: "root", startMs, durationMs: 900 }),
      testSpan({
        traceId,
        spanId: chatId,
        parentSpanId: rootId,
        name: "chat",
        kind: 3,
        startMs: startMs + 10,
        traceState: "vendor=1",
        attributes: {
          "gen_ai.operation.name": "chat",
          "gen_ai.provider.name": "openai",
          "gen_ai.request.model": "gpt-4o",
          "gen_ai.input.messages": messages("user", "Where is my order?"),
          "gen_ai.output.messages": messages("assistant", "On its way."),
          "gen_ai.request.temperature": 0.5,
          "plain.text": "kept",
          "plain.flag": true,
          "plain.big": 9_007_199_254_740_993n,
          __proto__x: "harmless",
        },
        events: [
          {
            timeNs: BigInt(startMs) * 1_000_000n + 123n,
            name: "exception",
            attributes: { "exception.type": "Oops" },
          },
        ],
        links: [{ traceId: "ab".repeat(16), spanId: "cd".repeat(8), attributes: { why: "retry" } }],
        status: { code: 2, message: "it broke" },
      }),
    ]);
  });

  const detail = async (query = ""): Promise<TraceDetail> =>
    (await get(`/traces/${traceId}${query}`, tenant.keyHeaders)).json();

  it("has its summary and its spans by start, without their messages", async () => {
    const { trace, spans, truncated } = await detail();
    expect(trace).toMatchObject({ trace_id: traceId, span_count: 2, name: "root" });
    expect(truncated).toBe(false);
    expect(spans.map(({ name, span_id, parent_span_id }) => [name, span_id, parent_span_id])).toEqual([
      ["root", rootId, null],
      ["chat", chatId, rootId],
    ]);
    expect(spans[1]).toMatchObject({
      kind: "client",
      operation: "chat",
      status: "error",
      error: { type: "Oops", message: "it broke" },
    });
    expect(spans[1]!.attributes).toMatchObject({ "plain.text": "kept", "plain.flag": true });
    expect(spans[1]!.attributes).not.toHaveProperty("gen_ai.input.messages");
    expect(spans[1]).not.toHaveProperty("input_messages");
  });

  it("comes with messages where they are asked for", async () => {
    const { spans } = await detail("?include=messages");
    expect(spans[1]!.input_messages).toEqual([{ role: "user", content: "Where is my order?" }]);
    expect(spans[1]!.output_messages).toEqual([
      expect.objectContaining({ role: "assistant", content: "On its way." }),
    ]);
    expect(spans[0]).toMatchObject({ input_messages: [], output_messages: [] });
  });

  it("comes without attributes where they are not wanted", async () => {
    const { spans } = await detail("?exclude=attributes");
    expect(spans.map((span) => "attributes" in span)).toEqual([false, false]);
    const both = await detail("?exclude=attributes&include=messages");
    expect(both.spans[1]).not.toHaveProperty("attributes");
    expect(both.spans[1]!.input_messages).toHaveLength(1);
  });

  it("is found whatever the case of its id", async () => {
    expect((await get(`/traces/${traceId.toUpperCase()}`, tenant.keyHeaders)).statusCode).toBe(200);
  });

  it("has spans that tell everything one by one", async () => {
    const response = await get(`/spans/${chatId}?trace_id=${traceId}`, tenant.keyHeaders);
    const span = response.json() as SpanDetail;
    expect(span).toMatchObject({
      span_id: chatId,
      resource_attributes: { "service.name": "test-agent" },
      scope: { name: "test", version: "1" },
      dialect: expect.stringMatching(/^otel/),
      status_message: "it broke",
      trace_state: "vendor=1",
      input_messages: [{ role: "user", content: "Where is my order?" }],
      links: [{ trace_id: "ab".repeat(16), span_id: "cd".repeat(8), attributes: { why: "retry" } }],
    });
    expect(span.attributes).toMatchObject({
      "gen_ai.request.temperature": 0.5,
      "plain.big": "9007199254740993",
      "gen_ai.input.messages": expect.stringContaining("Where is my order?"),
    });
    expect(span.events).toEqual([
      {
        time: new Date(startMs).toISOString().replace("Z", "000123Z"),
        name: "exception",
        attributes: { "exception.type": "Oops" },
      },
    ]);
  });

  it.each([
    [`/traces/${"0".repeat(32)}`, 404, "trace_not_found"],
    [`/traces/${newTraceId()}`, 404, "trace_not_found"],
    ["/traces/not-a-trace-id", 400, "invalid_request"],
    [`/spans/${newSpanId()}?trace_id=${traceId}`, 404, "span_not_found"],
    [`/spans/${chatId}?trace_id=${newTraceId()}`, 404, "trace_not_found"],
    [`/spans/${chatId}`, 400, "invalid_request"],
    [`/spans/xyz?trace_id=${traceId}`, 400, "invalid_request"],
  ])("%s is answered %i %s", async (url, status, code) => {
    const response = await get(url, tenant.keyHeaders);
    expect(response.statusCode).toBe(status);
    expect(response.json().code).toBe(code);
  });

  it("is not there for another tenant, nor are its spans, its values and its id in lists", async () => {
    const stranger = await createTenant(test.context);
    for (const url of [`/traces/${traceId}`, `/spans/${chatId}?trace_id=${traceId}`]) {
      expect((await get(url, stranger.keyHeaders)).statusCode, url).toBe(404);
      expect(
        (await get(`${url}${url.includes("?") ? "&" : "?"}project=${tenant.slug}`, stranger.keyHeaders))
          .statusCode,
      ).toBe(404);
    }
    expect((await list(stranger)).data).toEqual([]);
    expect((await list(stranger, { q: traceId })).data).toEqual([]);
    expect((await list(stranger, { attribute: "plain.text=kept" })).data).toEqual([]);
    expect((await get("/traces/facets", stranger.keyHeaders)).json().total).toBe(0);
  });

  it("of the same id is another one in another project", async () => {
    const other = await createTenant(test.context);
    await send(other, [testSpan({ traceId, spanId: rootId, name: "theirs" })]);
    const theirs = (await get(`/traces/${traceId}`, other.keyHeaders)).json() as TraceDetail;
    expect(theirs.spans.map(({ name }) => name)).toEqual(["theirs"]);
    expect((await detail()).spans.map(({ name }) => name)).toEqual(["root", "chat"]);
  });
});
