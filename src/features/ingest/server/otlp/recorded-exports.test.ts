import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { rejectionMessage } from "./read-outcome.ts";
import { genAiTraces } from "./testing/gen-ai-batch.ts";
import { encodeTraces } from "./testing/otlp-encoder.ts";
import { encodeTracesJson } from "./testing/otlp-json-encoder.ts";
import { exportReadableSpans } from "./testing/readable-spans.ts";
import { readSpans } from "./testing/span-snapshot.ts";

const NOW = Date.UTC(2026, 10, 21);
const DATA =
  process.env.FLIGHTDECK_TEST_DATA ?? resolve(import.meta.dirname, "../../../../../../shared/data");
const found = existsSync(join(DATA, "otlp"));

describe.skipIf(!found)(`exports of real agents${found ? "" : " (skipped: data not found)"}`, () => {
  const files = found ? readdirSync(join(DATA, "otlp")).filter((name) => name.endsWith(".otlp.json")) : [];

  it.each(files)("%s is read whole", (name) => {
    const body = readFileSync(join(DATA, "otlp", name));
    const { spans, outcome } = readSpans("json", body, NOW);
    expect(rejectionMessage(outcome)).toBe("");
    const sent = body.toString().match(/"spanId"/g)?.length;
    expect(spans).toHaveLength(sent ?? 0);
    for (const span of spans) expect(span.origin.serviceName).not.toBe("");
  });

  it("reads the canonical trace example", () => {
    const { spans } = readSpans("json", readFileSync(join(DATA, "otlp-proto-examples/trace.json")), NOW);
    expect(spans).toMatchObject([
      {
        traceId: "5b8efff798038103d269b633813fc60c",
        spanId: "eee19b7ec3c1b174",
        parentSpanId: "eee19b7ec3c1b173",
        name: "I'm a server span",
        kind: 2,
        attributes: [["my.span.attr", 1, "some value"]],
        origin: { serviceName: "my.service", scopeName: "my.library", scopeVersion: "1.0.0" },
      },
    ]);
  });

  it.each([
    ["logs.json", /send logs to \/v1\/logs/],
    ["events.json", /send logs to \/v1\/logs/],
    ["metrics.json", /send metrics to \/v1\/metrics/],
  ])("answers %s with the right path", (name, sentence) => {
    const { outcome } = readSpans("json", readFileSync(join(DATA, "otlp-proto-examples", name)), NOW);
    expect(outcome.accepted).toBe(0);
    expect(rejectionMessage(outcome)).toMatch(sentence);
  });

  it("reads spans captured from the Vercel AI SDK, attributes as a plain object", () => {
    const dump = JSON.parse(readFileSync(join(DATA, "openinference-vercel-v6/all-spans.json"), "utf8"));
    const { spans, outcome } = readSpans("json", exportReadableSpans(dump, "ai"), NOW);
    expect(outcome).toMatchObject({ accepted: dump.length, rejected: 0 });
    const [first] = spans;
    expect(first!.attributes).toContainEqual(["gen_ai.usage.input_tokens", 3, "14"]);
    expect(first!.attributes).toContainEqual(["gen_ai.response.finish_reasons", 5, '["stop"]']);
  });
});

describe("the generated GenAI batch", () => {
  const traces = genAiTraces({ traces: 20, spansPerTrace: 10, seed: 7, nowMs: NOW });

  it("is accepted whole, in both encodings, with the same spans", () => {
    const protobuf = readSpans("protobuf", encodeTraces(traces), NOW);
    expect(protobuf.outcome).toMatchObject({ accepted: 200, rejected: 0 });
    expect(readSpans("json", encodeTracesJson(traces), NOW)).toEqual(protobuf);
  });

  it("has distinct span ids and one root per trace", () => {
    const { spans } = readSpans("protobuf", encodeTraces(traces), NOW);
    expect(new Set(spans.map((span) => span.spanId)).size).toBe(200);
    expect(spans.filter((span) => span.parentSpanId === "")).toHaveLength(20);
  });
});
