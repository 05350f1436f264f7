import { type ClientHttp2Session, connect } from "node:http2";
import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKeyAuthenticate } from "#features/auth/server/index.ts";
import { startGrpc } from "#src/app.ts";
import { createTestApp, TEST_KEY, type TestApp } from "#test/support/app.ts";
import { exportRequest, type SpanInput, testSpan } from "#test/support/otlp.ts";
import { createTenant } from "#test/support/tenant.ts";
import { otlpType } from "../otlp/testing/otlp-proto.ts";
import { type OtlpGrpcServer, startOtlpGrpcServer } from "./otlp-grpc-server.ts";

const MIB = 1024 * 1024;
const TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

let test: TestApp;
let server: OtlpGrpcServer;
let client: Client;
beforeAll(async () => {
  test = await createTestApp({ FLIGHTDECK_OTLP_MAX_BODY_MIB: "1", FLIGHTDECK_INGEST_BUFFER_MIB: "8" });
  server = await startGrpc(test.context, { host: "127.0.0.1", port: 0 });
  client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure(), {
    "grpc.max_send_message_length": -1,
  });
});
afterAll(async () => {
  client.close();
  await server.close();
  await test.close();
});

interface Answer {
  code: number;
  message: string;
  metadata: Metadata;
  body: Buffer;
}

/** Calls a method with raw bytes; resolves with the status, whatever it is. */
function call(
  body: Buffer,
  headers: Record<string, string> = { "x-api-key": TEST_KEY },
  path = TRACES,
  by = client,
): Promise<Answer> {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return new Promise((resolve) => {
    const asBytes = (bytes: Buffer) => bytes;
    by.makeUnaryRequest(path, asBytes, asBytes, body, metadata, (error: ServiceError | null, answer) =>
      resolve({
        code: error?.code ?? status.OK,
        message: error?.details ?? "",
        metadata: error?.metadata ?? new Metadata(),
        body: answer ?? Buffer.alloc(0),
      }),
    );
  });
}

/** Looked at often, since memory is held for some milliseconds only, and for long, since the machine may be busy. */
const memoryUsed = () =>
  expect.poll(() => test.context.ingest.memory.usedBytes, { timeout: 10_000, interval: 2 });

const exported = (...spans: SpanInput[]) => exportRequest(spans).payload;
const traceOf = (span: SpanInput) =>
  test.app.inject({ url: `/api/v1/traces/${span.traceId}`, headers: test.keyHeaders });

describe("an export over gRPC", () => {
  it.each([
    ["x-api-key", { "x-api-key": TEST_KEY }],
    ["authorization: Bearer", { authorization: `Bearer ${TEST_KEY}` }],
  ])("with its key as %s is stored before the empty answer", async (_name, headers) => {
    const span = testSpan({ name: "over gRPC" });
    const answer = await call(exported(span), headers);
    expect(answer).toMatchObject({ code: status.OK, body: Buffer.alloc(0) });
    expect((await traceOf(span)).json().trace.name).toBe("over gRPC");
  });

  it("keeps the good spans of a batch, and tells count and reason", async () => {
    const good = testSpan();
    const { code, body } = await call(exported({ ...testSpan(), spanId: "00" }, good));
    expect(code).toBe(status.OK);
    const type = otlpType("ExportTraceServiceResponse");
    expect(type.toObject(type.decode(body), { longs: Number })).toEqual({
      partialSuccess: { rejectedSpans: 1, errorMessage: expect.stringContaining("span id is not 8 bytes") },
    });
    expect((await traceOf(good)).statusCode).toBe(200);
  });

  it("without spans is taken", async () => {
    expect((await call(Buffer.alloc(0))).code).toBe(status.OK);
  });

  it("goes to the project of its key", async () => {
    const tenant = await createTenant(test.context, { scope: "ingest" });
    const span = testSpan();
    expect((await call(exported(span), tenant.keyHeaders)).code).toBe(status.OK);
    expect((await traceOf(span)).statusCode).toBe(404);
  });

  it("is counted", async () => {
    const text = (await test.app.inject("/metrics")).body;
    expect(text).toMatch(/flightdeck_ingest_requests_total\{signal="traces",outcome="accepted"\} \d+/);
  });
});

