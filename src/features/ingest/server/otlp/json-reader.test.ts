import { describe, expect, it } from "vitest";
import { ValueKind } from "#features/telemetry/server/index.ts";
import { MAX_ATTRIBUTES, MAX_JSON_REJECTED, TOO_DEEP } from "./limits.ts";
import { rejectionMessage } from "./read-outcome.ts";
import { Reason } from "./rejection-reasons.ts";
import { readSpans } from "./testing/span-snapshot.ts";
import { readJsonTraces } from "./trace-reader.ts";

const NOW = Date.UTC(2026, 10, 21);
const START = "1795219195123456789";
const GOOD = {
  traceId: "5B8EFFF798038103D269B633813FC60C",
  spanId: "eee19b7ec3c1b174",
  name: "chat gpt-4o",
  kind: 3,
  startTimeUnixNano: START,
  endTimeUnixNano: "1795219196000000000",
};
const good = JSON.stringify(GOOD);

const bodyOf = (...spans: string[]) => `{"resourceSpans":[{"scopeSpans":[{"spans":[${spans.join(",")}]}]}]}`;
const read = (body: string) => readSpans("json", Buffer.from(body), NOW);
const readOne = (change: Record<string, unknown>) =>
  read(bodyOf(JSON.stringify({ ...GOOD, ...change }))).spans[0]!;
const readValue = (value: unknown) => readOne({ attributes: [{ key: "k", value }] }).attributes[0]!;

