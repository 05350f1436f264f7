import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant, signInAs } from "#test/support/tenant.ts";

interface Media {
  schema: { $ref?: string };
  example?: unknown;
}
interface Operation {
  summary?: string;
  tags?: string[];
  security?: unknown[];
  parameters?: { in: string; name: string }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
}
interface OpenApi {
  openapi: string;
  info: { title: string; version: string };
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: object };
}

let test: TestApp;
let document: OpenApi;
beforeAll(async () => {
  test = await createTestApp();
  document = (await test.app.inject("/api/openapi.json")).json();
});
afterAll(() => test.close());

/** Every operation, with the name a person knows it by. */
const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      method,
      operation,
    })),
  );
const namesOf = (found: { name: string }[]) => found.map(({ name }) => name);

/** Routes of the API as Fastify knows them: `/a/:id` becomes `/a/{id}`. */
function routesServed(): string[] {
  const routes: string[] = [];
  const levels: string[] = [];
  for (const line of test.app.printRoutes({ commonPrefix: false }).split("\n")) {
    const match = /^((?:[│ ] {3})*)[├└]── (\S+) \(([A-Z, ]+)\)$/.exec(line);
    if (!match) continue;
    const depth = match[1]!.length / 4;
    levels.length = depth;
    levels[depth] = match[2]!;
    for (const method of match[3]!.split(", ")) {
      if (method !== "HEAD" && method !== "OPTIONS") routes.push(`${method} ${levels.join("")}`);
    }
  }
  return routes.map((route) => route.replace(/:(\w+)/g, "{$1}"));
}

describe("the OpenAPI document", () => {
  it("is OpenAPI 3.1 with a title and a version", () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: "Flightdeck", version: "0.0.0-test" });
  });

  it("holds every route under /api, /v1, /health and /metrics", () => {
    const served = routesServed().filter((route) => /^[A-Z]+ \/(api|v1|health|metrics)(\/|$)/.test(route));
    expect(served.length).toBeGreaterThan(15);
    const undocumented = served.filter((route) => !namesOf(operations()).includes(route));
    expect(undocumented.filter((route) => !route.includes("/api/docs"))).toEqual([]);
  });

  it("has a summary and known tags for every operation", () => {
    const tags = document.tags.map(({ name }) => name);
    const poor = operations().filter(
      ({ operation }) =>
        !operation.summary || !operation.tags?.length || !operation.tags.every((tag) => tags.includes(tag)),
    );
    expect(namesOf(poor)).toEqual([]);
  });

  it("declares every path parameter, and none twice", () => {
    for (const { name, path, operation } of operations()) {
      const declared = (operation.parameters ?? []).filter((one) => one.in === "path").map((one) => one.name);
      expect(declared, name).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
      const all = (operation.parameters ?? []).map((one) => `${one.in} ${one.name}`);
      expect(new Set(all).size, name).toBe(all.length);
    }
  });

  it("describes success and failure of every operation", () => {
    for (const { name, operation } of operations()) {
      const statuses = Object.keys(operation.responses);
      expect(
        statuses.some((status) => status.startsWith("2")),
        name,
      ).toBe(true);
      const isPublic = operation.security?.length === 0;
      if (!isPublic) expect(statuses, name).toEqual(expect.arrayContaining(["401", "403", "429"]));
      if (operation.requestBody || operation.parameters?.length) expect(statuses, name).toContain("400");
      for (const { description } of Object.values(operation.responses)) {
        expect(description, name).not.toMatch(/^(Default Response)?$/);
      }
    }
  });

  it("answers every client error with problem+json", () => {
    for (const { name, operation } of operations()) {
      for (const [status, response] of Object.entries(operation.responses)) {
        if (!status.startsWith("4")) continue;
        expect(Object.keys(response.content ?? {}), `${name} ${status}`).toEqual([
          "application/problem+json",
        ]);
        expect(response.content!["application/problem+json"]!.schema.$ref).toBe(
          "#/components/schemas/Problem",
        );
      }
    }
    expect(document.components.schemas.Problem).toMatchObject({ type: "object", title: "Problem" });
  });

  it("shows an example of every JSON body and answer, and the examples are valid", () => {
    const missing: string[] = [];
    let shown = 0;
    for (const { name, operation } of operations()) {
      const successes = Object.entries(operation.responses).filter(([status]) => status.startsWith("2"));
      const media = [
        ["request", operation.requestBody?.content["application/json"]] as const,
        ...successes.map(([status, response]) => [status, response.content?.["application/json"]] as const),
      ];
      for (const [part, content] of media) {
        if (!content) continue;
        if (content.example === undefined) missing.push(`${name} ${part}`);
        else {
          shown++;
          const read = z.fromJSONSchema(content.schema as never).safeParse(content.example);
          expect(read.error, `${name} ${part}`).toBeUndefined();
        }
      }
    }
    expect(missing).toEqual([]);
    expect(shown).toBeGreaterThan(12);
  });

  it("is true of what is public", async () => {
    for (const { name, path, method, operation } of operations()) {
      if (operation.security?.length === 0) continue;
      const response = await test.app.inject({
        method: method as "GET",
        url: path.replace(/\{\w+\}/g, "0123456789abcdef"),
      });
      expect(response.statusCode, name).toBe(401);
    }
  });
});

