import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, TEST_KEY, type TestApp } from "#test/support/app.ts";
import { createTenant, signInAs, type Tenant } from "#test/support/tenant.ts";
import { ApiKeyVerifier } from "./api-key-verifier.ts";

let test: TestApp;
let admin: Record<string, string>;
beforeAll(async () => {
  test = await createTestApp();
  admin = await test.signIn();
});
afterAll(() => test.close());

const make = (payload: object, headers = admin) =>
  test.app.inject({ method: "POST", url: "/api/v1/api-keys", payload, headers });
const list = (query = "", headers = admin) => test.app.inject({ url: `/api/v1/api-keys${query}`, headers });
const revoke = (id: string, headers = admin) =>
  test.app.inject({ method: "DELETE", url: `/api/v1/api-keys/${id}`, headers });
const statusOf = async (key: string, url = "/api/v1/users/profile") =>
  (await test.app.inject({ url, headers: { "x-api-key": key } })).statusCode;

describe("an API key", () => {
  it("is told once, when it is made", async () => {
    const response = await make({ name: "  agent one  " });
    expect(response.statusCode).toBe(201);
    const created = response.json();
    expect(created).toMatchObject({ name: "agent one", scope: "ingest", last_used_at: null });
    expect(created.key).toMatch(/^fd_live_[\w-]{43}$/);
    expect(created.key.startsWith(created.prefix)).toBe(true);
    const listed = await list();
    expect(listed.json().data).toContainEqual(
      expect.objectContaining({ id: created.id, prefix: created.prefix }),
    );
    expect(listed.body).not.toContain(created.key);
    expect(listed.body).not.toContain('"key"');
  });

  it("is stored as a hash only", async () => {
    const { id, key } = (await make({ name: "secret" })).json();
    const { rows } = await test.context.stores.pool.query(
      "SELECT k::text AS row FROM api_keys k WHERE id = $1",
      [id],
    );
    expect(rows[0].row).toContain("secret");
    for (let at = 12; at + 8 <= key.length; at++) expect(rows[0].row).not.toContain(key.slice(at, at + 8));
  });

  it.each([
    ["X-API-Key", { "x-api-key": TEST_KEY }],
    ["a bearer token", { authorization: `Bearer ${TEST_KEY}` }],
    ["a bearer token in lower case", { authorization: `bearer ${TEST_KEY}` }],
  ])("is taken as %s", async (_name, headers) => {
    expect((await test.app.inject({ url: "/api/v1/traces", headers: headers as never })).statusCode).toBe(
      200,
    );
  });

  it.each([
    ["unknown", { "x-api-key": "fd_live_unknown" }],
    ["blank", { "x-api-key": "  " }],
    ["unknown, though a session is there too", () => ({ ...admin, "x-api-key": "fd_live_unknown" })],
  ])("that is %s is refused", async (_name, headers) => {
    const given = typeof headers === "function" ? headers() : headers;
    const response = await test.app.inject({ url: "/api/v1/traces", headers: given });
    expect(response.statusCode).toBe(401);
    expect(response.json().code).toBe("invalid_credentials");
  });

  it("stops at once when it is revoked, and is listed no more", async () => {
    const { id, key } = (await make({ name: "to be revoked" })).json();
    expect(await statusOf(key)).toBe(200);
    expect((await revoke(id)).statusCode).toBe(204);
    expect(await statusOf(key)).toBe(401);
    expect((await list()).json().data.map((one: { id: string }) => one.id)).not.toContain(id);
    expect((await revoke(id)).statusCode).toBe(404);
  });

  it("tells when it was last used", async () => {
    const { id, key } = (await make({ name: "used" })).json();
    await statusOf(key);
    const lastUsed = async () =>
      (await list()).json().data.find((one: { id: string }) => one.id === id).last_used_at;
    await expect.poll(lastUsed).toMatch(/^\d{4}-.*Z$/);
  });

  it("needs a name and a known scope", async () => {
    const response = await make({ name: "  ", scope: "everything" });
    expect(response.statusCode).toBe(400);
    expect(response.json().errors.map((one: { path: string }) => one.path)).toEqual(["name", "scope"]);
  });
});