describe("a span in JSON", () => {
  it("reads hexadecimal ids of any case", () => {
    expect(readOne({})).toMatchObject({ traceId: GOOD.traceId.toLowerCase(), spanId: GOOD.spanId });
  });

  it("reads base64 ids of the right length", () => {
    const traceId = Buffer.from(GOOD.traceId, "hex").toString("base64");
    const spanId = Buffer.from(GOOD.spanId, "hex").toString("base64");
    expect(readOne({ traceId, spanId, parentSpanId: spanId })).toMatchObject({
      traceId: GOOD.traceId.toLowerCase(),
      spanId: GOOD.spanId,
      parentSpanId: GOOD.spanId,
    });
  });

  it.each<[string, unknown]>([
    ["a string", START],
    ["a number beyond 2^53", "NUMBER"],
    ["low and high words", "WORDS"],
  ])("reads a time sent as %s", (_case, time) => {
    const low = Number(BigInt(START) & 0xffffffffn) | 0;
    const high = Number(BigInt(START) >> 32n);
    const sent = time === "WORDS" ? { low, high, unsigned: true } : time;
    const text = JSON.stringify({ ...GOOD, startTimeUnixNano: sent }).replace('"NUMBER"', START);
    expect(read(bodyOf(text)).spans[0]!.startNs).toBe(BigInt(START));
  });

  it("reads enums by name, with and without prefix, and by number", () => {
    for (const kind of ["SPAN_KIND_CLIENT", "client", 3, "3"]) expect(readOne({ kind }).kind).toBe(3);
    for (const code of ["STATUS_CODE_ERROR", "ERROR", 2])
      expect(readOne({ status: { code, message: "m" } }).status).toEqual([2, "m"]);
    expect(readOne({ kind: "SPAN_KIND_NEW" }).kind).toBe(0);
  });

  it("reads snake_case names", () => {
    const span = {
      trace_id: GOOD.traceId,
      span_id: GOOD.spanId,
      parent_span_id: GOOD.spanId,
      name: "n",
      start_time_unix_nano: START,
      end_time_unix_nano: START,
      trace_state: "a=b",
      dropped_links_count: 2,
      events: [{ time_unix_nano: START, name: "e" }],
      attributes: [{ key: "k", value: { int_value: 5 } }],
    };
    const resource = { attributes: [{ key: "service.name", value: { string_value: "shop" } }] };
    const body = { resource_spans: [{ resource, scope_spans: [{ schema_url: "u", spans: [span] }] }] };
    expect(read(JSON.stringify(body)).spans[0]).toMatchObject({
      parentSpanId: GOOD.spanId,
      startNs: BigInt(START),
      traceState: "a=b",
      events: [{ name: "e", timeNs: BigInt(START) }],
      attributes: [
        ["k", ValueKind.int, "5"],
        ["otel.dropped_links_count", ValueKind.int, "2"],
      ],
      origin: { serviceName: "shop", schemaUrl: "u" },
    });
  });

  it("reads attributes sent as a plain object", () => {
    const attributes = {
      a: "x",
      b: 1,
      c: 1.5,
      d: true,
      e: [1, "y"],
      f: { g: null },
      h: { stringValue: "z" },
    };
    expect(readOne({ attributes }).attributes).toEqual([
      ["a", ValueKind.string, "x"],
      ["b", ValueKind.int, "1"],
      ["c", ValueKind.double, "1.5"],
      ["d", ValueKind.bool, "true"],
      ["e", ValueKind.array, '[1,"y"]'],
      ["f", ValueKind.map, '{"g":null}'],
      ["h", ValueKind.string, "z"],
    ]);
  });

  it.each<[string, unknown, number, string]>([
    ["an int as string", { intValue: "-9223372036854775808" }, ValueKind.int, "-9223372036854775808"],
    ["an int as number", { intValue: 7 }, ValueKind.int, "7"],
    ["an int as words", { intValue: { low: -1, high: -1, unsigned: false } }, ValueKind.int, "-1"],
    ["NaN", { doubleValue: "NaN" }, ValueKind.double, "NaN"],
    ["bytes", { bytesValue: "AP8=" }, ValueKind.bytes, "AP8="],
    ["an empty list", { arrayValue: {} }, ValueKind.array, "[]"],
    ["a list without wrapper", { arrayValue: [{ intValue: 1 }] }, ValueKind.array, "[1]"],
    ["nothing", {}, ValueKind.empty, ""],
    ["no value at all", null, ValueKind.empty, ""],
    ["a lone surrogate", { stringValue: "\ud800" }, ValueKind.string, "\ufffd"],
    ["a member that is null", { stringValue: null }, ValueKind.empty, ""],
    ["a value of an unknown kind", { newValue: 1 }, ValueKind.map, '{"newValue":1}'],
  ])("reads %s", (_case, value, kind, text) => {
    expect(readValue(value)).toEqual(["k", kind, text]);
  });

  it("keeps an exact int beyond 2^53 that was sent as a number", () => {
    const span = good.replace("{", '{"attributes":[{"key":"k","value":{"intValue":9007199254740993}}],');
    expect(read(bodyOf(span)).spans[0]!.attributes).toEqual([["k", ValueKind.int, "9007199254740993"]]);
  });

  it("treats __proto__ and constructor as keys", () => {
    const span = good.replace(
      "{",
      '{"attributes":[{"key":"__proto__","value":{"stringValue":"a"}}],"__proto__":{"x":1},"events":[{"name":"e","attributes":{"__proto__":"b","constructor":"c"}}],',
    );
    const view = read(bodyOf(span)).spans[0]!;
    expect(view.attributes).toEqual([["__proto__", ValueKind.string, "a"]]);
    expect(view.events[0]!.attributes).toEqual([
      ["__proto__", "b"],
      ["constructor", "c"],
    ]);
  });

  it("accepts a byte order mark and null fields", () => {
    const span = good.replace("{", '{"attributes":null,"events":null,"status":null,"parentSpanId":null,');
    expect(read(`\ufeff${bodyOf(span)}`).outcome).toMatchObject({ accepted: 1, rejected: 0 });
  });
});

