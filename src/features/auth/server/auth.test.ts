import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestApp, TEST_ADMIN, TEST_KEY, type TestApp } from "#test/support/app.ts";
import { createTenant, signInAs } from "#test/support/tenant.ts";
import { SESSION_IDLE_MS, SESSION_MAX_MS } from "./session-store.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

let callers = 0;
/** Failures count per address, so each test comes from one of its own. */
let remoteAddress = "";
beforeEach(() => {
  remoteAddress = `10.1.0.${++callers}`;
});

const post = (url: string, payload?: object, headers: Record<string, string> = {}) =>
  test.app.inject({ method: "POST", url: `/api/v1${url}`, payload, headers, remoteAddress });
const get = (url: string, headers: Record<string, string> = {}) =>
  test.app.inject({ url: `/api/v1${url}`, headers, remoteAddress });
const cookieOf = (response: { cookies: { name: string; value: string }[] }) =>
  `${response.cookies[0]!.name}=${response.cookies[0]!.value}`;

describe("signing in", () => {
  it("answers with a session cookie that scripts cannot read", async () => {
    const response = await post("/auth/login", TEST_ADMIN);
    expect(response.statusCode).toBe(200);
    expect(response.json().user.email).toBe(TEST_ADMIN.email);
    expect(response.body).not.toContain("argon2");
    expect(response.cookies).toEqual([
      {
        name: "flightdeck_session",
        value: expect.stringMatching(/^[\w-]{43}$/),
        path: "/",
        httpOnly: true,
        sameSite: "Lax",
        maxAge: SESSION_MAX_MS / 1000,
      },
    ]);
    expect((await get("/users/profile", { cookie: cookieOf(response) })).statusCode).toBe(200);
  });

  it("does not mind how the address is capitalised", async () => {
    const response = await post("/auth/login", { ...TEST_ADMIN, email: TEST_ADMIN.email.toUpperCase() });
    expect(response.statusCode).toBe(200);
  });

  it("says the same of a wrong password and of a wrong address", async () => {
    const wrongPassword = await post("/auth/login", { ...TEST_ADMIN, password: "wrong password" });
    const wrongAddress = await post("/auth/login", {
      email: "nobody@example.com",
      password: "wrong password",
    });
    expect(wrongPassword.statusCode).toBe(401);
    expect(wrongPassword.json().code).toBe("invalid_credentials");
    expect({ ...wrongPassword.json(), request_id: "" }).toEqual({ ...wrongAddress.json(), request_id: "" });
    expect(wrongPassword.cookies).toEqual([]);
    await post("/auth/login", TEST_ADMIN);
  });

  it("has to wait after five failures, the right password too", async () => {
    const user = await createTenant(test.context);
    const wrong = { email: user.email, password: "wrong password" };
    for (let i = 0; i < 5; i++) expect((await post("/auth/login", wrong)).statusCode).toBe(401);
    const refused = await post("/auth/login", { email: user.email, password: user.password });
    expect(refused.statusCode).toBe(429);
    expect(refused.json().code).toBe("login_throttled");
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    remoteAddress = "10.2.0.1";
    expect((await post("/auth/login", { email: user.email, password: user.password })).statusCode).toBe(429);
    expect((await post("/auth/login", TEST_ADMIN)).statusCode).toBe(200);
  });
});

