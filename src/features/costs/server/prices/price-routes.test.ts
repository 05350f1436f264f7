import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFacts } from "#features/telemetry/server/index.ts";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { createTenant, signInAs, type Tenant } from "#test/support/tenant.ts";

let test: TestApp;
let admin: Record<string, string>;
let projectId: string;
beforeAll(async () => {
  test = await createTestApp();
  admin = await test.signIn();
  projectId = (await test.context.projects.firstProject())!.id;
});
afterAll(() => test.close());

const ask = (method: "GET" | "POST" | "PATCH" | "DELETE", url: string, payload?: object, headers = admin) =>
  test.app.inject({ method, url, headers, ...(payload ? { payload } : {}) });

const OVERRIDE = { model: "gpt-4o", provider: "openai", rates: { input: 1, output: 4 } };
const make = async (given: object = {}) =>
  (await ask("POST", "/api/v1/price-overrides", { ...OVERRIDE, ...given })).json();

/** What a span of a million tokens costs the project now. */
function costOf(model: string, provider = "openai"): { usd: number; version: string } {
  const out = { usd: -1, version: "?" };
  const facts = { ...createFacts(), provider, model, inputUncached: 1_000_000 };
  test.context.costs.pricer.price(projectId, facts, Date.now(), out);
  return out;
}

describe("a price override", () => {
  it("prices spans from the moment it is answered, and no longer when it is removed", async () => {
    const created = await make();
    expect(created).toMatchObject({ ...OVERRIDE, service_tier: "", valid_from: null, tiers: [] });
    expect(costOf("gpt-4o")).toEqual({ usd: 1, version: created.version });
    const changed = await ask("PATCH", `/api/v1/price-overrides/${created.id}`, {
      rates: { input: 1.5, output: 4 },
    });
    expect(changed.json()).toMatchObject({ id: created.id, model: "gpt-4o", rates: { input: 1.5 } });
    expect(changed.json().version).not.toBe(created.version);
    expect(costOf("gpt-4o").usd).toBe(1.5);
    expect((await ask("DELETE", `/api/v1/price-overrides/${created.id}`)).statusCode).toBe(204);
    expect(costOf("gpt-4o").usd).toBe(2.5);
    expect((await ask("DELETE", `/api/v1/price-overrides/${created.id}`)).json().code).toBe(
      "price_override_not_found",
    );
  });

  it("that another process made is known within a second", async () => {
    await test.context.stores.pool.query(
      `INSERT INTO price_overrides (id, project_id, model, rates) VALUES ('00000000-0000-7000-8000-000000000009', $1, 'elsewhere', '{"input": 7, "output": 7}')`,
      [projectId],
    );
    await test.context.stores.pool.query(
      `INSERT INTO cost_settings (project_id, prices_revision) VALUES ($1, 1)
       ON CONFLICT (project_id) DO UPDATE SET prices_revision = cost_settings.prices_revision + 1`,
      [projectId],
    );
    await expect.poll(() => costOf("elsewhere").usd, { timeout: 1000, interval: 20 }).toBe(7);
  });

  it("is listed page by page, newest first, and shown alone", async () => {
    const made = [await make({ model: "a" }), await make({ model: "b" }), await make({ model: "c" })];
    const first = (await ask("GET", "/api/v1/price-overrides?limit=2")).json();
    expect(first.data.map((one: { model: string }) => one.model)).toEqual(["c", "b"]);
    const second = (await ask("GET", `/api/v1/price-overrides?limit=2&cursor=${first.next_cursor}`)).json();
    expect(second.data[0].model).toBe("a");
    const one = await ask("GET", `/api/v1/price-overrides/${made[0].id}`);
    expect(one.json()).toEqual(second.data[0]);
  });

  it.each([
    ["without rates", { rates: undefined }, "invalid_request"],
    ["with a negative rate", { rates: { input: -1, output: 1 } }, "invalid_request"],
    ["without a model", { model: " " }, "invalid_request"],
    [
      "valid until before it is valid",
      { valid_from: "2026-02-01", valid_to: "2026-01-01" },
      "invalid_validity",
    ],
    ["valid from no time", { valid_from: "soon" }, "invalid_time"],
  ])("%s is refused", async (_name, given, code) => {
    const response = await ask("POST", "/api/v1/price-overrides", { ...OVERRIDE, ...given });
    expect(response.statusCode).toBe(400);
    expect(response.json().code).toBe(code);
  });

  it("is for administrators to change and everyone to see", async () => {
    const { id } = await make({ model: "kept" });
    const viewer = await createTenant(test.context, { role: "viewer" });
    const headers = await signInAs(test, viewer);
    expect((await ask("GET", "/api/v1/price-overrides", undefined, headers)).statusCode).toBe(200);
    for (const [method, url] of [
      ["POST", "/api/v1/price-overrides"],
      ["PATCH", `/api/v1/price-overrides/${id}`],
      ["DELETE", `/api/v1/price-overrides/${id}`],
    ] as const) {
      const payload = method === "DELETE" ? undefined : OVERRIDE;
      expect((await ask(method, url, payload, headers)).json().code).toBe("permission_denied");
      expect((await ask(method, url, payload, {})).statusCode).toBe(401);
    }
  });

  it("of another tenant is not found", async () => {
    const { id } = await make({ model: "ours" });
    const stranger: Tenant = await createTenant(test.context);
    const headers = await signInAs(test, stranger);
    for (const method of ["GET", "PATCH", "DELETE"] as const) {
      const payload = method === "PATCH" ? { note: "mine now" } : undefined;
      expect((await ask(method, `/api/v1/price-overrides/${id}`, payload, headers)).statusCode).toBe(404);
    }
    expect((await ask("GET", "/api/v1/price-overrides", undefined, headers)).json().data).toEqual([]);
  });
});

