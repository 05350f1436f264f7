import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { logRecord, logsExport, otlpAttributes, sendExport } from "#test/support/signals.ts";
import { createTenant } from "#test/support/tenant.ts";
import type { Log, LogFacets, LogHistogram, LogTailEvent } from "../logs-contract.ts";
import { wholeWords } from "./log-filters.ts";
import { stepSeconds } from "./log-histogram-query.ts";
import { severityOf, severityRange } from "./log-severity.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";
const START_MS = Math.floor(Date.now() / 60_000) * 60_000 - 30 * 60_000;

let test: TestApp;
let origin: string;
beforeAll(async () => {
  test = await createTestApp();
  origin = await test.app.listen({ port: 0, host: "127.0.0.1" });
  const records = [
    logRecord("agent started", START_MS, { severityNumber: 9, severityText: "INFO" }),
    logRecord("The search tool answered after 4 retries", START_MS + 1000, {
      severityNumber: 13,
      traceId: TRACE,
      spanId: SPAN,
      attributes: otlpAttributes({ "retry.count": 4, "tool.name": "search", cached: true, status: "slow" }),
    }),
    logRecord("cannot reach the model", START_MS + 120_000, {
      severityNumber: 17,
      attributes: otlpAttributes({ "session.id": "s1", "gen_ai.agent.name": "triage" }),
    }),
    {
      ...logRecord("", START_MS + 121_000, { eventName: "gen_ai.user.message" }),
      body: { kvlistValue: { values: [{ key: "content", value: { stringValue: "hello there" } }] } },
    },
  ];
  await sendExport(
    test.app,
    test.keyHeaders,
    "logs",
    logsExport(records, { "deployment.environment": "prod" }),
  );
});
afterAll(() => test.close());

const get = async <T>(path: string, query: string = "", headers = test.keyHeaders) => {
  const response = await test.app.inject({ url: `/api/v1/logs${path}?${query}`, headers });
  return { status: response.statusCode, body: response.json() as T };
};
const bodies = async (query: string) =>
  (await get<{ data: Log[] }>("", query)).body.data.map((log) => log.body);

describe("the list of logs", () => {
  it("shows records newest first, with all that was sent", async () => {
    const { body } = await get<{ data: Log[]; next_cursor: null }>("");
    expect(body.next_cursor).toBeNull();
    expect(body.data.map((log) => log.severity)).toEqual(["info", "error", "warn", "info"]);
    expect(body.data[0]).toMatchObject({
      body: '{"content":"hello there"}',
      body_is_json: true,
      event_name: "gen_ai.user.message",
    });
    expect(body.data[1]).toMatchObject({ agent: "triage", session_id: "s1", trace_id: null });
    expect(body.data[2]).toMatchObject({
      time: new Date(START_MS + 1000).toISOString().replace("Z", "000000Z"),
      observed_time: null,
      severity_number: 13,
      service: "test-agent",
      environment: "prod",
      trace_id: TRACE,
      span_id: SPAN,
      attributes: { "retry.count": 4, "tool.name": "search", cached: true, status: "slow" },
      scope: { name: "test", version: "" },
    });
  });

  it.each([
    ["severity=error", ["cannot reach the model"]],
    ["severity=error&severity=warn", ["cannot reach the model", "The search tool answered after 4 retries"]],
    ["min_severity=warn", ["cannot reach the model", "The search tool answered after 4 retries"]],
    [`trace_id=${TRACE.toUpperCase()}`, ["The search tool answered after 4 retries"]],
    [`span_id=${SPAN}`, ["The search tool answered after 4 retries"]],
    ["session_id=s1", ["cannot reach the model"]],
    ["agent=triage", ["cannot reach the model"]],
    ["service=other", []],
    ["event_name=gen_ai.user.message", ['{"content":"hello there"}']],
    ["q=TOOL ANSWERED aft", ["The search tool answered after 4 retries"]],
    ["q=etri", ["The search tool answered after 4 retries"]],
    ["q=search answered tool", []],
    [`q=${TRACE}`, ["The search tool answered after 4 retries"]],
    ["where=retry.count>3", ["The search tool answered after 4 retries"]],
    ["where=retry.count>4", []],
    ["where=retry.count=4&where=tool.name~SEAR", ["The search tool answered after 4 retries"]],
    ["where=cached=true", ["The search tool answered after 4 retries"]],
    ["where=status=slow", ["The search tool answered after 4 retries"]],
    ["where=attribute:status!=slow&severity=warn", []],
    ["where=tool.name?", ["The search tool answered after 4 retries"]],
    ["where=service.name!=test-agent", []],
  ])("by %s finds %j", async (query, expected) => {
    expect(await bodies(query.replaceAll(" ", "%20"))).toEqual(expected);
  });

  it("is paged without gaps or repeats, also where times are equal", async () => {
    const at = START_MS - 3_600_000;
    const many = Array.from({ length: 7 }, (_, i) => logRecord(`paged ${i}`, at));
    await sendExport(test.app, test.keyHeaders, "logs", logsExport(many));
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: { body: { data: Log[]; next_cursor: string | null } } = await get(
        "",
        `q=paged&limit=3${cursor ? `&cursor=${cursor}` : ""}`,
      );
      seen.push(...page.body.data.map((log) => log.body));
      cursor = page.body.next_cursor;
    }
    expect(seen.sort()).toEqual(many.map((_, i) => `paged ${i}`));
  });

  it.each([
    ["", "severity=loud", "invalid_request"],
    ["", "where=nonsense", "invalid_filter"],
    ["", "from=yesterday", "invalid_time"],
    ["", "cursor=nonsense", "invalid_cursor"],
    ["/histogram", "step=1&from=2026-01-01&to=2026-02-01", "too_many_steps"],
  ])("refuses %s?%s", async (path, query, code) => {
    expect(await get(path, query)).toMatchObject({ status: 400, body: { code } });
  });

  it("is empty for another tenant, and closed to strangers", async () => {
    const stranger = await createTenant(test.context);
    expect((await get<{ data: Log[] }>("", "", stranger.keyHeaders)).body.data).toEqual([]);
    expect((await get("", "", {} as never)).status).toBe(401);
    const sender = await createTenant(test.context, { scope: "ingest" });
    for (const path of ["", "/histogram", "/facets", "/tail", `/${"ab".repeat(16)}`])
      expect((await get(path, "", sender.keyHeaders)).status).toBe(403);
  });
});