describe("a session", () => {
  const sessionOf = async () => {
    const user = await test.context.users.findByEmail(TEST_ADMIN.email);
    const start = new Date("2026-11-21T09:00:00Z");
    const token = await test.context.sessions.create(user!.id, "a browser", start);
    return {
      token,
      find: (afterMs: number) => test.context.sessions.find(token, new Date(start.getTime() + afterMs)),
    };
  };

  it("ends after twelve hours without use", async () => {
    const { find } = await sessionOf();
    expect(await find(SESSION_IDLE_MS - 1)).toBeDefined();
    expect(await find(2 * SESSION_IDLE_MS + 1)).toBeUndefined();
  });

  it("ends after seven days however often it is used", async () => {
    const { find } = await sessionOf();
    const step = SESSION_IDLE_MS - 1000;
    let usedMs = 0;
    for (let at = 0; at < SESSION_MAX_MS; at += step) {
      expect(await find(at)).toBeDefined();
      usedMs = at;
    }
    expect(SESSION_MAX_MS - usedMs).toBeLessThan(SESSION_IDLE_MS);
    expect(await find(SESSION_MAX_MS)).toBeUndefined();
  });

  it("is stored as a hash only", async () => {
    const { token } = await sessionOf();
    const { rows } = await test.context.stores.pool.query("SELECT s::text AS row FROM sessions s");
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(({ row }) => row).join()).not.toContain(token);
  });

  it("ends by signing out", async () => {
    const headers = await test.signIn();
    const response = await post("/auth/logout", undefined, headers);
    expect(response.statusCode).toBe(204);
    expect(response.cookies).toEqual([expect.objectContaining({ name: "flightdeck_session", value: "" })]);
    const profile = await get("/users/profile", headers);
    expect(profile.statusCode).toBe(401);
    expect(profile.json().code).toBe("not_authenticated");
  });

  it("needs a header that other sites cannot set before it changes anything", async () => {
    const { cookie } = await test.signIn();
    const make = (headers: Record<string, string>) => post("/api-keys", { name: "csrf" }, headers);
    const refused = await make({ cookie: cookie! });
    expect(refused.statusCode).toBe(403);
    expect(refused.json().code).toBe("csrf_header_missing");
    expect((await make({ cookie: cookie!, "x-flightdeck-request": "1" })).statusCode).toBe(201);
    expect((await get("/api-keys", { cookie: cookie! })).statusCode).toBe(200);
  });

  it("that is made up is nobody's", async () => {
    expect((await get("/users/profile", { cookie: "flightdeck_session=made-up" })).statusCode).toBe(401);
    expect((await get("/users/profile", { cookie: "flightdeck_session=" })).statusCode).toBe(401);
  });
});

describe("the profile", () => {
  it("tells a person their projects and what they may do there", async () => {
    const viewer = await createTenant(test.context, { role: "viewer" });
    const { user, projects } = (await get("/users/profile", await signInAs(test, viewer))).json();
    expect(user).toMatchObject({ email: viewer.email, name: viewer.email });
    expect(projects).toEqual([
      expect.objectContaining({ id: viewer.projectId, slug: viewer.slug, role: "viewer" }),
    ]);
    // A viewer sees, and may keep views of their own; whatever changes what others see is not among it.
    const { permissions } = projects[0];
    expect(permissions).toEqual(expect.arrayContaining(["telemetry:read", "traces:read"]));
    expect(permissions.filter((each: string) => !each.endsWith(":read"))).toEqual(["saved_views:write"]);
  });

  it("tells a program its key and project", async () => {
    const { user, projects } = (await get("/users/profile", { authorization: `Bearer ${TEST_KEY}` })).json();
    expect(user).toMatchObject({ email: "", name: "First key" });
    expect(projects).toEqual([expect.objectContaining({ slug: "default", role: "api_key" })]);
  });
});

