import { gzipSync } from "node:zlib";
import { compress } from "snappyjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, TEST_KEY, type TestApp } from "#test/support/app.ts";
import { createTenant } from "#test/support/tenant.ts";
import { versionOf } from "./remote-write-routes.ts";
import { encodeV1, encodeV2, STALE_NAN, snappy, type TestSeries } from "./testing/prom-proto.ts";

const MIB = 1024 * 1024;
const V1 = "application/x-protobuf";
const V2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";
const NOW = Date.now() - 10_000;

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp({ FLIGHTDECK_OTLP_MAX_BODY_MIB: "1", FLIGHTDECK_INGEST_BUFFER_MIB: "8" });
});
afterAll(() => test.close());

const post = (payload: Buffer, contentType: string, headers: Record<string, string> = {}) =>
  test.app.inject({
    method: "POST",
    url: "/api/v1/write",
    payload,
    headers: { "content-type": contentType, "content-encoding": "snappy", ...test.keyHeaders, ...headers },
  });
const send = (series: TestSeries[], version: 1 | 2 = 2) =>
  version === 1 ? post(snappy(encodeV1(series)), V1) : post(snappy(encodeV2(series)), V2);

type Headers = Record<string, unknown>;
const written = ({ headers }: { headers: Headers }) =>
  ["samples", "histograms", "exemplars"].map((what) => headers[`x-prometheus-remote-write-${what}-written`]);

interface Row {
  kind: string;
  temporality: string;
  monotonic: number;
  unit: string;
  description: string;
  attributes: Record<string, string>;
  time_ms: number;
  start_ms: number;
  value: number;
  flags: number;
  count: number;
  scale: number;
  bounds: number[];
  bucket_counts: number[];
  positive_counts: number[];
}
const samplesOf = (metric: string) =>
  test.context.stores.telemetry.queryAll<Row>(
    `SELECT s.kind AS kind, s.temporality AS temporality, s.monotonic AS monotonic, s.unit AS unit,
       s.description AS description, s.attributes AS attributes, toUnixTimestamp64Milli(time) AS time_ms,
       toUnixTimestamp64Milli(start_time) AS start_ms, value, flags, count, scale, bounds, bucket_counts, positive_counts
     FROM samples INNER JOIN (
       SELECT series, any(kind) AS kind, any(temporality) AS temporality, any(monotonic) AS monotonic,
         anyLast(unit) AS unit, anyLast(description) AS description, any(attributes) AS attributes
       FROM series WHERE metric = {metric:String} GROUP BY series
     ) AS s USING (series)
     WHERE metric = {metric:String} ORDER BY time, toString(attributes)`,
    { metric },
  );

describe("the version of a request", () => {
  it.each([
    ["application/x-protobuf", 1],
    ["application/x-protobuf;proto=prometheus.WriteRequest", 1],
    ["application/x-protobuf; proto=io.prometheus.write.v2.Request", 2],
    ['Application/X-Protobuf; proto="io.prometheus.write.v2.Request"', 2],
  ])("is told by %s", (contentType, version) => {
    expect(versionOf(contentType)).toBe(version);
  });

  it.each([
    undefined,
    "application/json",
    "image/png",
    "application/x-protobuf;proto=io.prometheus.write.v3.Request",
    "application/x-protobuf;proto=toString",
  ])("is none for %s", (contentType) => {
    expect(() => versionOf(contentType)).toThrow(/x-protobuf/);
  });
});

