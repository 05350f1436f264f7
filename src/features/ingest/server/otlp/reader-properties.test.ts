import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ValueKind } from "#features/telemetry/server/index.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { PlainValue } from "./plain-value.ts";
import {
  encodeTraces,
  type ResourceSpansInput,
  type SpanInput,
  type ValueInput,
} from "./testing/otlp-encoder.ts";
import { encodeTracesJson } from "./testing/otlp-json-encoder.ts";
import { encodeMessage, otlpType } from "./testing/otlp-proto.ts";
import { readSpans, type SpanSnapshot } from "./testing/span-snapshot.ts";

/** Runs per property, about 2,000 in all; `FUZZ_RUNS=20000` makes a long night of it, `FUZZ_SEED` another one. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 250);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_121);
const TIMEOUT_MS = 20_000 + RUNS * 100;
const CHECK = { numRuns: RUNS, seed: SEED };
const NOW = Date.UTC(2026, 10, 21);
const NOW_NS = BigInt(NOW) * 1_000_000n;

const id = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .filter((from) => from.some((byte) => byte !== 0))
    .map((from) => Buffer.from(from).toString("hex"));
const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 40 }), fc.string({ maxLength: 150 }));
const key = fc.oneof(
  fc.constantFrom("gen_ai.operation.name", "gen_ai.request.model", "__proto__", "constructor", "schlüssel"),
  fc.string({ minLength: 1, maxLength: 20 }),
);
const scalar: fc.Arbitrary<ValueInput> = fc.oneof(
  text,
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double({ noInteger: true }),
  fc.constant(null),
  fc.uint8Array({ maxLength: 20 }),
);
const { value } = fc.letrec<{ value: ValueInput }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
}));
const attributes = fc.dictionary(key, value, { maxKeys: 6 });
const time = fc.bigInt({ min: NOW_NS - 10n ** 15n, max: NOW_NS });
const span: fc.Arbitrary<SpanInput> = fc
  .record({
    traceId: id(16),
    spanId: id(8),
    parentSpanId: fc.option(id(8), { nil: undefined }),
    traceState: fc.string({ maxLength: 10 }),
    name: fc.string({ minLength: 1, maxLength: 40 }),
    kind: fc.integer({ min: 0, max: 5 }),
    startNs: time,
    endNs: time,
    attributes,
    droppedAttributes: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    events: fc.array(fc.record({ timeNs: time, name: fc.constantFrom("exception", "e"), attributes }), {
      maxLength: 2,
    }),
    links: fc.array(fc.record({ traceId: id(16), spanId: id(8), attributes }), { maxLength: 2 }),
    status: fc.record({ code: fc.integer({ min: 0, max: 2 }), message: text }),
  })
  .map((made) => (made.endNs < made.startNs ? { ...made, endNs: made.startNs } : made));
const request: fc.Arbitrary<ResourceSpansInput[]> = fc.array(
  fc.record({
    resource: attributes,
    schemaUrl: fc.constantFrom("", "https://opentelemetry.io/schemas/1.41.0"),
    scopeSpans: fc.array(
      fc.record({
        scope: fc.record({
          name: fc.string({ maxLength: 20 }),
          version: fc.constantFrom("", "1"),
          attributes,
        }),
        spans: fc.array(span, { maxLength: 3 }),
      }),
      { maxLength: 2 },
    ),
  }),
  { maxLength: 2 },
);

describe("the protobuf reader", { timeout: TIMEOUT_MS }, () => {
  it("reads what protobufjs reads, field by field", () => {
    fc.assert(
      fc.property(request, (groups) => {
        const body = encodeTraces(groups);
        expect(readSpans("protobuf", body, NOW).spans).toEqual(decodeWithOracle(body));
      }),
      CHECK,
    );
  });

  it("reads what protobufjs writes", () => {
    fc.assert(
      fc.property(request, (groups) => {
        const type = otlpType("ExportTraceServiceRequest");
        const rewritten = encodeMessage(
          "ExportTraceServiceRequest",
          type.decode(encodeTraces(groups)).toJSON(),
        );
        expect(readSpans("protobuf", rewritten, NOW)).toEqual(
          readSpans("protobuf", encodeTraces(groups), NOW),
        );
      }),
      { ...CHECK, numRuns: Math.ceil(RUNS / 4) },
    );
  });

  it("never does worse than refuse, whatever bytes are changed", () => {
    const edit = fc.record({
      at: fc.nat(),
      byte: fc.nat(255),
      how: fc.constantFrom("set", "insert", "delete"),
    });
    fc.assert(
      fc.property(request, fc.array(edit, { minLength: 1, maxLength: 8 }), fc.nat(), (groups, edits, cut) => {
        let bytes: Buffer = encodeTraces(groups);
        for (const { at, byte, how } of edits) {
          const pos = at % (bytes.length + 1);
          const rest = bytes.subarray(how === "insert" ? pos : pos + 1);
          bytes = Buffer.concat([bytes.subarray(0, pos), Buffer.from(how === "delete" ? [] : [byte]), rest]);
        }
        if (cut % 3 === 0) bytes = bytes.subarray(0, cut % (bytes.length + 1));
        readOrRefuse("protobuf", bytes);
      }),
      CHECK,
    );
  });

  it("never does worse than refuse on random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        readOrRefuse("protobuf", Buffer.from(bytes));
      }),
      CHECK,
    );
  });

  it("keeps every neighbour of a span whose bytes are damaged", () => {
    const spans = fc.array(span, { minLength: 2, maxLength: 6 });
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(spans, fc.nat(), damage, (inputs, which, changes) => {
        const parts = inputs.map((input) => spanBytes(input));
        const victim = which % parts.length;
        const damaged = Buffer.from(parts[victim]!);
        for (const [at, byte] of changes) damaged[at % damaged.length] = byte;
        const before = readSpans("protobuf", requestOf(parts), NOW);
        const after = readSpans("protobuf", requestOf(parts.with(victim, damaged)), NOW);
        const { accepted, rejected } = after.outcome;
        expect(accepted + rejected).toBe(parts.length);
        const neighbours = before.spans.toSpliced(victim, 1);
        expect(rejected === 1 ? after.spans : after.spans.toSpliced(victim, 1)).toEqual(neighbours);
      }),
      CHECK,
    );
  });

  it("keeps every whole span before a cut", () => {
    const spans = fc.array(span, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(spans, fc.nat(), (inputs, cut) => {
        const parts = inputs.map((input) => spanBytes(input));
        const whole = readSpans("protobuf", requestOf(parts), NOW).spans;
        const body = requestOf(parts);
        const length = cut % body.length;
        const framed = parts.map((part) => delimited(part, 2).length);
        let end = body.length - framed.reduce((sum, bytes) => sum + bytes, 0);
        let intact = 0;
        for (const bytes of framed) {
          end += bytes;
          if (end <= length) intact++;
        }
        const read = readOrRefuse("protobuf", body.subarray(0, length));
        expect(read ?? []).toEqual(whole.slice(0, intact));
      }),
      CHECK,
    );
  });
});

describe("the JSON reader", { timeout: TIMEOUT_MS }, () => {
  it("gives the same spans as the protobuf reader", () => {
    fc.assert(
      fc.property(request, (groups) => {
        const json = readSpans("json", encodeTracesJson(groups), NOW);
        expect(json).toEqual(readSpans("protobuf", encodeTraces(groups), NOW));
      }),
      CHECK,
    );
  });

  it("never does worse than refuse, whatever bytes are changed", () => {
    const edit = fc.record({ at: fc.nat(), byte: fc.constantFrom(...Buffer.from('{}[]",:\\01n-x\xff')) });
    fc.assert(
      fc.property(request, fc.array(edit, { minLength: 1, maxLength: 8 }), (groups, edits) => {
        const bytes = encodeTracesJson(groups);
        for (const { at, byte } of edits) bytes[at % bytes.length] = byte;
        readOrRefuse("json", bytes);
      }),
      CHECK,
    );
  });

  it("never does worse than refuse on JSON of any shape", () => {
    const shape = fc.json({ maxDepth: 6 });
    fc.assert(
      fc.property(shape, fc.constantFrom("resourceSpans", "scopeSpans", "spans", "span"), (json, level) => {
        const scopes =
          level === "spans" ? `[{"spans":${json}}]` : level === "span" ? `[{"spans":[${json}]}]` : json;
        const groups = level === "resourceSpans" ? json : `[{"scopeSpans":${scopes}}]`;
        readOrRefuse("json", Buffer.from(`{"resourceSpans":${groups}}`));
      }),
      CHECK,
    );
  });
});

/** The spans of a body, or undefined where it is refused as a FlightdeckError; anything else thrown fails the test. */
function readOrRefuse(encoding: "protobuf" | "json", body: Buffer): SpanSnapshot[] | undefined {
  try {
    return readSpans(encoding, body, NOW).spans;
  } catch (error) {
    if (error instanceof FlightdeckError && error.code === "malformed_otlp") return undefined;
    throw error;
  }
}