describe("the list of keys", () => {
  let tenant: Tenant;
  let headers: Record<string, string>;
  beforeAll(async () => {
    tenant = await createTenant(test.context);
    headers = await signInAs(test, tenant);
    for (let i = 0; i < 12; i++) await make({ name: `key ${i}` }, headers);
  });

  it("is paged, newest first, without gaps or repeats", async () => {
    const names: string[] = [];
    let query = "?limit=5";
    for (;;) {
      const { data, next_cursor } = (await list(query, headers)).json();
      names.push(...data.map((one: { name: string }) => one.name));
      if (next_cursor === null) break;
      expect(data).toHaveLength(5);
      query = `?limit=5&cursor=${next_cursor}`;
    }
    expect(names).toEqual([...Array.from({ length: 12 }, (_, i) => `key ${11 - i}`), "tenant key"]);
  });

  it.each(["?cursor=garbage", "?cursor=e30", "?limit=0", "?limit=501", "?limit=many"])(
    "refuses %s",
    async (query) => {
      const response = await list(query, headers);
      expect(response.statusCode).toBe(400);
      expect(["invalid_cursor", "invalid_request"]).toContain(response.json().code);
    },
  );

  it("is the project's own", async () => {
    const ours = (await list()).json().data.map((one: { name: string }) => one.name);
    expect(ours).not.toContain("key 3");
    const theirs = (await list("", headers)).json().data;
    expect((await revoke(theirs[0].id)).statusCode).toBe(404);
    expect((await list(`?project=${tenant.slug}`)).statusCode).toBe(404);
  });
});

describe("who may manage keys", () => {
  it.each([
    ["owner", 200, 201],
    ["admin", 200, 201],
    ["operator", 200, 403],
    ["viewer", 403, 403],
  ] as const)("%s: list %i, make %i", async (role, listStatus, makeStatus) => {
    const headers = await signInAs(test, await createTenant(test.context, { role }));
    expect((await list("", headers)).statusCode).toBe(listStatus);
    expect((await make({ name: "mine" }, headers)).statusCode).toBe(makeStatus);
  });

  it("never a key itself", async () => {
    expect((await list("", test.keyHeaders as typeof admin)).statusCode).toBe(403);
    expect((await make({ name: "mine" }, test.keyHeaders as typeof admin)).statusCode).toBe(403);
  });
});

describe("the scope of a key", () => {
  it("ingest: may send and not read", async () => {
    const { keyHeaders } = await createTenant(test.context, { scope: "ingest" });
    const ask = (url: string) => test.app.inject({ url, headers: keyHeaders });
    for (const url of ["/api/v1/traces", "/api/v1/traces/facets", "/api/v1/ingest/status", "/api/v1/live"]) {
      const response = await ask(url);
      expect(response.statusCode, url).toBe(403);
      expect(response.json().code).toBe("permission_denied");
    }
    const sent = await test.app.inject({
      method: "POST",
      url: "/v1/traces",
      headers: { ...keyHeaders, "content-type": "application/json" },
      payload: "{}",
    });
    expect(sent.statusCode).toBe(200);
  });

  it("ingest_and_read: may read the project too", async () => {
    const { keyHeaders } = await createTenant(test.context, { scope: "ingest_and_read" });
    expect((await test.app.inject({ url: "/api/v1/traces", headers: keyHeaders })).statusCode).toBe(200);
  });
});

describe("the verifier", () => {
  it("asks the store about a key once a second, not at each request", async () => {
    let asked = 0;
    const store = {
      findByHash: async () => {
        asked++;
        return undefined;
      },
      markUsed: async () => {},
    };
    const verifier = new ApiKeyVerifier(store as never, new Set(), test.context.logger);
    for (const nowMs of [0, 1, 999]) expect(await verifier.verify("a key", nowMs)).toBeNull();
    expect(asked).toBe(1);
    await verifier.verify("a key", 1000);
    expect(asked).toBe(2);
    await verifier.verify("another key", 1000);
    expect(asked).toBe(3);
  });
});