describe("the price list", () => {
  it("finds models by text, with the price in force", async () => {
    const { data } = (await ask("GET", "/api/v1/prices?search=claude-sonnet-4-5&provider=anthropic")).json();
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({
      source: "catalogue",
      rates: { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75, cache_write_long: 6 },
    });
  });

  it("shows a project's own prices first, and their effect on listed models", async () => {
    const { id } = await make({ model: "gpt-4.1*" });
    const { data } = (await ask("GET", "/api/v1/prices?search=gpt-4.1&provider=openai")).json();
    expect(data[0]).toMatchObject({ model: "gpt-4.1*", source: "override", override_id: id });
    expect(data.find((one: { model: string }) => one.model === "gpt-4.1")).toMatchObject({ override_id: id });
  });

  it("is read page by page to its end", async () => {
    const seen = new Set<string>();
    let rows = 0;
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: { data: { provider: string; model: string }[]; next_cursor: string | null } = (
        await ask("GET", `/api/v1/prices?limit=500${cursor ? `&cursor=${cursor}` : ""}`)
      ).json();
      for (const one of page.data) seen.add(`${one.provider} ${one.model}`);
      rows += page.data.length;
      cursor = page.next_cursor;
    }
    expect(rows).toBeGreaterThan(1000);
    expect(seen.size).toBe(rows);
  });
});

describe("a quote", () => {
  it("prices token counts", async () => {
    const usage = { input_uncached: 1000, cache_read: 9000, output: 100 };
    const response = await ask("POST", "/api/v1/prices/quote", {
      provider: "openai",
      model: "gpt-4.1-mini",
      usage,
    });
    expect(response.json()).toMatchObject({ counts: { input_tokens: 1000, cache_read_tokens: 9000 } });
    expect(response.json().usd).toBeGreaterThan(0);
  });

  it("prices a provider's answer as it came", async () => {
    const answer = {
      model: "claude-sonnet-4-5-20250929",
      usage: {
        input_tokens: 10,
        cache_read_input_tokens: 1000,
        cache_creation_input_tokens: 0,
        output_tokens: 20,
      },
    };
    const response = await ask("POST", "/api/v1/prices/quote", { provider: "anthropic", response: answer });
    expect(response.json()).toMatchObject({ usd: expect.closeTo(0.00063, 8), model: answer.model });
  });

  it("says when it knows no price, and when it cannot read the answer", async () => {
    const unknown = await ask("POST", "/api/v1/prices/quote", {
      provider: "ollama",
      model: "x",
      usage: { output: 5 },
    });
    expect(unknown.json()).toMatchObject({ usd: null, version: "" });
    const unreadable = await ask("POST", "/api/v1/prices/quote", { provider: "openai", response: { id: 1 } });
    expect(unreadable.json().code).toBe("usage_not_found");
    const both = await ask("POST", "/api/v1/prices/quote", { provider: "openai", usage: {}, response: {} });
    expect(both.json().code).toBe("invalid_request");
  });
});

describe("cost settings", () => {
  it("have defaults and are changed field by field", async () => {
    const before = (await ask("GET", "/api/v1/cost-settings")).json();
    expect(before).toMatchObject({ prefer_reported: false, loop_mode: "notify", loop_same_call: 20 });
    const after = (await ask("PATCH", "/api/v1/cost-settings", { loop_same_call: 5 })).json();
    expect(after).toEqual({ ...before, loop_same_call: 5 });
  });
});
