import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LogView } from "../logs/log-view.ts";
import { readJsonLogs, readProtobufLogs } from "./log-reader.ts";
import { rejectionMessage } from "./read-outcome.ts";
import { encodeMessage } from "./testing/otlp-proto.ts";

const NOW_MS = Date.UTC(2026, 10, 21, 9);
const NOW_NS = BigInt(NOW_MS) * 1_000_000n;
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

type Json = Record<string, unknown>;

const snapshot = (log: LogView) => ({
  timeNs: log.timeNs,
  observedNs: log.observedNs,
  severityNumber: log.severityNumber,
  severityText: log.severityText,
  eventName: log.eventName,
  body: log.body,
  bodyIsJson: log.bodyIsJson,
  traceId: log.traceId.toString("hex"),
  spanId: log.spanId.toString("hex"),
  traceFlags: log.traceFlags,
  service: log.origin.serviceName,
  attributes: Object.fromEntries(
    Array.from({ length: log.attributes.size }, (_, i) => [
      log.attributes.keys[i]!,
      log.attributes.textAt(i),
    ]),
  ),
});

function inBoth(logRecords: Json[]) {
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "agent" } }] };
  const request = { resourceLogs: [{ resource, scopeLogs: [{ scope: { name: "lib" }, logRecords }] }] };
  const bytes = JSON.parse(JSON.stringify(request), (key, value) =>
    key === "traceId" || key === "spanId" ? Buffer.from(value, "hex").toString("base64") : value,
  );
  return {
    json: Buffer.from(JSON.stringify(request)),
    protobuf: encodeMessage("ExportLogsServiceRequest", bytes),
  };
}

function readBoth(logRecords: Json[]) {
  const { json, protobuf } = inBoth(logRecords);
  const read = (reader: typeof readJsonLogs, body: Buffer) => {
    const logs: ReturnType<typeof snapshot>[] = [];
    const outcome = reader(body, NOW_MS, (log) => logs.push(snapshot(log)));
    return { logs, accepted: outcome.accepted, message: rejectionMessage(outcome, "log record") };
  };
  const fromProtobuf = read(readProtobufLogs, protobuf);
  expect(fromProtobuf).toEqual(read(readJsonLogs, json));
  return fromProtobuf;
}

const at = { timeUnixNano: String(NOW_NS) };