describe("a call that ends early", () => {
  /** A client stream whose message never comes whole: 5 bytes of its head and no more. */
  async function halfSent(port = server.port): Promise<ClientHttp2Session> {
    const session = connect(`http://127.0.0.1:${port}`);
    const stream = session.request({
      ":method": "POST",
      ":path": TRACES,
      "content-type": "application/grpc",
      te: "trailers",
      "x-api-key": TEST_KEY,
    });
    stream.on("error", () => {});
    stream.write(Buffer.from([0, 0, 0, 0, 100]));
    await memoryUsed().toBeGreaterThanOrEqual(MIB);
    return session;
  }

  it("holds memory until its sender hangs up, and not longer", async () => {
    const session = await halfSent();
    session.destroy();
    await memoryUsed().toBe(0);
  });

  it("is ended when its message takes too long", async () => {
    const { ingest, metrics, logger, apiKeyVerifier } = test.context;
    const own = await startOtlpGrpcServer(
      {
        ingest,
        metrics,
        logger,
        authenticate: createKeyAuthenticate(apiKeyVerifier),
        messageWithinMs: 1500,
      },
      { host: "127.0.0.1", port: 0 },
    );
    const session = await halfSent(own.port);
    await memoryUsed().toBe(0);
    expect(session.closed).toBe(false);
    session.destroy();
    await own.close();
  });

  it("counts together with others, so that many that are slow are refused", async () => {
    const sessions = await Promise.all(Array.from({ length: 8 }, () => halfSent()));
    try {
      await memoryUsed().toBe(8 * MIB);
      expect((await call(exported(testSpan()))).code).toBe(status.RESOURCE_EXHAUSTED);
    } finally {
      for (const session of sessions) session.destroy();
    }
    await memoryUsed().toBe(0);
    expect((await call(exported(testSpan()))).code).toBe(status.OK);
  });
});

describe("a server that closes", () => {
  it("answers the calls under way first, and takes no new ones", async () => {
    const own = await startGrpc(test.context, { host: "127.0.0.1", port: 0 });
    const ownClient = new Client(`127.0.0.1:${own.port}`, credentials.createInsecure());
    const spans = Array.from({ length: 5 }, () => testSpan());
    const answers = spans.map((span) => call(exported(span), undefined, TRACES, ownClient));
    await memoryUsed().toBeGreaterThan(0);
    await own.close();
    expect((await Promise.all(answers)).map(({ code }) => code)).toEqual(spans.map(() => status.OK));
    expect((await call(exported(testSpan()), undefined, TRACES, ownClient)).code).toBe(status.UNAVAILABLE);
    ownClient.close();
  });
});

describe("a refusal over gRPC", () => {
  it.each([
    ["without a key", () => call(Buffer.alloc(0), {}), status.UNAUTHENTICATED, "x-api-key"],
    [
      "of an unknown key",
      () => call(Buffer.alloc(0), { "x-api-key": "fd_wrong" }),
      status.UNAUTHENTICATED,
      "unknown",
    ],
    ["of broken bytes", () => call(Buffer.from([0x0a, 0xff])), status.INVALID_ARGUMENT, "protobuf"],
    [
      "of a message that is too large",
      () => call(Buffer.alloc(MIB + 1)),
      status.RESOURCE_EXHAUSTED,
      "larger",
    ],
    [
      "of a service there is not",
      () =>
        call(Buffer.alloc(0), undefined, "/opentelemetry.proto.collector.profiles.v1.ProfilesService/Export"),
      status.UNIMPLEMENTED,
      "",
    ],
  ])("%s is not to be retried", async (_name, send, code, words) => {
    const answer = await send();
    expect(answer.code).toBe(code);
    expect(answer.message).toContain(words);
    expect(answer.metadata.get("grpc-status-details-bin")).toEqual([]);
  });

  it("tells a client to come back when too much is waiting", async () => {
    const waiting = test.context.ingest.memory.open();
    waiting.growTo(8 * MIB);
    const answer = await call(exported(testSpan()));
    waiting.release();
    expect(answer.code).toBe(status.RESOURCE_EXHAUSTED);
    const type = otlpType("RpcStatus");
    const details = answer.metadata.get("grpc-status-details-bin")[0] as Buffer;
    expect(type.toObject(type.decode(details), { longs: Number })).toEqual({
      code: status.RESOURCE_EXHAUSTED,
      message: answer.message,
      details: [
        { typeUrl: "type.googleapis.com/google.rpc.RetryInfo", value: Buffer.from([0x0a, 2, 0x08, 1]) },
      ],
    });
    expect((await call(exported(testSpan()))).code).toBe(status.OK);
  });

  it("leaves no memory held", async () => {
    await memoryUsed().toBe(0);
  });
});