/** A span as a field of ScopeSpans: tag, length and content are cut off again to leave the content alone. */
function spanBytes(input: SpanInput): Buffer {
  const type = otlpType("ExportTraceServiceRequest");
  const message = type.decode(encodeTraces([{ scopeSpans: [{ spans: [input] }] }]));
  const { resourceSpans } = message as unknown as Decoded;
  const decoded = resourceSpans[0]!.scopeSpans[0]!.spans[0]!;
  return Buffer.from(otlpType("Span").encode(decoded).finish());
}

function requestOf(spans: Buffer[]): Buffer {
  return delimited(delimited(Buffer.concat(spans.map((bytes) => delimited(bytes, 2))), 2), 1);
}

function delimited(content: Buffer, field: number): Buffer {
  const prefix = [(field << 3) | 2];
  let length = content.length;
  for (; length >= 0x80; length >>>= 7) prefix.push((length & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([...prefix, length]), content]);
}

interface Long64 {
  toString(): string;
}
interface DecodedValue {
  value?: string;
  stringValue: string;
  boolValue: boolean;
  intValue: Long64;
  doubleValue: number;
  arrayValue: { values: DecodedValue[] };
  kvlistValue: { values: DecodedEntry[] };
  bytesValue: Uint8Array;
}
interface DecodedEntry {
  key: string;
  value: DecodedValue | null;
}
interface DecodedSpan {
  traceId: Uint8Array;
  spanId: Uint8Array;
  parentSpanId: Uint8Array;
  traceState: string;
  name: string;
  kind: number;
  startTimeUnixNano: Long64;
  endTimeUnixNano: Long64;
  attributes: DecodedEntry[];
  droppedAttributesCount: number;
  events: { timeUnixNano: Long64; name: string; attributes: DecodedEntry[] }[];
  links: { traceId: Uint8Array; spanId: Uint8Array; attributes: DecodedEntry[] }[];
  status: { code: number; message: string } | null;
}
interface Decoded {
  resourceSpans: {
    resource: { attributes: DecodedEntry[] } | null;
    schemaUrl: string;
    scopeSpans: {
      scope: { name: string; version: string; attributes: DecodedEntry[] } | null;
      schemaUrl: string;
      spans: DecodedSpan[];
    }[];
  }[];
}

