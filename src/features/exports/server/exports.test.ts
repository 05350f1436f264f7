import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { newSpanId, newTraceId, sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant, type Tenant } from "#test/support/tenant.ts";

const COUNT = 5000;
const BASE = Date.now() - 3_600_000;

let test: TestApp;
let tenant: Tenant;
beforeAll(async () => {
  test = await createTestApp();
  tenant = await createTenant(test.context);
  const spans = Array.from({ length: COUNT }, (_, i) =>
    testSpan({
      startMs: BASE + i,
      name: i === 7 ? '=HYPERLINK("http://x"),"' : `work ${i}`,
      attributes: { "gen_ai.agent.name": i % 2 ? "odd" : "even", tier: "pro", size: i },
    }),
  );
  await sendSpans(test.app, tenant.keyHeaders, spans);
  const traceId = newTraceId();
  const spanId = newSpanId();
  await sendSpans(test.app, tenant.keyHeaders, [
    testSpan({ traceId, spanId, name: "@root", startMs: BASE + COUNT }),
    testSpan({ traceId, parentSpanId: spanId, name: "child", startMs: BASE + COUNT + 5 }),
  ]);
});
afterAll(() => test.close());

const get = (path: string, headers = tenant.keyHeaders) =>
  test.app.inject({ url: `/api/v1/exports/${path}`, headers });
const linesOf = (body: string) => body.split("\n").filter((line) => line !== "");

describe("an export", () => {
  it("of spans as CSV holds the whole filter and a head", async () => {
    const response = await get("spans?format=csv");
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-type"]).toMatch(/^text\/csv/);
    expect(response.headers["content-disposition"]).toMatch(/filename="flightdeck-spans-[-\d]+\.csv"/);
    expect(response.headers).toMatchObject({
      "x-export-rows": String(COUNT + 2),
      "x-export-truncated": "false",
    });
    const lines = linesOf(response.body);
    expect(lines).toHaveLength(COUNT + 3);
    expect(lines[0]).toContain('"trace_id","span_id","parent_span_id","name"');
    expect(linesOf((await get("spans?agent=odd")).body)).toHaveLength(COUNT / 2 + 1);
  });

  it("as CSV disarms cells that a spreadsheet would run, and no others", async () => {
    const { body } = await get("spans?format=csv&q=HYPERLINK");
    expect(linesOf(body)).toHaveLength(2);
    expect(body).toContain(`"'=HYPERLINK(""http://x""),"""`);
    expect((await get("traces?format=csv&q=@root")).body).toContain(`"'@root"`);
    expect((await get("spans?format=json&q=HYPERLINK")).body).toContain('"=HYPERLINK(');
  });

  it("as JSON has one object per line, with attributes", async () => {
    const lines = linesOf((await get("spans?format=json&where=size=8")).body);
    expect(lines).toHaveLength(1);
    const span = JSON.parse(lines[0]!) as Record<string, string>;
    expect(span).toMatchObject({
      name: "work 8",
      agent: "even",
      status: "unset",
      duration_ms: 100,
      kind: "internal",
    });
    expect(JSON.parse(span.attributes!)).toMatchObject({
      tier: "pro",
      size: "8",
      "service.name": "test-agent",
    });
    expect(span.start_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
  });

  it("as Parquet is a Parquet file that reads back", async () => {
    for (const kind of ["spans", "traces"]) {
      const { rawPayload } = await get(`${kind}?format=parquet`);
      expect(rawPayload.subarray(0, 4).toString()).toBe("PAR1");
      expect(rawPayload.subarray(-4).toString()).toBe("PAR1");
    }
  });

  it("of traces adds their spans up", async () => {
    const lines = linesOf((await get("traces?format=json")).body);
    expect(lines).toHaveLength(COUNT + 1);
    expect(JSON.parse(lines[0]!)).toMatchObject({ name: "@root", span_count: 2, service: "test-agent" });
  });

  it("of nothing is empty", async () => {
    const response = await get("spans?format=json&agent=nobody");
    expect(response.headers["x-export-rows"]).toBe("0");
    expect(response.body).toBe("");
    expect(linesOf((await get("traces?format=csv&agent=nobody")).body)).toHaveLength(1);
  });

  it("is refused without a key, to those who may only send, and for another's project", async () => {
    const stranger = await createTenant(test.context);
    const sender = await createTenant(test.context, { scope: "ingest" });
    for (const kind of ["spans", "traces"]) {
      expect((await get(kind, {})).statusCode).toBe(401);
      expect((await get(kind, sender.keyHeaders)).statusCode).toBe(403);
      expect((await get(`${kind}?project=${tenant.projectId}`, stranger.keyHeaders)).statusCode).toBe(404);
      expect(linesOf((await get(kind, stranger.keyHeaders)).body)).toHaveLength(1);
      expect((await get(`${kind}?format=xml`)).statusCode).toBe(400);
      expect((await get(`${kind}?where=nonsense`)).json().code).toBe("invalid_filter");
    }
  });
});
