import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { sendNotFound } from "./problem.ts";
import type { HttpServer } from "./server.ts";
import { createTestServer } from "./testing/test-server.ts";

const SECRET = "postgres://admin:hunter2@db.internal";

describe("the server", () => {
  let app: HttpServer;
  let logged: Record<string, unknown>[];

  beforeAll(async () => {
    ({ app, logged } = await createTestServer());
    const open = { config: { access: "public" as const } };
    app.get("/api/small", open, async () => ({ ok: true }));
    app.get("/api/large", open, async () => ({ text: "word ".repeat(2000) }));
    app.get("/api/unknown-error", open, async () => {
      throw new Error(`cannot connect to ${SECRET}`);
    });
    app.get("/api/known-error", open, async () => {
      throw new FlightdeckError("Try again.", { code: "away", status: 503, retryAfterSeconds: 7 });
    });
    app.get(
      "/api/wrong-answer",
      { ...open, schema: { response: { 200: z.object({ count: z.number().int() }) } } },
      async () => ({ count: 1.5 }),
    );
    app.get(
      "/api/list",
      {
        ...open,
        schema: { querystring: z.object({ limit: z.coerce.number().int().max(10), day: z.iso.date() }) },
      },
      async () => "listed",
    );
    app.post(
      "/api/things",
      { ...open, schema: { body: z.object({ name: z.string(), size: z.object({ width: z.number() }) }) } },
      async () => "made",
    );
    app.get(
      "/api/rare",
      { config: { access: "public", rateLimit: { max: 2, timeWindow: 60_000 } } },
      async () => "ok",
    );
    app.setNotFoundHandler((request, reply) => sendNotFound(request, reply));
    await app.ready();
  });
  afterAll(() => app.close());

  const json = { "content-type": "application/json" };
  const post = (payload: string | Buffer, headers: Record<string, string> = json) =>
    app.inject({ method: "POST", url: "/api/things", headers, payload });

  describe("answers with problem+json", () => {
    it.each([
      ["an unknown path", () => app.inject("/api/nothing?key=secret"), 404, "not_found"],
      [
        "a known path with another method",
        () => app.inject({ method: "PUT", url: "/api/small" }),
        404,
        "not_found",
      ],
      ["a path that is not valid UTF-8", () => app.inject("/api/%ff%zz"), 400, "malformed_request"],
      ["malformed JSON", () => post('{"name": '), 400, "malformed_json"],
      ["an empty JSON body", () => post(""), 400, "malformed_json"],
      ["JSON with a prototype in it", () => post('{"__proto__": {"a": 1}}'), 400, "malformed_json"],
      [
        "a body that is too large",
        () => post(JSON.stringify({ name: "x".repeat(1024 * 1024) })),
        413,
        "body_too_large",
      ],
      [
        "a body of another type",
        () => post("<a/>", { "content-type": "text/xml" }),
        415,
        "unsupported_media_type",
      ],
      ["a body of no type", () => post(Buffer.from("hello"), {}), 415, "unsupported_media_type"],
      ["a body of the wrong shape", () => post("[]"), 400, "invalid_request"],
      ["an invalid query", () => app.inject("/api/list?limit=99&day=x"), 400, "invalid_request"],
      ["an error with a code", () => app.inject("/api/known-error"), 503, "away"],
      ["an unforeseen error", () => app.inject("/api/unknown-error"), 500, "internal_error"],
      [
        "an answer that breaks its own contract",
        () => app.inject("/api/wrong-answer"),
        500,
        "internal_error",
      ],
    ])("for %s", async (_name, ask, status, code) => {
      const response = await ask();
      expect(response.headers["content-type"]).toMatch(/^application\/problem\+json/);
      expect(response.json()).toMatchObject({ type: "about:blank", status, code });
      expect(response.statusCode).toBe(status);
      expect(response.json().title).not.toBe("");
      expect(response.json().detail).toMatch(/^[A-Z].*\.$/s);
      expect(response.json().request_id).toBe(response.headers["x-request-id"]);
    });
  });

  it("names every invalid field", async () => {
    const query = (await app.inject("/api/list?limit=99&day=x")).json();
    expect(query.errors.map((error: { path: string }) => error.path)).toEqual(["limit", "day"]);
    const body = (await post('{"size": {"width": "wide"}}')).json();
    expect(body.errors).toEqual([
      expect.objectContaining({ path: "name", code: "invalid_type" }),
      expect.objectContaining({ path: "size.width", code: "invalid_type" }),
    ]);
    expect(body.detail).toContain("size.width");
  });

  it("says when to come back", async () => {
    expect((await app.inject("/api/known-error")).headers["retry-after"]).toBe("7");
  });

  it("tells nothing of an unforeseen error, and logs it under the request's id", async () => {
    logged.length = 0;
    const response = await app.inject({
      url: "/api/unknown-error",
      headers: { "x-request-id": "trace-me-1234" },
    });
    expect(response.body).not.toContain("postgres");
    expect(logged).toEqual([
      expect.objectContaining({
        reqId: "trace-me-1234",
        err: expect.objectContaining({ message: expect.stringContaining(SECRET) }),
      }),
    ]);
  });

  it("does not log what a caller got wrong", async () => {
    logged.length = 0;
    await post("{");
    await app.inject("/api/nothing");
    expect(logged).toEqual([]);
  });

  it("keeps a caller's request id when it is harmless, and makes one otherwise", async () => {
    const idFor = async (id: string) =>
      (await app.inject({ url: "/api/small", headers: { "x-request-id": id } })).headers["x-request-id"];
    expect(await idFor("0195e0c3-7d1a:client.7")).toBe("0195e0c3-7d1a:client.7");
    for (const hostile of ["short", "a b c d e f g h", 'quote"quote"', "x".repeat(101)]) {
      expect(await idFor(hostile)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    }
    const [first, second] = [await app.inject("/api/small"), await app.inject("/api/small")];
    expect(first.headers["x-request-id"]).not.toBe(second.headers["x-request-id"]);
  });

  it("sends security headers with every answer, errors too", async () => {
    for (const url of ["/api/small", "/api/nothing", "/api/unknown-error"]) {
      const { headers } = await app.inject(url);
      expect(headers["content-security-policy"]).toContain("default-src 'none'");
      expect(headers["content-security-policy"]).toContain("script-src 'self';");
      expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
      expect(headers["content-security-policy"]).not.toContain("unsafe");
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
      });
      expect(headers["x-powered-by"]).toBeUndefined();
      expect(headers["strict-transport-security"]).toBeUndefined();
    }
  });

  it("compresses what is worth it, as the caller can read it", async () => {
    const ask = (url: string, encoding: string) =>
      app.inject({ url, headers: { "accept-encoding": encoding } });
    const brotli = await ask("/api/large", "gzip, br");
    expect(brotli.headers["content-encoding"]).toBe("br");
    expect(JSON.parse(brotliDecompressSync(brotli.rawPayload).toString()).text).toContain("word");
    const gzip = await ask("/api/large", "gzip");
    expect(JSON.parse(gunzipSync(gzip.rawPayload).toString()).text).toContain("word");
    expect(gzip.headers.vary).toContain("accept-encoding");
    expect((await ask("/api/large", "identity")).headers["content-encoding"]).toBeUndefined();
    expect((await ask("/api/small", "gzip")).headers["content-encoding"]).toBeUndefined();
  });

  it("limits a caller's requests, tells the limit, and leaves other callers alone", async () => {
    const ask = (remoteAddress: string) => app.inject({ url: "/api/rare", remoteAddress });
    expect((await ask("10.0.0.1")).headers).toMatchObject({
      "ratelimit-limit": "2",
      "ratelimit-remaining": "1",
    });
    await ask("10.0.0.1");
    const refused = await ask("10.0.0.1");
    expect(refused.statusCode).toBe(429);
    expect(refused.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(refused.json()).toMatchObject({ code: "rate_limited", status: 429 });
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(refused.headers["ratelimit-remaining"]).toBe("0");
    expect((await ask("10.0.0.2")).statusCode).toBe(200);
  });
});

