import { once } from "node:events";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createOtlpApp } from "#src/app.ts";
import { createTestApp, TEST_KEY, type TestApp } from "#test/support/app.ts";
import { exportRequest, type SpanInput, testSpan } from "#test/support/otlp.ts";
import { createTenant } from "#test/support/tenant.ts";
import { encodeMessage, otlpType } from "./otlp/testing/otlp-proto.ts";

const MIB = 1024 * 1024;

let test: TestApp;
let origin: string;
beforeAll(async () => {
  test = await createTestApp({ FLIGHTDECK_OTLP_MAX_BODY_MIB: "1", FLIGHTDECK_INGEST_BUFFER_MIB: "8" });
  origin = await test.app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(() => test.close());

const post = (
  payload: string | Buffer | undefined,
  headers: Record<string, string> = {},
  url = "/v1/traces",
) => test.app.inject({ method: "POST", url, payload, headers: { ...test.keyHeaders, ...headers } });
const json = { "content-type": "application/json" };
const protobuf = { "content-type": "application/x-protobuf" };

function decode(type: string, bytes: Buffer): Record<string, unknown> {
  return otlpType(type).toObject(otlpType(type).decode(bytes), { longs: Number });
}
const traceOf = (span: SpanInput) =>
  test.app.inject({ url: `/api/v1/traces/${span.traceId}`, headers: test.keyHeaders });

describe("an export of traces", () => {
  it.each(["protobuf", "json"] as const)("as %s is stored before the empty answer", async (encoding) => {
    const span = testSpan({ name: `sent as ${encoding}` });
    const { payload, headers } = exportRequest([span], { encoding });
    const response = await post(payload, headers);
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-type"]).toMatch(headers["content-type"]!);
    expect(response.body).toBe(encoding === "json" ? "{}" : "");
    expect((await traceOf(span)).json().trace.name).toBe(`sent as ${encoding}`);
  });

  it.each(["gzip", "identity"])("with Content-Encoding %s is stored", async (encoding) => {
    const span = testSpan();
    const { payload, headers } = exportRequest([span]);
    const sent = encoding === "gzip" ? gzipSync(payload) : payload;
    expect((await post(sent, { ...headers, "content-encoding": encoding })).statusCode).toBe(200);
    expect((await traceOf(span)).statusCode).toBe(200);
  });

  it("without spans is taken", async () => {
    expect((await post("{}", json)).statusCode).toBe(200);
    expect((await post('{"resourceSpans":[]}', json)).body).toBe("{}");
    expect((await post(Buffer.alloc(0), protobuf)).statusCode).toBe(200);
  });

  it("of no known type or of none is refused", async () => {
    for (const headers of [{ "content-type": "text/plain" }, { "content-type": "multipart/form-data" }, {}]) {
      const response = await post("hello", headers as Record<string, string>);
      expect(response.statusCode).toBe(415);
      expect(response.json().code).toBe("unsupported_media_type");
    }
  });

  it("sent in chunks without a length is stored", async () => {
    const span = testSpan();
    const { payload, headers } = exportRequest([span], { encoding: "json" });
    async function* chunks() {
      for (let at = 0; at < payload.length; at += 50) yield payload.subarray(at, at + 50);
    }
    const response = await fetch(`${origin}/v1/traces`, {
      method: "POST",
      headers: { ...headers, ...test.keyHeaders },
      body: chunks() as never,
      duplex: "half",
    } as RequestInit);
    expect(response.status).toBe(200);
    expect((await traceOf(span)).statusCode).toBe(200);
  });
});

describe("a partial success", () => {
  const good = testSpan();
  const bad = { ...testSpan(), spanId: "00" };
  const sentence = /^Rejected 1 of 2 spans: 1 × span id is not 8 bytes/;

  it("keeps the good spans, and tells count and reason as JSON", async () => {
    const { payload, headers } = exportRequest([bad, good], { encoding: "json" });
    const response = await post(payload, headers);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      partialSuccess: { rejectedSpans: "1", errorMessage: expect.stringMatching(sentence) },
    });
    expect((await traceOf(good)).statusCode).toBe(200);
  });

  it("tells count and reason as protobuf", async () => {
    const { payload, headers } = exportRequest([bad, testSpan()]);
    const response = await post(payload, headers);
    expect(decode("ExportTraceServiceResponse", response.rawPayload)).toEqual({
      partialSuccess: { rejectedSpans: 1, errorMessage: expect.stringMatching(sentence) },
    });
  });

  it("says where logs belong that were sent here", async () => {
    const logs = {
      resourceLogs: [
        {
          scopeLogs: [
            {
              logRecords: [{ timeUnixNano: 1795251600000000000n.toString(), body: { stringValue: "hello" } }],
            },
          ],
        },
      ],
    };
    const response = await post(encodeMessage("ExportLogsServiceRequest", logs), protobuf);
    expect(response.statusCode).toBe(200);
    expect(decode("ExportTraceServiceResponse", response.rawPayload).partialSuccess).toMatchObject({
      rejectedSpans: 1,
      errorMessage: expect.stringContaining("/v1/logs"),
    });
  });
});

