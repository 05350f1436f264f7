import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { createTenant, signInAs } from "#test/support/tenant.ts";

let test: TestApp;
let admin: Record<string, string>;
let colleague: Record<string, string>;
beforeAll(async () => {
  test = await createTestApp();
  admin = await test.signIn();
  const other = await createTenant(test.context);
  const { pool } = test.context.stores;
  await pool.query(
    `INSERT INTO organization_members (organization_id, user_id, role)
     SELECT (SELECT organization_id FROM projects WHERE slug = 'default' LIMIT 1), id, 'viewer'
     FROM users WHERE email = $1`,
    [other.email],
  );
  colleague = await signInAs(test, other);
});
afterAll(() => test.close());

const PROJECT = "?project=default";
const ask = (method: "POST" | "PATCH" | "DELETE", path: string, payload?: object, headers = admin) =>
  test.app.inject({
    method,
    url: `/api/v1/saved-views${path}${PROJECT}`,
    headers,
    ...(payload ? { payload } : {}),
  });
const save = async (input: object, headers = admin) =>
  (await ask("POST", "", { page: "traces", search: "agent=a", ...input }, headers)).json();
const list = async (headers = admin, page = "traces") =>
  (await test.app.inject({ url: `/api/v1/saved-views${PROJECT}&page=${page}`, headers })).json().data as {
    id: string;
    name: string;
    own: boolean;
    starred: boolean;
    is_default: boolean;
  }[];

describe("a saved view", () => {
  it("is its owner's until it is shared", async () => {
    const view = await save({ name: " Mine " });
    expect(view).toMatchObject({ name: "Mine", own: true, shared: false, starred: false });
    expect((await list(colleague)).map(({ id }) => id)).not.toContain(view.id);
    expect((await ask("PATCH", `/${view.id}`, { starred: true }, colleague)).statusCode).toBe(404);

    expect((await ask("PATCH", `/${view.id}`, { shared: true })).json().shared).toBe(true);
    const seen = (await list(colleague)).find(({ id }) => id === view.id);
    expect(seen).toMatchObject({ name: "Mine", own: false });
    expect((await ask("PATCH", `/${view.id}`, { name: "Stolen" }, colleague)).statusCode).toBe(404);
    expect((await ask("DELETE", `/${view.id}`, undefined, colleague)).statusCode).toBe(404);
  });

  it("is starred and made the default by each user for themselves", async () => {
    const first = await save({ name: "First", page: "logs", shared: true, is_default: true });
    const second = await save({ name: "Second", page: "logs", shared: true });
    await ask("PATCH", `/${second.id}`, { is_default: true, starred: true });
    const mine = await list(admin, "logs");
    expect(mine.map(({ name, starred, is_default }) => [name, starred, is_default])).toEqual([
      ["Second", true, true],
      ["First", false, false],
    ]);
    expect((await list(colleague, "logs")).some(({ is_default }) => is_default)).toBe(false);
    expect((await ask("PATCH", `/${first.id}`, { is_default: true }, colleague)).json().is_default).toBe(
      true,
    );
    expect((await list(admin, "logs"))[0]).toMatchObject({ name: "Second", is_default: true });
  });

  it("comes back after it was deleted", async () => {
    const view = await save({ name: "Oops", starred: true });
    expect((await ask("DELETE", `/${view.id}`)).statusCode).toBe(204);
    expect((await list()).map(({ id }) => id)).not.toContain(view.id);
    expect((await ask("DELETE", `/${view.id}`)).json().code).toBe("saved_view_not_found");
    expect((await ask("POST", `/${view.id}/restore`, undefined, colleague)).statusCode).toBe(404);
    expect((await ask("POST", `/${view.id}/restore`)).json()).toMatchObject({ name: "Oops", starred: true });
  });

  it("is refused without a name, for a page that is none, and from a key", async () => {
    expect((await ask("POST", "", { page: "traces", name: " ", search: "" })).statusCode).toBe(400);
    expect((await ask("POST", "", { page: "../x", name: "a", search: "" })).statusCode).toBe(400);
    const byKey = await ask("POST", "", { page: "traces", name: "a", search: "" }, test.keyHeaders);
    expect(byKey.statusCode).toBe(403);
    expect((await test.app.inject({ url: "/api/v1/saved-views" })).statusCode).toBe(401);
    const shared = await save({ name: "For keys too", shared: true });
    expect((await list(test.keyHeaders)).map(({ id }) => id)).toContain(shared.id);
  });
});