describe("a log export", () => {
  it("hands on a record with all it says", () => {
    const { logs } = readBoth([
      {
        ...at,
        observedTimeUnixNano: String(NOW_NS + 5n),
        severityNumber: 13,
        severityText: "WARNING",
        body: { stringValue: "4 retries" },
        eventName: "tool.retry",
        traceId: TRACE,
        spanId: SPAN,
        flags: 1,
        attributes: [
          { key: "count", value: { intValue: "4" } },
          { key: "tools", value: { arrayValue: { values: [{ stringValue: "search" }] } } },
        ],
      },
    ]);
    expect(logs).toEqual([
      {
        timeNs: NOW_NS,
        observedNs: NOW_NS + 5n,
        severityNumber: 13,
        severityText: "WARNING",
        eventName: "tool.retry",
        body: "4 retries",
        bodyIsJson: false,
        traceId: TRACE,
        spanId: SPAN,
        traceFlags: 1,
        service: "agent",
        attributes: { count: "4", tools: '["search"]' },
      },
    ]);
  });

  it("keeps a body that is a map as JSON", () => {
    const body = { kvlistValue: { values: [{ key: "content", value: { stringValue: "hello" } }] } };
    expect(readBoth([{ ...at, body }]).logs).toMatchObject([
      { body: '{"content":"hello"}', bodyIsJson: true },
    ]);
  });

  it("takes the time of observation where there is no other, and a record without ids", () => {
    const { logs } = readBoth([{ observedTimeUnixNano: String(NOW_NS), traceId: "", spanId: "" }]);
    expect(logs).toMatchObject([{ timeNs: NOW_NS, traceId: "0".repeat(32), spanId: "0".repeat(16) }]);
  });

  it.each([
    ["SEVERITY_NUMBER_ERROR2", 18],
    ["info", 9],
    ["24", 24],
    ["nonsense", 0],
    [99, 0],
  ])("reads the severity %s in JSON as %i", (severityNumber, expected) => {
    readJsonLogs(inBoth([{ ...at, severityNumber: 0 }]).json, NOW_MS, () => {});
    const body = Buffer.from(
      JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ ...at, severityNumber }] }] }] }),
    );
    readJsonLogs(body, NOW_MS, (log) => expect(log.severityNumber).toBe(expected));
    expect.assertions(1);
  });

  it.each([
    ["without any time", {}, "neither a time nor an observed time"],
    ["of 1970", { timeUnixNano: "5" }, "before the year 2000"],
    ["of next year", { timeUnixNano: String(NOW_NS * 2n) }, "in the future"],
    ["with a cut trace id", { ...at, traceId: "abcd" }, "trace id is neither empty nor 16 bytes"],
    ["with a cut span id", { ...at, spanId: "abcd" }, "span id is neither empty nor 8 bytes"],
  ])("refuses a record %s and keeps its neighbours", (_name, record, reason) => {
    const { logs, message } = readBoth([record, { ...at, body: { stringValue: "kept" } }]);
    expect(logs).toMatchObject([{ body: "kept" }]);
    expect(message).toMatch(/^Rejected 1 of 2 log records: 1 × /);
    expect(message).toContain(reason);
  });

  it("tells where spans and metrics belong that were sent here", () => {
    const span = {
      traceId: TRACE,
      spanId: SPAN,
      name: "x",
      startTimeUnixNano: String(NOW_NS),
      endTimeUnixNano: String(NOW_NS),
    };
    const bytes = { ...span, traceId: Buffer.from(TRACE, "hex"), spanId: Buffer.from(SPAN, "hex") };
    const metric = { name: "queue", gauge: { dataPoints: [{ ...at, asInt: 1 }] } };
    const bodies: [typeof readJsonLogs, Buffer, string][] = [
      [
        readProtobufLogs,
        encodeMessage("ExportTraceServiceRequest", { resourceSpans: [{ scopeSpans: [{ spans: [bytes] }] }] }),
        "/v1/traces",
      ],
      [
        readProtobufLogs,
        encodeMessage("ExportMetricsServiceRequest", {
          resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }],
        }),
        "/v1/metrics",
      ],
      [
        readJsonLogs,
        Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })),
        "/v1/traces",
      ],
      [
        readJsonLogs,
        Buffer.from(JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] })),
        "/v1/metrics",
      ],
    ];
    for (const [read, body, path] of bodies) {
      const outcome = read(body, NOW_MS, () => expect.unreachable());
      expect(rejectionMessage(outcome, "log record")).toContain(path);
    }
  });

  it("that is no log export at all is malformed", () => {
    expect(() => readProtobufLogs(Buffer.from("{}"), NOW_MS, () => {})).toThrow("ExportLogsServiceRequest");
    expect(() => readJsonLogs(Buffer.from("nonsense"), NOW_MS, () => {})).toThrow(
      expect.objectContaining({ code: "malformed_otlp", status: 400 }),
    );
  });
});

describe("whatever logs are sent", () => {
  const value = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string().map((stringValue) => ({ stringValue })),
      fc.boolean().map((boolValue) => ({ boolValue })),
      fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map((int) => ({ intValue: String(int) })),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((doubleValue) => ({ doubleValue })),
      fc.array(tie("value"), { maxLength: 3 }).map((values) => ({ arrayValue: { values } })),
    ),
  })).value;
  const record = fc.record({
    timeUnixNano: fc.bigInt(NOW_NS - 10n ** 17n, NOW_NS).map(String),
    severityNumber: fc.integer({ min: 0, max: 24 }),
    severityText: fc.string(),
    body: value,
    attributes: fc.array(fc.record({ key: fc.string({ minLength: 1 }), value }), { maxLength: 4 }),
  });

  it("both encodings mean the same", () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 5 }), (records) => {
        const { logs } = readBoth(records);
        expect(logs.map((log) => String(log.timeNs))).toEqual(records.map((one) => one.timeUnixNano));
      }),
    );
  });

  it("damaged bytes are counted or refused and never hang or crash", () => {
    const body = inBoth([
      { ...at, body: { stringValue: "one" } },
      { ...at, body: { stringValue: "two" } },
    ]).protobuf;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(body.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.nat(body.length),
        (flips, cut) => {
          const damaged = Buffer.from(body.subarray(0, cut));
          for (const [position, byte] of flips) if (position < damaged.length) damaged[position] = byte;
          try {
            const outcome = readProtobufLogs(damaged, NOW_MS, () => {});
            expect(outcome.accepted + outcome.rejected).toBeLessThan(100);
          } catch (error) {
            expect(error).toMatchObject({ code: "malformed_otlp" });
          }
        },
      ),
    );
  });
});