/** The spans as protobufjs decodes them, brought into the shape of a snapshot by rules written apart from the reader's. */
function decodeWithOracle(body: Buffer): SpanSnapshot[] {
  const message = otlpType("ExportTraceServiceRequest").decode(body) as unknown as Decoded;
  return message.resourceSpans.flatMap((group) =>
    group.scopeSpans.flatMap(({ scope, schemaUrl, spans }) =>
      spans.map((decoded) => {
        const resource = texts(group.resource?.attributes ?? []);
        const origin = {
          serviceName: resource.get("service.name") ?? "",
          scopeName: scope?.name ?? "",
          scopeVersion: scope?.version ?? "",
          schemaUrl: schemaUrl || group.schemaUrl,
          scopeAttributes: [...texts(scope?.attributes ?? [])],
          resource: [...resource],
        };
        return { ...oracleSpan(decoded), origin };
      }),
    ),
  );
}

function oracleSpan(decoded: DecodedSpan): Omit<SpanSnapshot, "origin"> {
  const attributes = new Map<string, [string, number, string]>();
  for (const { key: name, value: held } of decoded.attributes)
    attributes.set(name, [name, kindOf(held), oracleText(held)]);
  const dropped = "otel.dropped_attributes_count";
  if (decoded.droppedAttributesCount > 0)
    attributes.set(dropped, [dropped, ValueKind.int, String(decoded.droppedAttributesCount)]);
  return {
    traceId: hex(decoded.traceId),
    spanId: hex(decoded.spanId),
    parentSpanId: hex(decoded.parentSpanId),
    name: decoded.name,
    kind: decoded.kind,
    startNs: BigInt(decoded.startTimeUnixNano.toString()),
    endNs: BigInt(decoded.endTimeUnixNano.toString()),
    status: [decoded.status?.code ?? 0, decoded.status?.message ?? ""],
    traceState: decoded.traceState,
    attributes: [...attributes.values()],
    events: decoded.events.map((event) => ({
      timeNs: BigInt(event.timeUnixNano.toString()),
      name: event.name,
      attributes: Object.entries(plainMap(event.attributes)),
    })),
    links: decoded.links.map((link) => ({
      traceId: hex(link.traceId),
      spanId: hex(link.spanId),
      attributes: Object.entries(plainMap(link.attributes)),
    })),
  };
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

function texts(entries: DecodedEntry[]): Map<string, string> {
  return new Map(entries.map((entry) => [entry.key, oracleText(entry.value)]));
}

function kindOf(held: DecodedValue | null): number {
  const kinds: Record<string, number> = {
    stringValue: ValueKind.string,
    boolValue: ValueKind.bool,
    intValue: ValueKind.int,
    doubleValue: ValueKind.double,
    arrayValue: ValueKind.array,
    kvlistValue: ValueKind.map,
    bytesValue: ValueKind.bytes,
  };
  return kinds[held?.value ?? ""] ?? ValueKind.empty;
}

function oracleText(held: DecodedValue | null): string {
  const plain = plainOf(held);
  if (plain === null) return "";
  return typeof plain === "object" ? JSON.stringify(plain) : String(plain);
}

function plainOf(held: DecodedValue | null): PlainValue {
  switch (held?.value) {
    case "stringValue":
      return held.stringValue;
    case "boolValue":
      return held.boolValue;
    case "intValue": {
      const digits = held.intValue.toString();
      return Number.isSafeInteger(Number(digits)) ? Number(digits) : digits;
    }
    case "doubleValue":
      return Number.isFinite(held.doubleValue) ? held.doubleValue : String(held.doubleValue);
    case "arrayValue":
      return held.arrayValue.values.map(plainOf);
    case "kvlistValue":
      return plainMap(held.kvlistValue.values);
    case "bytesValue":
      return Buffer.from(held.bytesValue).toString("base64");
    default:
      return null;
  }
}

function plainMap(entries: DecodedEntry[]): Record<string, PlainValue> {
  const plain: Record<string, PlainValue> = Object.create(null);
  for (const entry of entries) if (entry.key !== "") plain[entry.key] = plainOf(entry.value);
  return plain;
}
