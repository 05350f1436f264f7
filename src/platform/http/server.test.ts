import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";

let t: TestApp;
beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
it("starts", async () => {
  const r = await t.app.inject("/health");
  console.log(r.body);
  const d = await t.app.inject("/api/openapi.json");
  (await import("node:fs")).writeFileSync("/tmp/w/openapi.json", d.body);
  const h = await t.app.inject("/api/docs/");
  console.log(h.statusCode, h.body.length, h.body.slice(0, 1500));
  expect(r.statusCode).toBe(200);
});