describe("one log record", () => {
  it("is found by its id, with and without its time", async () => {
    const { body } = await get<{ data: Log[] }>("", "severity=error");
    const log = body.data[0]!;
    expect((await get(`/${log.id}`)).body).toEqual(log);
    expect((await get(`/${log.id}`, `time=${log.time}`)).body).toEqual(log);
    const stranger = await createTenant(test.context);
    expect((await get(`/${log.id}`, "", stranger.keyHeaders)).status).toBe(404);
  });

  it.each(["nothing", "ab".repeat(16)])("%s is not found", async (id) => {
    expect(await get(`/${id}`)).toMatchObject({ status: 404, body: { code: "log_not_found" } });
  });
});

describe("counts of logs", () => {
  it("are told by severity over time", async () => {
    const range = `from=${START_MS}&to=${START_MS + 240_000}&step=60`;
    const { body } = await get<LogHistogram>("/histogram", range);
    expect(body).toMatchObject({ step_seconds: 60, total: 4 });
    expect(body.times).toEqual([0, 1, 2, 3].map((minute) => START_MS / 1000 + minute * 60));
    expect(body.counts).toMatchObject({ info: [1, 0, 1, 0], warn: [1, 0, 0, 0], error: [0, 0, 1, 0] });
  });

  it("are told by value", async () => {
    const { body } = await get<LogFacets>("/facets", `from=${START_MS}`);
    expect(body.severity).toEqual([
      { value: "info", count: 2 },
      { value: "warn", count: 1 },
      { value: "error", count: 1 },
    ]);
    expect(body.agent).toEqual([{ value: "triage", count: 1 }]);
    expect(body.environment).toEqual([{ value: "prod", count: 4 }]);
    expect(body.attributes).toContainEqual({ key: "retry.count", count: 1 });
  });
});

