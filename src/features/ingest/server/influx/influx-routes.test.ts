import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, TEST_KEY, type TestApp } from "#test/support/app.ts";
import { createTenant } from "#test/support/tenant.ts";

const MIB = 1024 * 1024;
const NOW = Date.now() - 10_000;

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp({ FLIGHTDECK_OTLP_MAX_BODY_MIB: "1", FLIGHTDECK_INGEST_BUFFER_MIB: "8" });
});
afterAll(() => test.close());

const post = (payload: string | Buffer, headers: Record<string, string> = {}, query = "?precision=ms") =>
  test.app.inject({
    method: "POST",
    url: `/api/v2/write${query}`,
    payload,
    headers: { "content-type": "text/plain; charset=utf-8", authorization: `Token ${TEST_KEY}`, ...headers },
  });
const valuesOf = (metric: string) =>
  test.context.stores.telemetry.queryAll<{ value: number; time_ms: number }>(
    "SELECT value, toUnixTimestamp64Milli(time) AS time_ms FROM samples WHERE metric = {metric:String} ORDER BY time",
    { metric },
  );

describe("line protocol", () => {
  it("is stored before its 204, once however often it is sent", async () => {
    for (let i = 0; i < 2; i++) {
      const response = await post(
        `weather,room=a temperature=21.5 ${NOW}\n`,
        {},
        "?precision=ms&org=o&bucket=b",
      );
      expect([response.statusCode, response.body]).toEqual([204, ""]);
    }
    expect(await valuesOf("weather_temperature")).toEqual([{ value: 21.5, time_ms: NOW }]);
  });

  it("is read with nanoseconds unless told, zipped, and without a content type", async () => {
    const body = gzipSync(`zipped v=1 ${NOW}000000`);
    const response = await test.app.inject({
      method: "POST",
      url: "/api/v2/write",
      payload: body,
      headers: { "content-encoding": "gzip", ...test.keyHeaders },
    });
    expect(response.statusCode).toBe(204);
    expect(await valuesOf("zipped_v")).toEqual([{ value: 1, time_ms: NOW }]);
  });

  it("tells how many string fields it passed over", async () => {
    const response = await post(`sys up=1,since="noon",mode="x" ${NOW}`);
    expect(response.statusCode).toBe(204);
    expect(response.headers["x-flightdeck-string-fields-skipped"]).toBe("2");
  });

  it("keeps the good lines, and names the others", async () => {
    const response = await post(`kept v=1 ${NOW}\nbroken\nkept v=2 ${NOW + 1}`);
    expect(response.statusCode).toBe(400);
    expect(response.headers["content-type"]).toMatch(/^application\/problem\+json/);
    const sentence = "partial write: Rejected 1 of 3 lines: 1 × there is no field.";
    expect(response.json()).toMatchObject({
      code: "partial_write",
      detail: sentence,
      message: sentence,
      errors: [{ path: "line 2", code: "rejected", detail: "there is no field" }],
    });
    expect(await valuesOf("kept_v")).toHaveLength(2);
  });

  it("goes to the project of its key", async () => {
    const tenant = await createTenant(test.context, { scope: "ingest" });
    await post(`of_tenant v=1 ${NOW}`, { authorization: `Token ${tenant.key}` });
    const rows = await test.context.stores.telemetry.queryAll(
      "SELECT toString(project_id) AS project FROM samples WHERE metric = 'of_tenant_v'",
    );
    expect(rows).toEqual([{ project: tenant.projectId }]);
  });
});

describe("a refusal of line protocol", () => {
  it.each([
    ["an unknown precision", () => post("m v=1", {}, "?precision=h"), 400, "invalid_request"],
    ["broken gzip", () => post("m v=1", { "content-encoding": "gzip" }), 400, "malformed_encoding"],
    ["a body that is too large", () => post(Buffer.alloc(MIB + 1, " ")), 413, "body_too_large"],
    ["a wrong key", () => post("m v=1", { authorization: "Token fd_wrong" }), 401, "invalid_credentials"],
    ["no key", () => post("m v=1", { authorization: "" }), 401, "not_authenticated"],
  ])("of %s is problem+json with a message", async (_name, request, status, code) => {
    const response = await request();
    expect(response.statusCode).toBe(status);
    expect(response.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(response.json()).toMatchObject({ status, code, message: response.json().detail });
  });

  it("with 429 tells when to come back, when too much is waiting", async () => {
    const waiting = test.context.ingest.memory.open();
    waiting.growTo(8 * MIB);
    const response = await post("m v=1");
    waiting.release();
    expect([response.statusCode, response.headers["retry-after"]]).toEqual([429, "1"]);
    await expect.poll(() => test.context.ingest.memory.usedBytes, { timeout: 10_000 }).toBe(0);
  });
});