describe.each([1, 2] as const)("remote write %s", (version) => {
  it("stores samples before its 204 and says how many, again when they are sent again", async () => {
    const series = [
      {
        labels: { __name__: `v${version}_requests_total`, job: "api" },
        samples: [{ value: 7, timestamp: NOW }],
      },
      {
        labels: { __name__: `v${version}_temperature`, job: "" },
        samples: [{ value: -1.5, timestamp: NOW }],
      },
    ];
    for (let i = 0; i < 2; i++) {
      const response = await send(series, version);
      expect([response.statusCode, response.body, written(response)]).toEqual([204, "", ["2", "0", "0"]]);
    }
    expect(await samplesOf(`v${version}_requests_total`)).toMatchObject([
      {
        kind: "sum",
        temporality: "cumulative",
        monotonic: 1,
        attributes: { job: "api" },
        time_ms: NOW,
        start_ms: 0,
        value: 7,
        flags: 0,
      },
    ]);
    expect(await samplesOf(`v${version}_temperature`)).toMatchObject([
      { kind: "gauge", temporality: "unspecified", monotonic: 0, attributes: {}, value: -1.5 },
    ]);
  });

  it("keeps the end of a series as a sample without a value", async () => {
    const metric = `v${version}_up`;
    await send(
      [
        {
          labels: { __name__: metric },
          samples: [
            { value: 1, timestamp: NOW },
            { value: STALE_NAN, timestamp: NOW + 1 },
            { value: Number.POSITIVE_INFINITY, timestamp: NOW + 2 },
          ],
        },
      ],
      version,
    );
    expect((await samplesOf(metric)).map(({ flags }) => flags)).toEqual([0, 1, 0]);
  });

  it("stores the good series of a request, and says what was wrong with the others", async () => {
    const samples = [{ value: 1, timestamp: NOW }];
    const response = await send(
      [
        { labels: { job: "nameless" }, samples },
        { labels: { __name__: `v${version}_good` }, samples: [...samples, { value: 2, timestamp: 5 }] },
        { labels: { __name__: "x", "": "y" }, samples },
      ],
      version,
    );
    expect(response.statusCode).toBe(400);
    expect(written(response)).toEqual(["1", "0", "0"]);
    expect(response.json()).toMatchObject({
      code: "partial_write",
      detail: expect.stringMatching(/^Rejected 3 of 4 samples: .*__name__ is missing/),
    });
    expect(response.json().errors).toHaveLength(3);
    expect(response.headers["retry-after"]).toBeUndefined();
    expect(await samplesOf(`v${version}_good`)).toHaveLength(1);
  });

  it("keeps exemplars that come apart from their samples, with their trace", async () => {
    const labels = { __name__: `v${version}_duration_bucket`, le: "1" };
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const exemplar = { value: 0.4, timestamp: NOW, labels: { trace_id: traceId, user: "u1" } };
    const response = await send(
      [
        { labels, exemplars: [exemplar] },
        { labels, samples: [{ value: 3, timestamp: NOW }] },
      ],
      version,
    );
    expect([response.statusCode, written(response)]).toEqual([204, ["1", "0", "1"]]);
    const rows = await test.context.stores.telemetry.queryAll(
      "SELECT value, lower(hex(trace_id)) AS trace, attributes FROM exemplars WHERE metric = {metric:String}",
      { metric: labels.__name__ },
    );
    expect(rows).toEqual([{ value: 0.4, trace: traceId, attributes: { user: "u1" } }]);
  });

  it("stores native histograms, with exponential and with custom buckets", async () => {
    const metric = `v${version}_native`;
    const exponential = {
      countInt: 5,
      sum: 9,
      schema: 2,
      zeroCountInt: 1,
      positiveSpans: [{ offset: 0, length: 2 }],
      positiveDeltas: [3, -2],
      timestamp: NOW,
    };
    const custom = {
      countInt: 3,
      sum: 4,
      schema: -53,
      customValues: [1, 2],
      positiveSpans: [{ offset: 0, length: 3 }],
      positiveDeltas: [2, -2, 1],
      timestamp: NOW,
    };
    const response = await send(
      [
        { labels: { __name__: metric, form: "exponential" }, histograms: [exponential] },
        { labels: { __name__: metric, form: "custom" }, histograms: [custom] },
        { labels: { __name__: metric }, histograms: [{ ...exponential, countInt: 4 }] },
      ],
      version,
    );
    expect([response.statusCode, written(response)]).toEqual([400, ["0", "2", "0"]]);
    expect(response.json().detail).toContain("not the sum of its buckets");
    expect(await samplesOf(metric)).toMatchObject([
      { kind: "histogram", bounds: [1, 2], bucket_counts: [2, 0, 1], count: 3 },
      { kind: "exponential_histogram", scale: 2, positive_counts: [3, 1], count: 5 },
    ]);
  });
});