describe("another tenant", () => {
  it("finds nothing of ours at any route, by key or signed in", async () => {
    const stranger = await createTenant(test.context);
    const span = testSpan();
    await sendSpans(test.app, test.keyHeaders, [span]);
    const { data } = (
      await test.app.inject({ url: "/api/v1/api-keys", headers: await test.signIn() })
    ).json();
    const ids: Record<string, string> = {
      traceId: span.traceId,
      spanId: span.spanId,
      id: data[0].id,
      // Not an id, but a word that is the same for everyone.
      timerange: "24h",
    };
    const { id: ourProject } = (await test.context.projects.firstProject())!;
    const examples = (operation: Operation) =>
      operation.requestBody?.content["application/json"]?.example as object;
    let tried = 0;
    for (const headers of [stranger.keyHeaders, await signInAs(test, stranger)]) {
      for (const { name, path, method, operation } of operations()) {
        const takesProject =
          path.startsWith("/v1/") || operation.parameters?.some((one) => one.name === "project");
        if (!takesProject) continue;
        const target = path.replace(/\{(\w+)\}/g, (_match, key: string) => ids[key] ?? "missing");
        const ask = (project: string) =>
          test.app.inject({
            method: method as "GET",
            url: `${target}?trace_id=${span.traceId}&project=${project}`,
            headers,
            ...(operation.requestBody ? { payload: examples(operation) } : {}),
          });
        for (const project of ["default", ourProject]) {
          const response = await ask(project);
          expect(`${response.statusCode} ${response.json().code}`, name).toBe("404 project_not_found");
          tried++;
        }
        // In their own project our ids are nobody's.
        const namesOurs = path.replace("{timerange}", "").includes("{");
        if (namesOurs) expect([403, 404], name).toContain((await ask(stranger.slug)).statusCode);
      }
    }
    expect(tried).toBeGreaterThan(30);
    expect(
      (await test.app.inject({ url: `/api/v1/traces/${span.traceId}`, headers: test.keyHeaders })).statusCode,
    ).toBe(200);
  });
});

describe("the API reference", () => {
  it("is a page that asks no other host for anything", async () => {
    const redirect = await test.app.inject("/api/docs");
    const response = redirect.statusCode === 200 ? redirect : await test.app.inject("/api/docs/");
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-type"]).toMatch(/^text\/html/);
    expect(response.body).not.toMatch(/https?:\/\/|["']\/\//);
    expect(response.headers["content-security-policy"]).toContain("connect-src 'self'");
    expect(response.headers["content-security-policy"]).not.toMatch(/https?:/);
    const script = /<script src="([^"]+)"/.exec(response.body)?.[1];
    const bundle = await test.app.inject(new URL(script!, "http://localhost/api/docs/").pathname);
    expect(bundle.statusCode).toBe(200);
    expect(bundle.headers["content-type"]).toMatch(/javascript/);
  });
});
