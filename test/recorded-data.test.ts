import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeTracesJson } from "#features/ingest/server/otlp/testing/otlp-json-encoder.ts";
import { filesIn, readJson, testDataFolder } from "#features/telemetry/server/dialects/testing/test-data.ts";
import type { Span, TraceDetail } from "#features/traces/trace-contract.ts";
import { createTestApp, type TestApp } from "./support/app.ts";

const data = testDataFolder();
const folder = (name: string) => join(data ?? "", name);
const files = (name: string, suffix: string) => (data === undefined ? [] : filesIn(folder(name), suffix));

/** Attributes of the conventions that name the model of a call. */
const MODEL_KEYS = ["gen_ai.request.model", "llm.model_name", "ai.model.id"];
/** An attribute by which any of the conventions says that a span is a call of a model. */
const CALL_KEYS = ["gen_ai.operation.name", "openinference.span.kind", "ai.operationId"];

let test: TestApp;

beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test?.close());

if (data === undefined) it.skip("skipped: data not found", () => {});

describe.skipIf(data === undefined)("recorded traces of agent frameworks, sent over HTTP", () => {
  it.each(files("otlp", ".otlp.json"))("%s: every span is stored and reads sensibly", async (file) => {
    const document = readJson(join(folder("otlp"), file)) as OtlpDocument;
    const sent = spansOf(document);
    expect(await post(document)).toEqual({ status: 200, body: {} });

    const stored = await storedSpans(sent);
    for (const span of sent) expectSensible(span, stored.get(span.spanId));

    const expected = readJson(join(folder("otlp"), file.replace(".otlp.", ".messages."))) as ExpectedMessages;
    for (const [spanId, sides] of Object.entries(expected)) {
      for (const side of ["input", "output"] as const) {
        if (!sides[side]?.success || !sides[side].data?.length) continue;
        expect([spanId, side, stored.get(spanId)?.[`${side}_messages`]?.length]).toEqual([
          spanId,
          side,
          expect.toSatisfy((count) => count > 0, "at least one message"),
        ]);
      }
    }
  });

  it("a resent file changes nothing", async () => {
    const document = readJson(join(folder("otlp"), files("otlp", ".otlp.json")[0]!)) as OtlpDocument;
    await post(document);
    const before = await storedSpans(spansOf(document));
    expect(await post(document)).toEqual({ status: 200, body: {} });
    expect(await storedSpans(spansOf(document))).toEqual(before);
  });
});

describe.skipIf(data === undefined)("recorded spans of the Vercel AI SDK 6", () => {
  it("are stored with model, usage and messages", async () => {
    const spans = readJson(join(folder("openinference-vercel-v6"), "all-spans.json")) as SdkSpan[];
    const document = JSON.parse(String(encodeTracesJson([sdkExport(spans)]))) as OtlpDocument;
    const sent = spansOf(document);
    expect(sent.length).toBe(10);
    expect(await post(document)).toEqual({ status: 200, body: {} });

    const stored = await storedSpans(sent);
    for (const span of sent) {
      const read = stored.get(span.spanId);
      expectSensible(span, read);
      expect(read).toMatchObject({ provider: "openai", agent: expect.stringMatching(/^test-/) });
      const { usage } = read!;
      expect(usage.input_uncached + usage.output > 0).toBe(span.name.includes(".do"));
      expect([span.name, read?.input_messages?.length]).toEqual([
        span.name,
        expect.toSatisfy((count) => count > 0, "at least one message"),
      ]);
    }
  });
});

