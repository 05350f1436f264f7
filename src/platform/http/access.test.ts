import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { principalOf, projectOf } from "./access.ts";
import type { HttpServer } from "./server.ts";
import { createTestServer, testProject, testUser } from "./testing/test-server.ts";

const reader = new Set(["things:read"] as const);
const writer = new Set(["things:read", "things:write"] as const);
const principals = {
  ann: testUser("ann", [testProject("first", reader), testProject("second", writer)]),
  nobody: testUser("nobody", []),
};

describe("access", () => {
  let app: HttpServer;
  let bodiesRead = 0;

  beforeAll(async () => {
    ({ app } = await createTestServer(principals));
    app.addHook("preParsing", async () => {
      bodiesRead++;
    });
    app.get("/open", { config: { access: "public" } }, async (request) => String(request.principal));
    app.get("/me", { config: { access: "signed_in" } }, async (request) => principalOf(request).id);
    app.get("/things", { config: { access: "things:read" } }, async (request) => projectOf(request).slug);
    app.post("/things", { config: { access: "things:write" } }, async (request) => projectOf(request).slug);
    await app.ready();
  });
  afterAll(() => app.close());

  const ask = (method: "GET" | "POST", url: string, principal?: string) =>
    app.inject({ method, url, headers: principal ? { "x-principal": principal } : {} });

  it.each([
    ["GET", "/open", undefined, 200, "null"],
    ["GET", "/me", undefined, 401, "not_authenticated"],
    ["GET", "/me", "nobody", 200, "nobody"],
    ["GET", "/things", undefined, 401, "not_authenticated"],
    ["GET", "/things", "nobody", 404, "project_not_found"],
    ["GET", "/things", "ann", 200, "first"],
    ["GET", "/things?project=second", "ann", 200, "second"],
    ["GET", "/things?project=id-of-second", "ann", 200, "second"],
    ["GET", "/things?project=third", "ann", 404, "project_not_found"],
    ["GET", "/things?project=second&project=first", "ann", 200, "first"],
    ["POST", "/things", "ann", 403, "permission_denied"],
    ["POST", "/things?project=second", "ann", 200, "second"],
  ] as const)("%s %s by %s is answered %i %s", async (method, url, principal, status, told) => {
    const response = await ask(method, url, principal);
    expect(response.statusCode).toBe(status);
    expect(status === 200 ? response.body : response.json().code).toBe(told);
  });

  it("is decided before the body is read", async () => {
    bodiesRead = 0;
    await ask("POST", "/things");
    await ask("POST", "/things", "ann");
    expect(bodiesRead).toBe(0);
  });

  it("answers a project one may not see like one that does not exist", async () => {
    const hidden = (await ask("GET", "/things?project=hidden", "ann")).json();
    const absent = (await ask("GET", "/things?project=absent", "ann")).json();
    expect({ ...hidden, request_id: "", detail: "" }).toEqual({ ...absent, request_id: "", detail: "" });
    expect(hidden.detail.replace("hidden", "absent")).toBe(absent.detail);
  });
});

describe("a route that does not say who may call it", () => {
  it("does not start", async () => {
    const { app } = await createTestServer();
    expect(() => app.get("/forgotten", async () => "secret")).toThrow(
      "GET /forgotten does not say who may call it",
    );
    await app.close();
  });
});