describe("the one-time link", () => {
  const HOUR = 3_600_000;
  const password = "a brand new password";

  async function invite(validMs = HOUR) {
    const user = await test.context.users.create(`invited-${++callers}@example.com`, null);
    const token = await test.context.users.createSetupToken(user.id, new Date(Date.now() + validMs));
    return { user, token };
  }

  it("says whom it is for, sets e-mail and password, signs in, and works once", async () => {
    const { user, token } = await invite();
    expect((await get(`/auth/setup?token=${token}`)).json()).toEqual({ email: user.email });
    const email = `Chosen-${callers}@Example.com`;
    const response = await post("/auth/setup", { token, email, password });
    expect(response.statusCode).toBe(200);
    expect(response.json().user).toMatchObject({ id: user.id, email: email.toLowerCase() });
    expect((await get("/users/profile", { cookie: cookieOf(response) })).json().user.id).toBe(user.id);
    expect((await post("/auth/login", { email, password })).statusCode).toBe(200);

    const again = await post("/auth/setup", { token, email, password: "the thief's password" });
    expect(again.statusCode).toBe(410);
    expect(again.json().code).toBe("setup_link_invalid");
    expect((await get(`/auth/setup?token=${token}`)).statusCode).toBe(410);
  });

  it("works for one of two who use it at the same moment", async () => {
    const { user, token } = await invite();
    const use = () => post("/auth/setup", { token, email: user.email, password });
    const statuses = (await Promise.all([use(), use()])).map((response) => response.statusCode);
    expect(statuses.sort()).toEqual([200, 410]);
  });

  it("expires", async () => {
    const { user, token } = await invite(-1000);
    expect((await get(`/auth/setup?token=${token}`)).statusCode).toBe(410);
    expect((await post("/auth/setup", { token, email: user.email, password })).statusCode).toBe(410);
  });

  it("is replaced by a newer one", async () => {
    const { user, token } = await invite();
    await test.context.users.createSetupToken(user.id, new Date(Date.now() + HOUR));
    expect((await get(`/auth/setup?token=${token}`)).statusCode).toBe(410);
  });

  it("does not take over another account's address, and stays good", async () => {
    const { user, token } = await invite();
    const refused = await post("/auth/setup", { token, email: TEST_ADMIN.email, password });
    expect(refused.statusCode).toBe(409);
    expect(refused.json().code).toBe("email_taken");
    expect((await post("/auth/setup", { token, email: user.email, password })).statusCode).toBe(200);
  });

  it("does not tell a stranger which addresses have accounts", async () => {
    const refused = await post("/auth/setup", { token: "made-up", email: TEST_ADMIN.email, password });
    expect(refused.statusCode).toBe(410);
  });

  it("asks for a password worth the name, and stays good", async () => {
    const { user, token } = await invite();
    const refused = await post("/auth/setup", { token, email: user.email, password: "short" });
    expect(refused.statusCode).toBe(400);
    expect(refused.json().errors).toEqual([
      { path: "password", code: "too_small", detail: "Use at least 12 characters." },
    ]);
    expect((await get(`/auth/setup?token=${token}`)).statusCode).toBe(200);
  });

  it("ends the sessions of whoever had the account before", async () => {
    const { user, token } = await invite();
    const old = await test.context.sessions.create(user.id, "", new Date());
    await post("/auth/setup", { token, email: user.email, password });
    expect(await test.context.sessions.find(old, new Date())).toBeUndefined();
  });
});

describe("behind https", () => {
  let secure: TestApp;
  beforeAll(async () => {
    secure = await createTestApp({ FLIGHTDECK_PUBLIC_URL: "https://flightdeck.example.com" });
  });
  afterAll(() => secure.close());

  it("the cookie is bound to the host and never sent in the open", async () => {
    const response = await secure.app.inject({
      method: "POST",
      url: "/api/v1/auth/login",
      payload: TEST_ADMIN,
    });
    expect(response.cookies).toEqual([
      expect.objectContaining({ name: "__Host-flightdeck_session", secure: true, httpOnly: true, path: "/" }),
    ]);
    expect(response.cookies[0]).not.toHaveProperty("domain");
    expect(response.headers["strict-transport-security"]).toBeDefined();
  });

  it("a cookie without that binding counts for nothing", async () => {
    const headers = await secure.signIn();
    const ask = (cookie: string) => secure.app.inject({ url: "/api/v1/users/profile", headers: { cookie } });
    expect((await ask(headers.cookie!)).statusCode).toBe(200);
    expect((await ask(headers.cookie!.replace("__Host-", ""))).statusCode).toBe(401);
  });
});
