import { describe, expect, it } from "vitest";
import { ValueKind } from "#features/telemetry/server/index.ts";
import { MAX_ATTRIBUTES, MAX_VALUE_BYTES, TOO_DEEP } from "./limits.ts";
import { rejectionMessage } from "./read-outcome.ts";
import { Reason } from "./rejection-reasons.ts";
import { encodeMessage } from "./testing/otlp-proto.ts";
import { readSpans } from "./testing/span-snapshot.ts";
import { readProtobufTraces } from "./trace-reader.ts";

const NOW = Date.UTC(2026, 10, 21);
const START = BigInt(NOW) * 1_000_000n - 5_000_000_000n;
const GOOD = {
  traceId: Buffer.alloc(16, 0xab),
  spanId: Buffer.alloc(8, 0xcd),
  name: "chat gpt-4o",
  kind: 3,
  startTimeUnixNano: String(START),
  endTimeUnixNano: String(START + 1_000n),
};

/** A length-delimited field with the given content. */
function field(number: number, ...content: Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content);
  const prefix: number[] = [(number << 3) | 2];
  let length = bytes.length;
  for (; length >= 0x80; length >>>= 7) prefix.push((length & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([...prefix, length]), bytes]);
}

const spanBytes = (change: Record<string, unknown> = {}) => encodeMessage("Span", { ...GOOD, ...change });
/** A request whose only scope holds these spans. */
const requestOf = (...spans: Buffer[]) => field(1, field(2, ...spans.map((span) => field(2, span))));
const read = (body: Buffer) => readSpans("protobuf", body, NOW);
const readOne = (change: Record<string, unknown>) => read(requestOf(spanBytes(change))).spans[0]!;
const readValue = (value: Record<string, unknown>) =>
  readOne({ attributes: [{ key: "k", value }] }).attributes[0]!;

describe("the rules of a span", () => {
  const refused: [string, Record<string, unknown>, string][] = [
    ["a trace id of 15 bytes", { traceId: Buffer.alloc(15, 1) }, Reason.traceIdLength],
    ["a trace id of zeros", { traceId: Buffer.alloc(16) }, Reason.traceIdZero],
    ["no trace id", { traceId: Buffer.alloc(0) }, Reason.traceIdZero],
    ["a span id of 9 bytes", { spanId: Buffer.alloc(9, 1) }, Reason.spanIdLength],
    ["a span id of zeros", { spanId: Buffer.alloc(8) }, Reason.spanIdZero],
    ["a parent id of 16 bytes", { parentSpanId: Buffer.alloc(16, 1) }, Reason.parentIdLength],
    ["no times", { startTimeUnixNano: 0, endTimeUnixNano: 0 }, Reason.noTime],
    ["milliseconds for nanoseconds", { startTimeUnixNano: String(NOW) }, Reason.tooEarly],
    ["a start in two days", { startTimeUnixNano: `${NOW + 2 * 86_400_000}000000` }, Reason.tooLate],
    ["an end in two days", { endTimeUnixNano: `${NOW + 2 * 86_400_000}000000` }, Reason.tooLate],
    ["the largest time", { startTimeUnixNano: "18446744073709551615" }, Reason.tooLate],
  ];
  it.each(refused)("refuses %s and keeps its neighbours", (_case, change, reason) => {
    const { spans, outcome } = read(requestOf(spanBytes(), spanBytes(change), spanBytes()));
    expect(spans).toHaveLength(2);
    expect(outcome).toMatchObject({ accepted: 2, rejected: 1 });
    expect([...outcome.reasons]).toEqual([[reason, 1]]);
    expect(rejectionMessage(outcome)).toBe(`Rejected 1 of 3 spans: 1 × ${reason}.`);
  });

  it("takes an empty or zero parent id as none", () => {
    expect(readOne({ parentSpanId: Buffer.alloc(8) }).parentSpanId).toBe("");
    expect(readOne({}).parentSpanId).toBe("");
    expect(readOne({ parentSpanId: Buffer.alloc(8, 7) }).parentSpanId).toBe("0707070707070707");
  });

  it("takes the end for a missing start, and the start for a missing or earlier end", () => {
    expect(readOne({ startTimeUnixNano: 0 }).startNs).toBe(START + 1_000n);
    expect(readOne({ endTimeUnixNano: 0 }).endNs).toBe(START);
    expect(readOne({ endTimeUnixNano: String(START - 1n) }).endNs).toBe(START);
  });

  it("names a nameless span and cuts a very long name between characters", () => {
    expect(readOne({ name: "" }).name).toBe("(unnamed)");
    const name = readOne({ name: "ä".repeat(5_000) }).name;
    expect(name).toBe(`${"ä".repeat(512)}…`);
  });

  it("turns kinds and status codes that OTLP does not have into unspecified", () => {
    expect(readOne({ kind: 77, status: { code: 9, message: "m" } })).toMatchObject({
      kind: 0,
      status: [0, "m"],
    });
    expect(readOne({ kind: -1 }).kind).toBe(0);
  });
});