describe("the live tail", () => {
  /** Events of a tail until it is closed. */
  async function follow(query: string, lastId?: string) {
    const abort = new AbortController();
    const response = await fetch(`${origin}/api/v1/logs/tail?${query}`, {
      headers: { ...test.keyHeaders, ...(lastId ? { "last-event-id": lastId } : {}) },
      signal: abort.signal,
    });
    const events: { event: string; id: string; data: LogTailEvent }[] = [];
    const read = async () => {
      let text = "";
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        const parts = text.split("\n\n");
        text = parts.pop()!;
        for (const part of parts) {
          const fields = Object.fromEntries(part.split("\n").map((line) => line.split(/: (.*)/s)));
          if (fields.event) events.push({ ...fields, data: JSON.parse(fields.data) });
        }
      }
    };
    const done = read().catch(() => {});
    return {
      events,
      status: response.status,
      close: async () => {
        abort.abort();
        await done;
      },
    };
  }
  const say = (...records: Record<string, unknown>[]) =>
    sendExport(test.app, test.keyHeaders, "logs", logsExport(records));

  it("sends what satisfies its filters as it becomes durable, once", async () => {
    const tail = await follow("min_severity=warn");
    await say(logRecord("quiet", Date.now()), logRecord("loud", Date.now(), { severityNumber: 17 }));
    await expect.poll(() => tail.events.length, { timeout: 5000 }).toBe(1);
    await say(logRecord("loud again", Date.now(), { severityNumber: 21 }));
    await expect.poll(() => tail.events.length, { timeout: 5000 }).toBe(2);
    await tail.close();
    expect(tail.events.map(({ event, data }) => [event, data.logs.map((log) => log.body)])).toEqual([
      ["logs", ["loud"]],
      ["logs", ["loud again"]],
    ]);
    expect(tail.events[0]!.data).toMatchObject({ sampled_one_in: 1, matched: 1 });
  });

  it("says when it keeps one of n of a burst", async () => {
    const tail = await follow("q=burst");
    await say(...Array.from({ length: 450 }, (_, i) => logRecord(`burst ${i}`, Date.now())));
    await expect.poll(() => tail.events.length, { timeout: 5000 }).toBe(1);
    await tail.close();
    const { logs, sampled_one_in, matched } = tail.events[0]!.data;
    expect({ sampled_one_in, matched }).toEqual({ sampled_one_in: 5, matched: 450 });
    expect(logs.length).toBeGreaterThan(30);
    expect(logs.length).toBeLessThanOrEqual(200);
  });

  it("sends what came while the reader was away", async () => {
    const first = await follow("q=resume");
    await say(logRecord("resume one", Date.now()));
    await expect.poll(() => first.events.length, { timeout: 5000 }).toBe(1);
    await first.close();
    await say(logRecord("resume two", Date.now()));
    const second = await follow("q=resume", first.events[0]!.id);
    await expect
      .poll(() => second.events.flatMap(({ data }) => data.logs.map((log) => log.body)), { timeout: 5000 })
      .toContain("resume two");
    await second.close();
  });

  it("says so when that was too long ago", async () => {
    const tail = await follow("", String(Date.now() - 3_600_000));
    await expect.poll(() => tail.events[0]?.event, { timeout: 5000 }).toBe("reset");
    await tail.close();
  });

  it("refuses a filter that cannot be read before it begins", async () => {
    const tail = await follow("where=nonsense");
    expect(tail.status).toBe(400);
    await tail.close();
  });

  it("hears nothing of another tenant", async () => {
    const stranger = await createTenant(test.context);
    const tail = await follow("q=secret");
    await sendExport(test.app, stranger.keyHeaders, "logs", logsExport([logRecord("secret", Date.now())]));
    await say(logRecord("secret of ours", Date.now()));
    await expect.poll(() => tail.events.length, { timeout: 5000 }).toBe(1);
    await tail.close();
    expect(tail.events[0]!.data.logs.map((log) => log.body)).toEqual(["secret of ours"]);
  });
});

describe("what a severity is", () => {
  it.each([
    [0, "unspecified"],
    [1, "trace"],
    [4, "trace"],
    [5, "debug"],
    [9, "info"],
    [13, "warn"],
    [20, "error"],
    [24, "fatal"],
  ] as const)("%i is %s", (number, severity) => {
    expect(severityOf(number)).toBe(severity);
    const { from, to } = severityRange(severity);
    expect(number).toBeGreaterThanOrEqual(from);
    expect(number).toBeLessThanOrEqual(to);
  });
});

describe("a search", () => {
  it.each([
    ["one", []],
    ["two words", []],
    ["the search tool", ["search"]],
    ["a 4-times b", ["4", "times"]],
    ["größe der über x", ["der"]],
  ])("for %j may ask the index for %j", (text, words) => {
    expect(wholeWords(text)).toEqual(words);
  });

  it.each([
    [60_000, 1],
    [3_600_000, 60],
    [86_400_000, 1800],
    [90 * 86_400_000, 604_800],
  ])("over %i ms has bars of %i s", (rangeMs, step) => {
    expect(stepSeconds(rangeMs)).toBe(step);
  });
});