describe.skipIf(data === undefined)("the canonical OTLP examples", () => {
  it("trace.json is stored as it says", async () => {
    const document = readJson(join(folder("otlp-proto-examples"), "trace.json")) as OtlpDocument;
    expect(await post(document)).toEqual({ status: 200, body: {} });
    const sent = spansOf(document);
    const stored = await storedSpans(sent);
    for (const span of sent) expect(stored.get(span.spanId.toLowerCase())?.name).toBe(span.name);
  });

  it.each([
    ["logs.json", "log record", "/v1/logs"],
    ["events.json", "log record", "/v1/logs"],
    ["metrics.json", "metric", "/v1/metrics"],
  ])("%s on the traces path is refused with the path where it belongs", async (file, what, path) => {
    const answer = await post(readJson(join(folder("otlp-proto-examples"), file)));
    const text = JSON.stringify(answer.body);
    expect(text).toContain(what);
    expect(text).toContain(path);
    expect(answer.body).toMatchObject({
      partialSuccess: { rejectedSpans: expect.not.stringMatching(/^0$/) },
    });
  });
});

interface OtlpSpan {
  traceId: string;
  spanId: string;
  name: string;
  attributes?: { key: string; value: { stringValue?: string } }[];
}
interface OtlpDocument {
  resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[];
}
type ExpectedMessages = Record<
  string,
  Partial<Record<"input" | "output", { success: boolean; data?: unknown[] }>>
>;

/** A finished span as the JavaScript SDK holds it: times are seconds and nanoseconds. */
interface SdkSpan {
  name: string;
  spanContext: { traceId: string; spanId: string };
  attributes: Record<string, string | number | boolean | string[]>;
  status: { code: number };
  startTime: [number, number];
  endTime: [number, number];
}

function sdkExport(spans: readonly SdkSpan[]) {
  const nanoseconds = ([seconds, rest]: [number, number]) => BigInt(seconds) * 1_000_000_000n + BigInt(rest);
  return {
    resource: { "service.name": "vercel-v6" },
    scopeSpans: [
      {
        scope: { name: "ai" },
        spans: spans.map(({ name, spanContext, attributes, status, startTime, endTime }) => ({
          ...spanContext,
          name,
          attributes,
          status,
          startNs: nanoseconds(startTime),
          endNs: nanoseconds(endTime),
        })),
      },
    ],
  };
}

const spansOf = (document: OtlpDocument): OtlpSpan[] =>
  document.resourceSpans.flatMap((group) => group.scopeSpans.flatMap((scoped) => scoped.spans));
const keysOf = (span: OtlpSpan): string[] => (span.attributes ?? []).map(({ key }) => key);

async function post(document: unknown): Promise<{ status: number; body: unknown }> {
  const response = await test.app.inject({
    method: "POST",
    url: "/v1/traces",
    headers: { ...test.keyHeaders, "content-type": "application/json" },
    payload: JSON.stringify(document),
  });
  return { status: response.statusCode, body: response.json() };
}

/** Every stored span of the traces of these, by span id, read through the API. */
async function storedSpans(sent: readonly OtlpSpan[]): Promise<Map<string, Span>> {
  const stored = new Map<string, Span>();
  for (const traceId of new Set(sent.map((span) => span.traceId))) {
    const response = await test.app.inject({
      url: `/api/v1/traces/${traceId}?include=messages`,
      headers: test.keyHeaders,
    });
    expect(response.statusCode).toBe(200);
    for (const span of response.json<TraceDetail>().spans) stored.set(span.span_id, span);
  }
  expect([...stored.keys()].sort()).toEqual(
    [...new Set(sent.map((span) => span.spanId.toLowerCase()))].sort(),
  );
  return stored;
}

/** What was sent is there: its name, an operation where it is a call, the model it names. */
function expectSensible(sent: OtlpSpan, stored: Span | undefined): void {
  expect(stored?.name).toBe(sent.name);
  const keys = keysOf(sent);
  if (keys.some((key) => CALL_KEYS.includes(key))) {
    expect([sent.name, stored?.operation]).toEqual([sent.name, expect.stringMatching(/./)]);
  }
  if (keys.some((key) => MODEL_KEYS.includes(key))) {
    expect([sent.name, stored?.model]).toEqual([sent.name, expect.stringMatching(/./)]);
  }
}