describe("attribute values", () => {
  it.each<[string, Record<string, unknown>, number, string]>([
    ["a string", { stringValue: "häuser" }, ValueKind.string, "häuser"],
    ["a string with NUL bytes", { stringValue: "a\0b" }, ValueKind.string, "a\0b"],
    ["a negative int", { intValue: "-5" }, ValueKind.int, "-5"],
    ["the smallest int", { intValue: "-9223372036854775808" }, ValueKind.int, "-9223372036854775808"],
    ["the largest int", { intValue: "9223372036854775807" }, ValueKind.int, "9223372036854775807"],
    ["true", { boolValue: true }, ValueKind.bool, "true"],
    ["a double", { doubleValue: 0.25 }, ValueKind.double, "0.25"],
    ["NaN", { doubleValue: Number.NaN }, ValueKind.double, "NaN"],
    ["bytes", { bytesValue: Buffer.from([0, 255]) }, ValueKind.bytes, "AP8="],
    ["nothing", {}, ValueKind.empty, ""],
    [
      "a list",
      { arrayValue: { values: [{ stringValue: 'a"b' }, { intValue: 1 }, {}] } },
      ValueKind.array,
      '["a\\"b",1,null]',
    ],
    [
      "a map",
      { kvlistValue: { values: [{ key: "__proto__", value: { boolValue: false } }] } },
      ValueKind.map,
      '{"__proto__":false}',
    ],
  ])("keeps %s", (_case, value, kind, text) => {
    expect(readValue(value)).toEqual(["k", kind, text]);
  });

  it("replaces invalid UTF-8, and leaves the neighbours' bytes alone", () => {
    const key = Buffer.from([0x0a, 1, 0x6b]);
    const value = field(2, field(1, Buffer.from([0x61, 0xff, 0xc3])));
    const { spans } = read(requestOf(Buffer.concat([spanBytes(), field(9, key, value)]), spanBytes()));
    expect(spans[0]!.attributes).toEqual([["k", ValueKind.string, "a\ufffd\ufffd"]]);
    expect(spans).toHaveLength(2);
  });

  it("lets the later of two equal keys win", () => {
    const attributes = [1, 2].map((intValue) => ({ key: "k", value: { intValue } }));
    expect(readOne({ attributes }).attributes).toEqual([["k", ValueKind.int, "2"]]);
  });

  it("cuts a value of more than 8 MiB and says so", () => {
    const span = readOne({
      attributes: [{ key: "k", value: { stringValue: `${"x".repeat(MAX_VALUE_BYTES - 1)}ä!` } }],
    });
    expect(span.attributes[0]![2]).toBe("x".repeat(MAX_VALUE_BYTES - 1));
    expect(span.attributes[1]).toEqual(["flightdeck.cut_values", ValueKind.int, "1"]);
  });

  it("keeps the counts of what the sender dropped", () => {
    expect(readOne({ droppedAttributesCount: 3, droppedEventsCount: 1 }).attributes).toEqual([
      ["otel.dropped_attributes_count", ValueKind.int, "3"],
      ["otel.dropped_events_count", ValueKind.int, "1"],
    ]);
  });
});