describe("remote write 2", () => {
  it("keeps type, unit, help and the time a counter was created", async () => {
    await send([
      {
        labels: { __name__: "typed_counter" },
        samples: [{ value: 1, timestamp: NOW }],
        metadata: { type: 1, help: "Counts.", unit: "calls" },
        createdTimestamp: NOW - 1000,
      },
    ]);
    expect(await samplesOf("typed_counter")).toMatchObject([
      { kind: "sum", monotonic: 1, unit: "calls", description: "Counts.", start_ms: NOW - 1000 },
    ]);
  });

  it("takes metadata without samples, and nothing at all", async () => {
    const metadata = { type: 2, help: "h", unit: "" };
    expect((await send([{ labels: { __name__: "none" }, metadata }])).statusCode).toBe(204);
    expect((await send([])).statusCode).toBe(204);
  });
});

describe("a refusal of remote write", () => {
  const good = () =>
    snappy(encodeV1([{ labels: { __name__: "up" }, samples: [{ value: 1, timestamp: NOW }] }]));

  it.each([
    ["another type", () => post(good(), "application/json"), 415, "unsupported_media_type"],
    ["gzip", () => post(gzipSync(good()), V1, { "content-encoding": "gzip" }), 415, "unsupported_encoding"],
    ["no Snappy", () => post(Buffer.from([0xff, 1, 2]), V1), 400, "malformed_encoding"],
    ["no protobuf", () => post(compress(Buffer.from("hello, world")), V1), 400, "malformed_remote_write"],
    ["a bomb", () => post(compress(Buffer.alloc(2 * MIB)), V1), 413, "body_too_large"],
    ["a wrong key", () => post(good(), V1, { "x-api-key": "fd_wrong" }), 401, "invalid_credentials"],
    ["no key", () => post(good(), V1, { "x-api-key": "" }), 401, "not_authenticated"],
  ])("of %s is problem+json that is not to be retried", async (_name, request, status, code) => {
    const response = await request();
    expect(response.statusCode).toBe(status);
    expect(response.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(response.json()).toMatchObject({ status, code, request_id: response.headers["x-request-id"] });
    expect(response.headers["retry-after"]).toBeUndefined();
  });

  it("with 429 tells when to come back, when too much is waiting", async () => {
    const waiting = test.context.ingest.memory.open();
    waiting.growTo(8 * MIB);
    const response = await post(good(), V1);
    waiting.release();
    expect([response.statusCode, response.headers["retry-after"]]).toEqual([429, "1"]);
  });

  it("leaves no memory held", async () => {
    await expect.poll(() => test.context.ingest.memory.usedBytes, { timeout: 10_000 }).toBe(0);
  });
});

describe("who may write", () => {
  it.each([
    ["Bearer", () => `Bearer ${TEST_KEY}`],
    ["Basic", () => `Basic ${Buffer.from(`anyone:${TEST_KEY}`).toString("base64")}`],
  ])("is a key, sent as %s", async (_name, authorization) => {
    const response = await post(snappy(encodeV1([])), V1, {
      "x-api-key": "",
      authorization: authorization(),
    });
    expect(response.statusCode).toBe(204);
  });

  it("writes to the project of its key", async () => {
    const tenant = await createTenant(test.context, { scope: "ingest" });
    const body = snappy(
      encodeV1([{ labels: { __name__: "of_tenant" }, samples: [{ value: 1, timestamp: NOW }] }]),
    );
    expect((await post(body, V1, tenant.keyHeaders)).statusCode).toBe(204);
    const rows = await test.context.stores.telemetry.queryAll(
      "SELECT toString(project_id) AS project FROM samples WHERE metric = 'of_tenant'",
    );
    expect(rows).toEqual([{ project: tenant.projectId }]);
  });
});