describe("a server that browsers reach by https", () => {
  it("tells them to stay with it", async () => {
    const { app } = await createTestServer({}, { secure: true });
    app.get("/api/small", { config: { access: "public" } }, async () => "ok");
    const { headers } = await app.inject("/api/small");
    expect(headers["strict-transport-security"]).toContain("max-age=31536000");
    await app.close();
  });
});

describe("a server behind a proxy", () => {
  it.each([
    [true, "203.0.113.9"],
    [false, "127.0.0.1"],
  ])("takes the address from X-Forwarded-For only when told to (%s)", async (trustProxy, address) => {
    const { app } = await createTestServer({}, { trustProxy });
    app.get("/api/ip", { config: { access: "public" } }, async (request) => request.ip);
    const response = await app.inject({ url: "/api/ip", headers: { "x-forwarded-for": "203.0.113.9" } });
    expect(response.body).toBe(address);
    await app.close();
  });
});

describe("a server that is asked to stop", () => {
  it("finishes what is under way, and takes nothing new", async () => {
    const { app } = await createTestServer();
    let finish = () => {};
    let started = () => {};
    const isStarted = new Promise<void>((resolve) => {
      started = resolve;
    });
    app.get("/api/slow", { config: { access: "public" } }, async () => {
      started();
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return "done";
    });
    app.get("/api/quick", { config: { access: "public" } }, async () => "ok");
    const origin = await app.listen({ port: 0, host: "127.0.0.1" });
    const underWay = fetch(`${origin}/api/slow`);
    await isStarted;
    const closed = app.close();
    const askAgain = () =>
      fetch(`${origin}/api/quick`, { headers: { connection: "close" } }).then(
        (response) => String(response.status),
        () => "refused",
      );
    await expect.poll(askAgain).toMatch(/refused|503/);
    finish();
    expect(await (await underWay).text()).toBe("done");
    await closed;
  });
});