describe("hostile sizes", () => {
  it("cuts a value nested a thousand levels deep", () => {
    let value = field(1, Buffer.from("x"));
    for (let level = 0; level < 1_000; level++) value = field(5, field(1, value));
    const key = Buffer.from([0x0a, 1, 0x6b]);
    const { spans } = read(requestOf(Buffer.concat([spanBytes(), field(9, key, field(2, value))])));
    const text = spans[0]!.attributes[0]![2];
    expect(text).toBe(`${"[".repeat(64)}"${TOO_DEEP}"${"]".repeat(64)}`);
    expect(spans[0]!.attributes[1]![0]).toBe("flightdeck.cut_values");
  });

  it("keeps the first 10,000 of a million attributes and counts the rest", () => {
    const parts = [spanBytes()];
    for (let i = 0; i < 1_000_000; i++)
      parts.push(Buffer.from(`J\x0d\x0a\x07k${String(i).padStart(6, "0")}\x12\x02\x10\x01`));
    const started = performance.now();
    const { spans } = read(requestOf(Buffer.concat(parts), spanBytes()));
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(spans).toHaveLength(2);
    expect(spans[0]!.attributes).toHaveLength(MAX_ATTRIBUTES + 1);
    expect(spans[0]!.attributes.at(-1)).toEqual(["flightdeck.dropped_attributes", ValueKind.int, "990000"]);
  });

  it("counts millions of empty spans without stalling", () => {
    const body = field(
      1,
      field(
        2,
        Buffer.alloc(4_000_000).map((_byte, i) => (i % 2 === 0 ? 0x12 : 0)),
      ),
    );
    const started = performance.now();
    const outcome = readProtobufTraces(body, NOW, () => {});
    expect(outcome).toMatchObject({ accepted: 0, rejected: 2_000_000 });
    expect(performance.now() - started).toBeLessThan(4_000);
  });

  it("drops attributes with an empty or a huge key", () => {
    const attributes = ["", "k".repeat(2_000), "ok"].map((key) => ({ key, value: { intValue: 1 } }));
    expect(readOne({ attributes }).attributes).toEqual([
      ["ok", ValueKind.int, "1"],
      ["flightdeck.dropped_attributes", ValueKind.int, "2"],
    ]);
  });
});