describe("a broken span in JSON", () => {
  it.each<[string, string, string]>([
    ["a short trace id", good.replace("5B8E", "5B8"), Reason.traceIdLength],
    ["a trace id that is not hexadecimal", good.replace("5B8E", "5B8X"), Reason.traceIdLength],
    ["a trace id of zeros", good.replace(GOOD.traceId, "0".repeat(32)), Reason.traceIdZero],
    ["no span id", good.replace("spanId", "other"), Reason.spanIdZero],
    ["a syntax error", good.replace(",", ",,"), Reason.jsonSyntax],
    ["a number in its place", "17", Reason.jsonShape],
    ["null in its place", "null", Reason.jsonShape],
    ["a list for a name", good.replace('"chat gpt-4o"', "[1]"), Reason.jsonShape],
    ["a time that is text", good.replace(START, "yesterday"), Reason.timeFormat],
    ["a negative time", good.replace(START, "-5"), Reason.timeFormat],
    ["no times", good.replace(/TimeUnixNano/g, "Time"), Reason.noTime],
    ["attributes that are a number", good.replace("{", '{"attributes":1,'), Reason.jsonShape],
  ])("is refused for %s, and its neighbours are kept", (_case, span, reason) => {
    const { spans, outcome } = read(bodyOf(good, span, good));
    expect(spans).toHaveLength(2);
    expect([...outcome.reasons]).toEqual([[reason, 1]]);
  });

  it("costs only the spans of its resource when the resource is broken", () => {
    const scopeSpans = `"scopeSpans":[{"spans":[${good}]}]`;
    const { outcome } = read(`{"resourceSpans":[{"resource":7,${scopeSpans}},{${scopeSpans}}]}`);
    expect(outcome).toMatchObject({ accepted: 1, rejected: 1 });
    expect([...outcome.reasons.keys()]).toEqual([Reason.jsonResource]);
  });

  it.each<[string, string, RegExp]>([
    ["nothing", "", /it is empty/],
    ["text", "hello", /damaged/],
    ["a list", "[]", /damaged/],
    ["null", "null", /damaged/],
    ["a body cut off", bodyOf(good, good).slice(0, -10), /cut off/],
    ["text after the end", `${bodyOf()}x`, /damaged/],
    ["protobuf", "\n\u0012\u0001", /looks like protobuf/],
  ])("answers 400 to %s", (_case, body, sentence) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: "malformed_otlp", status: 400 }));
    expect(() => read(body)).toThrow(sentence);
  });

  it("counts logs and metrics and names their path", () => {
    const logs = read('{"resourceLogs":[{"scopeLogs":[{"logRecords":[{},{}]}]}]}').outcome;
    expect(rejectionMessage(logs)).toBe(`Rejected 2 of 2 spans: 2 × ${Reason.logRecord}.`);
    const metrics = read('{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{}]}]}]}').outcome;
    expect(rejectionMessage(metrics)).toBe(`Rejected 1 of 1 span: 1 × ${Reason.metric}.`);
  });
});

describe("hostile JSON", () => {
  const within = (limitMs: number, run: () => void) => {
    const started = performance.now();
    run();
    expect(performance.now() - started).toBeLessThan(limitMs);
  };

  it("survives a million levels of lists in an attribute, and keeps the neighbour", () => {
    const deep = `{"key":"k","value":${'{"arrayValue":{"values":['.repeat(1e6)}${"]}}".repeat(1e6)}}`;
    const ok = '{"key":"ok","value":{"intValue":1}}';
    within(2_000, () => {
      const { spans } = read(bodyOf(good.replace("{", `{"attributes":[${deep},${ok}],`), good));
      expect(spans).toHaveLength(2);
      expect(spans[0]!.attributes.map(([key]) => key)).toEqual(["ok", "flightdeck.dropped_attributes"]);
    });
  });

  it("cuts what is nested deeper than 64 levels", () => {
    const deep = `{"key":"k","value":${'{"arrayValue":{"values":['.repeat(300)}${"]}}".repeat(300)}}`;
    const { spans } = read(bodyOf(good.replace("{", `{"attributes":[${deep}],`)));
    expect(spans[0]!.attributes[0]![2]).toBe(`${"[".repeat(64)}"${TOO_DEEP}"${"]".repeat(64)}`);
  });

  it("answers 400 to sixteen million opening brackets", () => {
    within(2_000, () =>
      expect(() => readJsonTraces(Buffer.alloc(16e6, "["), NOW, () => {})).toThrow(/damaged/),
    );
    within(2_000, () =>
      expect(() => readJsonTraces(Buffer.alloc(16e6, '{"a":'), NOW, () => {})).toThrow(/damaged/),
    );
  });

  it("keeps the first 10,000 of a million attributes", () => {
    const wide = Array.from({ length: 1e6 }, (_, i) => `{"key":"k${i}","value":{"stringValue":"x"}}`).join(
      ",",
    );
    const body = Buffer.from(bodyOf(good.replace("{", `{"attributes":[${wide}],`), good));
    within(2_000, () => {
      const { spans } = readSpans("json", body, NOW);
      expect(spans).toHaveLength(2);
      expect(spans[0]!.attributes).toHaveLength(MAX_ATTRIBUTES + 1);
      expect(spans[0]!.attributes.at(-1)![2]).toBe("990000");
    });
  });

  it("stops parsing after twenty thousand refusals, and counts on", () => {
    const broken = new Array<string>(2e6).fill("{1}").join(",");
    const body = Buffer.from(bodyOf(broken));
    within(2_000, () => {
      const outcome = readJsonTraces(body, NOW, () => {});
      expect(outcome.rejected).toBe(2e6);
      expect(outcome.reasons.get(Reason.jsonSyntax)).toBe(MAX_JSON_REJECTED);
    });
  });
});