describe("a refusal", () => {
  const tooLarge = Buffer.alloc(MIB + 1, " ");

  it.each([
    ["a broken body", () => post("{", json), 400, 3],
    ["broken gzip", () => post("not gzip", { ...json, "content-encoding": "gzip" }), 400, 3],
    ["an unknown encoding", () => post("{}", { ...json, "content-encoding": "rot13" }), 415, 3],
    ["a body that is too large", () => post(tooLarge, json), 413, 8],
    ["a gzip bomb", () => post(gzipSync(tooLarge), { ...json, "content-encoding": "gzip" }), 413, 8],
    ["a wrong key", () => post("{}", { ...json, "x-api-key": "fd_live_wrong" }), 401, 16],
    ["an unknown project", () => post("{}", json, "/v1/traces?project=nothing"), 404, 5],
  ])("of %s is problem+json with a message", async (_name, send, status) => {
    const response = await send();
    expect(response.statusCode).toBe(status);
    expect(response.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(response.json()).toMatchObject({
      status,
      code: expect.any(String),
      message: response.json().detail,
    });
    expect(response.json().request_id).toBe(response.headers["x-request-id"]);
  });

  it.each([
    ["a broken body", () => post(Buffer.from([0x0a, 0xff]), protobuf), 400, 3],
    ["broken gzip", () => post("not gzip", { ...protobuf, "content-encoding": "gzip" }), 400, 3],
    [
      "an unknown encoding",
      () => post(Buffer.alloc(0), { ...protobuf, "content-encoding": "rot13" }),
      415,
      3,
    ],
    ["a body that is too large", () => post(tooLarge, protobuf), 413, 8],
    ["a gzip bomb", () => post(gzipSync(tooLarge), { ...protobuf, "content-encoding": "gzip" }), 413, 8],
    ["a wrong key", () => post(Buffer.alloc(0), { ...protobuf, "x-api-key": "fd_live_wrong" }), 401, 16],
    ["an unknown project", () => post(Buffer.alloc(0), protobuf, "/v1/traces?project=nothing"), 404, 5],
  ])("of %s is a google.rpc.Status when protobuf was sent", async (_name, send, status, code) => {
    const response = await send();
    expect(response.statusCode).toBe(status);
    expect(response.headers["content-type"]).toMatch(/^application\/x-protobuf/);
    expect(decode("RpcStatus", response.rawPayload)).toEqual({
      code,
      message: expect.stringMatching(/^[A-Z].*\.$/s),
    });
  });

  it("without a key says how to bring one", async () => {
    const response = await test.app.inject({
      method: "POST",
      url: "/v1/traces",
      headers: json,
      payload: "{}",
    });
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({
      code: "not_authenticated",
      detail: expect.stringContaining("X-API-Key"),
    });
  });

  it("leaves no memory held", async () => {
    await expect.poll(() => test.context.ingest.memory.usedBytes).toBe(0);
  });

  it("reaches a sender that is still sending, over a real connection", async () => {
    for (const body of [Buffer.alloc(6 * MIB), chunked(6 * MIB)]) {
      const response = await fetch(`${origin}/v1/traces`, {
        method: "POST",
        headers: { ...test.keyHeaders, ...json },
        body: body as never,
        duplex: "half",
      } as RequestInit);
      expect(response.status).toBe(413);
      expect(((await response.json()) as { code: string }).code).toBe("body_too_large");
    }
  });

  async function* chunked(size: number) {
    for (let sent = 0; sent < size; sent += 64 * 1024) yield Buffer.alloc(64 * 1024, " ");
  }

  it("with 429 comes before the body is read, when too much is waiting", async () => {
    const waiting = test.context.ingest.memory.open();
    waiting.growTo(8 * MIB);
    const response = await post("{}", json);
    waiting.release();
    expect(response.statusCode).toBe(429);
    expect(response.headers["retry-after"]).toBe("1");
    expect(response.json().code).toBe("ingest_busy");
    expect((await post("{}", json)).statusCode).toBe(200);
  });
});

describe("a sender that hangs up", () => {
  it.each([
    ["in the middle of its body", 500_000, 1000],
    ["before its answer", 2, 2],
  ])("%s leaves no memory held", async (_name, declared, sent) => {
    const { memory } = test.context.ingest;
    const socket = connect(Number(new URL(origin).port), "127.0.0.1");
    await once(socket, "connect");
    socket.write(
      `POST /v1/traces HTTP/1.1\r\nhost: x\r\nx-api-key: ${TEST_KEY}\r\ncontent-type: application/json\r\ncontent-length: ${declared}\r\n\r\n`,
    );
    socket.write("{}".padEnd(sent, " "));
    if (declared > sent) await expect.poll(() => memory.usedBytes).toBeGreaterThanOrEqual(declared);
    socket.destroy();
    await expect.poll(() => memory.usedBytes).toBe(0);
  });
});

describe("who may send", () => {
  it("is a key in its own project", async () => {
    const tenant = await createTenant(test.context, { scope: "ingest" });
    const span = testSpan();
    const { payload, headers } = exportRequest([span]);
    const send = (url: string) =>
      test.app.inject({ method: "POST", url, payload, headers: { ...headers, ...tenant.keyHeaders } });
    expect((await send("/v1/traces?project=default")).statusCode).toBe(404);
    expect((await send(`/v1/traces?project=${tenant.slug}`)).statusCode).toBe(200);
    expect((await traceOf(span)).statusCode).toBe(404);
  });

  it("is a person who runs things, and not one who only looks", async () => {
    const { signInAs } = await import("#test/support/tenant.ts");
    for (const [role, status] of [
      ["operator", 200],
      ["viewer", 403],
    ] as const) {
      const headers = await signInAs(test, await createTenant(test.context, { role }));
      const response = await test.app.inject({
        method: "POST",
        url: "/v1/traces",
        payload: "{}",
        headers: { ...json, ...headers },
      });
      expect(response.statusCode, role).toBe(status);
    }
  });
});

describe("the OTLP port", () => {
  it("takes telemetry and nothing else", async () => {
    const app = await createOtlpApp(test.context);
    const sent = await app.inject({
      method: "POST",
      url: "/v1/traces",
      payload: "{}",
      headers: { ...json, ...test.keyHeaders },
    });
    expect(sent.statusCode).toBe(200);
    const elsewhere = await app.inject({ url: "/api/v1/traces", headers: test.keyHeaders });
    expect(elsewhere.statusCode).toBe(404);
    expect(elsewhere.json().code).toBe("not_found");
    await app.close();
  });
});

describe("the Connect page", () => {
  let headers: Record<string, string>;
  beforeEach(async () => {
    headers = (await createTenant(test.context)).keyHeaders;
  });
  const status = async () => (await test.app.inject({ url: "/api/v1/ingest/status", headers })).json();

  it("is told where to send, and whether anything has arrived", async () => {
    expect(await status()).toEqual({
      otlp_http_endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      first_span_at: null,
      last_span_at: null,
      spans_last_24h: 0,
    });
    const startMs = Date.now() - 3_600_000;
    const old = testSpan({ startMs: startMs - 5 * 86_400_000 });
    const { payload, headers: type } = exportRequest([old, testSpan({ startMs, durationMs: 500 })]);
    await test.app.inject({ method: "POST", url: "/v1/traces", payload, headers: { ...type, ...headers } });
    const told = await status();
    expect(Date.parse(told.first_span_at)).toBe(startMs - 5 * 86_400_000);
    expect(Date.parse(told.last_span_at)).toBe(startMs + 500);
    expect(told.spans_last_24h).toBe(1);
  });

  it("can send a test trace, which is there when it is answered", async () => {
    const response = await test.app.inject({ method: "POST", url: "/api/v1/ingest/test-trace", headers });
    expect(response.statusCode).toBe(201);
    const trace = await test.app.inject({ url: `/api/v1/traces/${response.json().trace_id}`, headers });
    expect(trace.json().trace.agents).toEqual(["test-agent"]);
  });
});

describe("an export of metrics and logs", () => {
  const nowNs = () => `${Date.now()}000000`;
  const metrics = (name: string) => ({
    resourceMetrics: [
      {
        scopeMetrics: [
          { metrics: [{ name, gauge: { dataPoints: [{ timeUnixNano: nowNs(), asInt: "3" }] } }] },
        ],
      },
    ],
  });
  const logs = (body: string) => ({
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: nowNs(), body: { stringValue: body } }] }] }],
  });
  const read = (url: string) => test.app.inject({ url: `/api/v1/${url}`, headers: test.keyHeaders });

  it.each(["protobuf", "json"] as const)("as %s is stored before the empty answer", async (encoding) => {
    const encode = (type: string, message: Record<string, unknown>) =>
      encoding === "json" ? JSON.stringify(message) : encodeMessage(type, message);
    const headers = encoding === "json" ? json : protobuf;
    const sent = [
      await post(
        encode("ExportMetricsServiceRequest", metrics(`sent.as.${encoding}`)),
        headers,
        "/v1/metrics",
      ),
      await post(encode("ExportLogsServiceRequest", logs(`sent as ${encoding}`)), headers, "/v1/logs"),
    ];
    for (const response of sent) {
      expect(response.statusCode).toBe(200);
      expect(response.body).toBe(encoding === "json" ? "{}" : "");
    }
    expect((await read(`metric-query?metric=sent.as.${encoding}`)).json().series).toHaveLength(1);
    expect((await read(`logs?q=sent as ${encoding}`)).json().data).toHaveLength(1);
  });

  it("is taken by the second listener too, with gzip", async () => {
    const otlp = await createOtlpApp(test.context);
    const headers = { ...test.keyHeaders, ...json, "content-encoding": "gzip" };
    for (const [url, body] of [
      ["/v1/metrics", metrics("by.gzip")],
      ["/v1/logs", logs("by gzip")],
    ] as const) {
      const payload = gzipSync(JSON.stringify(body));
      expect((await otlp.inject({ method: "POST", url, headers, payload })).statusCode).toBe(200);
    }
    await otlp.close();
    expect((await read("logs?q=by gzip")).json().data).toHaveLength(1);
  });

  it("tells what was rejected in the signal's own words", async () => {
    const broken = {
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: "x", gauge: { dataPoints: [{}] } }] }] }],
    };
    expect((await post(JSON.stringify(broken), json, "/v1/metrics")).json()).toEqual({
      partialSuccess: {
        rejectedDataPoints: "1",
        errorMessage: "Rejected 1 of 1 data point: 1 × the data point has no time.",
      },
    });
    const body = encodeMessage("ExportLogsServiceRequest", {
      resourceLogs: [{ scopeLogs: [{ logRecords: [{}] }] }],
    });
    const response = await post(body, protobuf, "/v1/logs");
    expect(decode("ExportLogsServiceResponse", response.rawPayload)).toEqual({
      partialSuccess: {
        rejectedLogRecords: 1,
        errorMessage: expect.stringContaining("neither a time nor an observed time"),
      },
    });
  });

  it.each(["/v1/metrics", "/v1/logs"])("to %s is refused as one of traces is", async (url) => {
    expect((await post("{", json, url)).json()).toMatchObject({ status: 400, code: "malformed_otlp" });
    expect((await post("{}", { "content-type": "text/plain" }, url)).statusCode).toBe(415);
    expect((await post("{}", { ...json, "x-api-key": "fd_live_wrong" }, url)).statusCode).toBe(401);
    expect((await post(Buffer.alloc(MIB + 1, " "), json, url)).statusCode).toBe(413);
  });
});