describe("broken bytes", () => {
  const eleven = Buffer.from([0x30, ...new Array<number>(10).fill(0xff), 1]);
  it.each<[string, Buffer, string]>([
    ["a name sent as a varint", Buffer.concat([spanBytes(), Buffer.from([0x28, 1])]), Reason.wireType],
    ["a varint of 11 bytes", Buffer.concat([spanBytes(), eleven]), Reason.longVarint],
    ["a field cut off", Buffer.concat([spanBytes(), Buffer.from([0x2a, 50, 1])]), Reason.truncated],
    [
      "a length of 2^63",
      Buffer.concat([spanBytes(), Buffer.from("2affffffffffffffff7f", "hex")]),
      Reason.truncated,
    ],
    ["a group", Buffer.concat([spanBytes(), Buffer.from([0xa3, 6, 0xa4, 6])]), Reason.group],
    ["field number 0", Buffer.concat([spanBytes(), Buffer.from([2, 0])]), Reason.fieldZero],
    [
      "an attribute with a broken value",
      Buffer.concat([spanBytes(), field(9, field(1, Buffer.from("k")), field(2, Buffer.from([8, 1])))]),
      Reason.wireType,
    ],
    ["an event cut off", Buffer.concat([spanBytes(), field(11, Buffer.from([9, 1]))]), Reason.truncated],
  ])("refuses a span with %s and keeps its neighbours", (_case, bytes, reason) => {
    const { spans, outcome } = read(requestOf(spanBytes(), bytes, spanBytes()));
    expect(spans).toHaveLength(2);
    expect([...outcome.reasons]).toEqual([[reason, 1]]);
  });

  it("passes over fields it does not know", () => {
    const unknown = Buffer.concat([
      field(99, Buffer.from("x")),
      Buffer.from([0xa0, 6, 1, 0xa5, 6, 1, 2, 3, 4]),
    ]);
    expect(
      read(Buffer.concat([requestOf(Buffer.concat([unknown, spanBytes()])), unknown])).outcome,
    ).toMatchObject({
      accepted: 1,
      rejected: 0,
    });
  });

  it("refuses the spans of an unreadable resource, and only those", () => {
    const scope = field(2, field(2, spanBytes()));
    const body = Buffer.concat([field(1, field(1, Buffer.from([0x0a, 9])), scope), field(1, scope)]);
    const { spans, outcome } = read(body);
    expect(spans).toHaveLength(1);
    expect([...outcome.reasons]).toEqual([[Reason.resource, 1]]);
  });

  it("finds the resource and the scope wherever they stand in their messages", () => {
    const resource = encodeMessage("Resource", {
      attributes: [{ key: "service.name", value: { stringValue: "shop" } }],
    });
    const scopeSpans = field(2, field(2, spanBytes()), field(1, field(1, Buffer.from("lib"))));
    const { spans } = read(field(1, scopeSpans, field(1, resource)));
    expect(spans[0]!.origin).toMatchObject({ serviceName: "shop", scopeName: "lib" });
  });

  it("keeps the whole spans before a cut and says that the rest is missing", () => {
    const body = requestOf(spanBytes(), spanBytes());
    const { spans, outcome } = read(body.subarray(0, body.length - 3));
    expect(spans).toHaveLength(1);
    expect([...outcome.reasons]).toEqual([[Reason.cutOff, 1]]);
  });

  it.each<[string, Buffer, RegExp]>([
    ["text", Buffer.from("hello world"), /cut off or its bytes are damaged/],
    ["JSON", Buffer.from(' {"resourceSpans":[]}'), /looks like JSON/],
    ["gzip", Buffer.from([0x1f, 0x8b, 8, 0]), /it is gzip/],
    ["a span cut off", requestOf(spanBytes()).subarray(0, 20), /cut off/],
  ])("answers 400 to %s", (_case, body, sentence) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: "malformed_otlp", status: 400 }));
    expect(() => read(body)).toThrow(sentence);
  });

  it("takes an empty body as the empty message it is", () => {
    expect(read(Buffer.alloc(0)).outcome).toMatchObject({ accepted: 0, rejected: 0 });
  });
});

describe("other signals on the traces path", () => {
  const time = String(START);
  it.each<[string, Record<string, unknown>]>([
    ["a full log record", { timeUnixNano: time, severityNumber: 9, body: { stringValue: "hi" } }],
    ["a log record of a span", { timeUnixNano: time, traceId: GOOD.traceId, spanId: GOOD.spanId }],
    ["a log record without time", { observedTimeUnixNano: time, body: { stringValue: "hi" } }],
  ])("names the right path for %s", (_case, record) => {
    const body = encodeMessage("ExportLogsServiceRequest", {
      resourceLogs: [{ resource: {}, scopeLogs: [{ logRecords: [record] }] }],
    });
    expect(rejectionMessage(read(body).outcome)).toMatch(/send logs to \/v1\/logs/);
  });

  it.each(["gauge", "sum", "histogram", "exponentialHistogram", "summary"])(
    "names the right path for a %s",
    (data) => {
      const metric = {
        name: "gen_ai.client.token.usage",
        description: "tokens",
        [data]: { dataPoints: [{ timeUnixNano: time }] },
      };
      const alike = { ...metric, name: "x".repeat(16), description: "y".repeat(8) };
      const body = encodeMessage("ExportMetricsServiceRequest", {
        resourceMetrics: [{ scopeMetrics: [{ metrics: [metric, alike] }] }],
      });
      const { outcome } = read(body);
      expect([...outcome.reasons]).toEqual([[Reason.metric, 2]]);
      expect(rejectionMessage(outcome)).toMatch(/send metrics to \/v1\/metrics/);
    },
  );
});
