import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SpanPricer } from "#features/costs/server/index.ts";
import { EventBus } from "#platform/events/event-bus.ts";
import { createMetrics } from "#platform/observability/metrics.ts";
import type { Stores } from "#src/context.ts";
import { exportRequest, testSpan } from "#test/support/otlp.ts";
import { openTestStores } from "#test/support/stores.ts";
import { IngestService, type OtlpRequest } from "./ingest-service.ts";
import type { LogsStored } from "./logs/log-writer.ts";
import type { SamplesStored } from "./metrics/metric-writer.ts";
import { FlakyStore } from "./testing/flaky-store.ts";

const MIB = 1024 * 1024;
const PATIENT = { forMs: 20_000, pauseMs: 5 };
const IMPATIENT = { forMs: 100, pauseMs: 5 };

const NO_PRICES: SpanPricer = {
  price: (_projectId, _facts, _startMs, out) => {
    out.usd = Number.NaN;
    out.version = "";
  },
};

type Json = Record<string, unknown>;

let stores: Stores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores.close());

/** A process that takes in telemetry: a new one on the same store is a restart. */
async function openIngest(retry = PATIENT) {
  const store = new FlakyStore(stores.telemetry);
  const metrics = createMetrics();
  const events = new EventBus();
  const samples: SamplesStored[] = [];
  const logs: LogsStored[] = [];
  events.on("samples_stored", (event) => samples.push(event));
  events.on("logs_stored", (event) => logs.push(event));
  const ingest = await IngestService.open(
    {
      store,
      events,
      logger: pino({ level: "silent" }),
      storedTotal: metrics.spansStored,
      duplicatesTotal: metrics.spansDuplicate,
      pricer: NO_PRICES,
      retry,
    },
    { maxBodyBytes: MIB, maxBufferedBytes: 8 * MIB },
    metrics,
  );
  const take = async (projectId: string, signal: "Metrics" | "Logs", body: Json) => {
    const memory = ingest.memory.open();
    const request: OtlpRequest = {
      projectId,
      body: Buffer.from(JSON.stringify(body)),
      contentEncoding: undefined,
      encoding: "json",
      memory,
    };
    try {
      return await ingest[`take${signal}`](request);
    } finally {
      memory.release();
    }
  };
  const counted = async (name: "itemsStored" | "itemsDuplicate" | "itemsRejected", signal: string) =>
    (await metrics[name].get()).values.find(({ labels }) => labels.signal === signal)?.value ?? 0;
  return { ingest, store, samples, logs, take, counted };
}

const nowNs = () => BigInt(Date.now()) * 1_000_000n;
const SECOND = 1_000_000_000n;
const labels = (of: Record<string, string>) =>
  Object.entries(of).map(([key, value]) => ({ key, value: { stringValue: value } }));

const gauge = (points: { at: bigint; value: number; queue?: string; exemplars?: Json[] }[]): Json => ({
  resourceMetrics: [
    {
      resource: { attributes: labels({ "service.name": "agent" }) },
      scopeMetrics: [
        {
          metrics: [
            {
              name: "queue.length",
              gauge: {
                dataPoints: points.map(({ at, value, queue = "a", exemplars }) => ({
                  timeUnixNano: String(at),
                  asDouble: value,
                  attributes: labels({ queue }),
                  exemplars,
                })),
              },
            },
          ],
        },
      ],
    },
  ],
});

/** Values of a project's samples as a reader sees them, by time. */
async function samplesOf(projectId: string): Promise<{ value: number; n: number }[]> {
  return stores.telemetry.queryProject(
    projectId,
    `SELECT argMax(value, (received_at, revision)) AS value, count() AS n FROM samples
     WHERE project_id = {project_id:UUID} GROUP BY series, time ORDER BY time, series`,
  );
}

describe("taking in metrics", () => {
  let projectId: string;
  beforeEach(() => {
    projectId = randomUUID();
  });
  const seriesOf = () =>
    stores.telemetry.queryProject<Json>(
      projectId,
      "SELECT metric, kind, attributes, resource_attributes FROM series FINAL WHERE project_id = {project_id:UUID}",
    );

  it("stores samples and describes their series before it returns, and announces them", async () => {
    const { take, samples, counted } = await openIngest();
    const at = nowNs();
    const sent = gauge([
      { at, value: 1 },
      { at: at + SECOND, value: 2 },
      { at, value: 9, queue: "b" },
    ]);
    expect(await take(projectId, "Metrics", sent)).toMatchObject({ accepted: 3, rejected: 0 });
    expect((await samplesOf(projectId)).map((row) => row.value).sort()).toEqual([1, 2, 9]);
    expect(await seriesOf()).toHaveLength(2);
    expect(await seriesOf()).toContainEqual({
      metric: "queue.length",
      kind: "gauge",
      attributes: { queue: "b" },
      resource_attributes: { "service.name": "agent" },
    });
    expect(samples).toMatchObject([{ projectId, samples: 3, metrics: ["queue.length"] }]);
    expect(await counted("itemsStored", "metrics")).toBe(3);
  });

  it("a resend changes nothing, in the same process and after a restart", async () => {
    const first = await openIngest();
    const at = nowNs() - 300n * SECOND;
    const sent = gauge([
      { at, value: 1 },
      { at: at + SECOND, value: 2 },
    ]);
    await first.take(projectId, "Metrics", sent);
    await first.take(projectId, "Metrics", sent);
    const second = await openIngest();
    await second.take(projectId, "Metrics", sent);
    expect(await samplesOf(projectId)).toEqual([
      { value: 1, n: 1 },
      { value: 2, n: 1 },
    ]);
    expect(await second.counted("itemsDuplicate", "metrics")).toBe(2);
  });

  it("the last write of a sample wins, also within one request", async () => {
    const { take } = await openIngest();
    const at = nowNs();
    await take(projectId, "Metrics", gauge([{ at, value: 1 }]));
    await take(projectId, "Metrics", gauge([{ at, value: 2 }]));
    const other = at + SECOND;
    await take(
      projectId,
      "Metrics",
      gauge([
        { at: other, value: 3 },
        { at: other, value: 4 },
      ]),
    );
    expect((await samplesOf(projectId)).map((row) => row.value)).toEqual([2, 4]);
    const [marked] = await stores.telemetry.queryProject<{ n: number }>(
      projectId,
      "SELECT count() AS n FROM samples WHERE project_id = {project_id:UUID} AND revision = 1",
    );
    expect(marked?.n).toBe(1);
  });

  it("late samples of a series that goes on are stored", async () => {
    const { take } = await openIngest();
    const at = nowNs();
    await take(projectId, "Metrics", gauge([{ at, value: 1 }]));
    await take(projectId, "Metrics", gauge([{ at: at - 3600n * SECOND, value: 2 }]));
    await take(projectId, "Metrics", gauge([{ at: at - SECOND, value: 3 }]));
    expect((await samplesOf(projectId)).map((row) => row.value)).toEqual([2, 3, 1]);
  });

  it("samples of a clock that is ahead are known after a restart", async () => {
    const first = await openIngest();
    const sent = gauge([{ at: nowNs() + 3600n * SECOND, value: 1 }]);
    await first.take(projectId, "Metrics", sent);
    await (await openIngest()).take(projectId, "Metrics", sent);
    expect(await samplesOf(projectId)).toEqual([{ value: 1, n: 1 }]);
  });

  it("equal series of two projects stay apart", async () => {
    const { take } = await openIngest();
    const other = randomUUID();
    const sent = gauge([{ at: nowNs(), value: 1 }]);
    await take(projectId, "Metrics", sent);
    await take(other, "Metrics", sent);
    expect(await samplesOf(projectId)).toEqual([{ value: 1, n: 1 }]);
    expect(await samplesOf(other)).toEqual([{ value: 1, n: 1 }]);
  });

  it("exemplars are stored once", async () => {
    const { take } = await openIngest();
    const at = nowNs();
    const exemplar = {
      timeUnixNano: String(at),
      asDouble: 0.5,
      traceId: "ab".repeat(16),
      spanId: "cd".repeat(8),
    };
    const sent = gauge([{ at, value: 1, exemplars: [exemplar] }]);
    await take(projectId, "Metrics", sent);
    await take(projectId, "Metrics", sent);
    const rows = await stores.telemetry.queryProject(
      projectId,
      "SELECT value, lower(hex(trace_id)) AS trace_id FROM exemplars WHERE project_id = {project_id:UUID}",
    );
    expect(rows).toEqual([{ value: 0.5, trace_id: "ab".repeat(16) }]);
  });

  it("nothing is lost or doubled when answers of the store get lost", async () => {
    const { take, store } = await openIngest();
    store.troubles = ["answer lost", "refused", "answer lost"];
    await take(projectId, "Metrics", gauge([{ at: nowNs(), value: 1 }]));
    expect(await samplesOf(projectId)).toEqual([{ value: 1, n: 1 }]);
  });

  it("a store that stays away is told with 503, and what is sent again is stored", async () => {
    const { take, store } = await openIngest(IMPATIENT);
    const sent = gauge([{ at: nowNs(), value: 1 }]);
    store.isAway = true;
    await expect(take(projectId, "Metrics", sent)).rejects.toMatchObject({
      code: "store_unavailable",
      status: 503,
      retryAfterSeconds: 5,
    });
    store.isAway = false;
    await take(projectId, "Metrics", sent);
    expect(await samplesOf(projectId)).toEqual([{ value: 1, n: 1 }]);
  });

  it("counts what it refuses", async () => {
    const { take, counted } = await openIngest();
    const outcome = await take(projectId, "Metrics", gauge([{ at: 5n, value: 1 }]));
    expect(outcome).toMatchObject({ accepted: 0, rejected: 1 });
    expect(await counted("itemsRejected", "metrics")).toBe(1);
  });
});

const logExport = (logRecords: Json[]): Json => ({
  resourceLogs: [
    { resource: { attributes: labels({ "service.name": "agent" }) }, scopeLogs: [{ logRecords }] },
  ],
});
const said = (text: string, at = nowNs(), more: Json = {}): Json => ({
  timeUnixNano: String(at),
  body: { stringValue: text },
  ...more,
});

describe("taking in logs", () => {
  let projectId: string;
  beforeEach(() => {
    projectId = randomUUID();
  });
  const bodies = async () =>
    (
      await stores.telemetry.queryProject<{ body: string }>(
        projectId,
        "SELECT body FROM logs WHERE project_id = {project_id:UUID} ORDER BY time, body",
      )
    ).map((row) => row.body);

  it("stores records with what they say of themselves, and announces them", async () => {
    const { take, logs, counted } = await openIngest();
    const attributes = labels({
      "gen_ai.agent.name": "triage",
      "session.id": "s1",
      "deployment.environment": "prod",
    });
    await take(projectId, "Logs", logExport([said("hello", nowNs(), { severityNumber: 9, attributes })]));
    const rows = await stores.telemetry.queryProject(
      projectId,
      `SELECT body, severity_number, service, agent, session_id, environment FROM logs
       WHERE project_id = {project_id:UUID}`,
    );
    expect(rows).toEqual([
      {
        body: "hello",
        severity_number: 9,
        service: "agent",
        agent: "triage",
        session_id: "s1",
        environment: "prod",
      },
    ]);
    expect(logs).toMatchObject([{ projectId, logs: 1 }]);
    expect(await counted("itemsStored", "logs")).toBe(1);
  });

  it("a resend changes nothing, in the same process and after a restart", async () => {
    const first = await openIngest();
    const sent = logExport([
      said("one", nowNs() - 300n * SECOND),
      said("two"),
      said("ahead", nowNs() + 3600n * SECOND),
    ]);
    await first.take(projectId, "Logs", sent);
    await first.take(projectId, "Logs", sent);
    const second = await openIngest();
    await second.take(projectId, "Logs", sent);
    expect(await bodies()).toEqual(["one", "two", "ahead"]);
    expect(await second.counted("itemsDuplicate", "logs")).toBe(3);
  });

  it("the same said twice in one moment of one request is two records, however often it is sent", async () => {
    const { take } = await openIngest();
    const at = nowNs();
    const sent = logExport([said("tick", at), said("tick", at)]);
    await take(projectId, "Logs", sent);
    await take(projectId, "Logs", sent);
    expect(await bodies()).toEqual(["tick", "tick"]);
  });

  it("requests of one moment share an insert, and their duplicates meet there", async () => {
    const { take, store } = await openIngest();
    const sent = logExport([said("twin")]);
    const before = store.inserts;
    await Promise.all([take(projectId, "Logs", sent), take(projectId, "Logs", sent)]);
    expect(await bodies()).toEqual(["twin"]);
    expect(store.inserts - before).toBe(1);
  });

  it("nothing is lost or doubled when answers of the store get lost", async () => {
    const { take, store } = await openIngest();
    store.troubles = ["answer lost"];
    await take(projectId, "Logs", logExport([said("once")]));
    expect(await bodies()).toEqual(["once"]);
  });

  it("a store that stays away is told with 503", async () => {
    const { take, store } = await openIngest(IMPATIENT);
    store.isAway = true;
    await expect(take(projectId, "Logs", logExport([said("x")]))).rejects.toMatchObject({ status: 503 });
  });
});

describe("evaluation results", () => {
  let projectId: string;
  beforeEach(() => {
    projectId = randomUUID();
  });
  const scores = () =>
    stores.telemetry.queryProject<Json>(
      projectId,
      `SELECT name, value, label, source, lower(hex(trace_id)) AS trace_id, lower(hex(span_id)) AS span_id,
              session_id, response_id
       FROM scores FINAL WHERE project_id = {project_id:UUID} ORDER BY name`,
    );
  const attributes = [
    ...labels({
      "gen_ai.evaluation.name": "relevance",
      "gen_ai.evaluation.score.label": "pass",
      "gen_ai.response.id": "chatcmpl-1",
    }),
    { key: "gen_ai.evaluation.score.value", value: { doubleValue: 0.8 } },
  ];
  const expected = {
    name: "relevance",
    value: 0.8,
    label: "pass",
    source: "telemetry",
    response_id: "chatcmpl-1",
  };

  it("that come as log records are scores of the span they name, once", async () => {
    const { take } = await openIngest();
    const traceId = "ab".repeat(16);
    const spanId = "cd".repeat(8);
    const sent = logExport([
      said("", nowNs(), { eventName: "gen_ai.evaluation.result", traceId, spanId, attributes }),
      said("no verdict", nowNs(), { eventName: "gen_ai.evaluation.result", attributes: [] }),
    ]);
    await take(projectId, "Logs", sent);
    await take(projectId, "Logs", sent);
    expect(await scores()).toEqual([{ ...expected, trace_id: traceId, span_id: spanId, session_id: "" }]);
  });

  it("that come as span events are scores of their span, once", async () => {
    const { ingest } = await openIngest();
    const span = testSpan({
      attributes: { "gen_ai.conversation.id": "conv-1" },
      events: [
        {
          timeNs: nowNs(),
          name: "gen_ai.evaluation.result",
          attributes: {
            "gen_ai.evaluation.name": "relevance",
            "gen_ai.evaluation.score.value": 0.8,
            "gen_ai.evaluation.score.label": "pass",
            "gen_ai.response.id": "chatcmpl-1",
          },
        },
      ],
    });
    for (let times = 0; times < 2; times++) {
      const memory = ingest.memory.open();
      const body = exportRequest([span]).payload;
      await ingest.takeTraces({ projectId, body, contentEncoding: undefined, encoding: "protobuf", memory });
      memory.release();
    }
    expect(await scores()).toEqual([
      { ...expected, trace_id: span.traceId, span_id: span.spanId, session_id: "conv-1" },
    ]);
  });
});

describe("whatever happens between sender and store", () => {
  const trouble = fc.constantFrom("refused" as const, "answer lost" as const);
  const weather = { troubles: fc.array(trouble, { maxLength: 2 }), restart: fc.boolean() };

  it("a project's samples are those written last, each once", async () => {
    const point = fc.record({
      // Of now, of an hour ago, and of a clock that is ahead.
      second: fc.constantFrom(0, 1, -3600, -3599, 600),
      value: fc.integer({ min: 1, max: 3 }),
      queue: fc.constantFrom("a", "b"),
    });
    const request = fc.record({ points: fc.array(point, { minLength: 1, maxLength: 4 }), ...weather });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 6 }), async (requests) => {
        const projectId = randomUUID();
        const base = nowNs();
        const expected = new Map<string, number>();
        let process = await openIngest();
        for (const { points, troubles, restart } of requests) {
          if (restart) process = await openIngest();
          process.store.troubles = [...troubles];
          const sent = points.map(({ second, ...rest }) => ({ at: base + BigInt(second) * SECOND, ...rest }));
          await process.take(projectId, "Metrics", gauge(sent));
          for (const { at, queue, value } of sent) expected.set(`${queue}:${at}`, value);
        }
        const stored = await stores.telemetry.queryProject<{
          key: string;
          value: number;
          first_writes: number;
        }>(
          projectId,
          `SELECT concat(s.attributes['queue'], ':', toString(toUnixTimestamp64Nano(time))) AS key,
                  argMax(value, (received_at, revision)) AS value, countIf(revision = 0) AS first_writes
           FROM samples INNER JOIN (SELECT DISTINCT series, attributes FROM series
                                    WHERE project_id = {project_id:UUID}) AS s USING series
           WHERE project_id = {project_id:UUID} GROUP BY key`,
        );
        expect(new Map(stored.map((row) => [row.key, row.value]))).toEqual(expected);
        // Unmerged, a sample has one first write; one that was merged away left its replacement.
        for (const row of stored) expect(row.first_writes).toBeLessThanOrEqual(1);
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it("a project's log records are those that were sent, each once", async () => {
    const record = fc.record({
      text: fc.constantFrom("x", "y", "z"),
      second: fc.constantFrom(0, -3600, 600),
    });
    const request = fc.record({ records: fc.array(record, { minLength: 1, maxLength: 4 }), ...weather });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 6 }), async (requests) => {
        const projectId = randomUUID();
        const base = nowNs();
        const expected = new Map<string, number>();
        let process = await openIngest();
        for (const { records, troubles, restart } of requests) {
          if (restart) process = await openIngest();
          process.store.troubles = [...troubles];
          const sent = records.map(({ text, second }) => ({ text, at: base + BigInt(second) * SECOND }));
          await process.take(projectId, "Logs", logExport(sent.map(({ text, at }) => said(text, at))));
          // The same twice in one request is two records; sent again it is the same two.
          for (const [key, same] of Map.groupBy(sent, ({ text, at }) => `${text}:${at}`))
            expected.set(key, Math.max(expected.get(key) ?? 0, same.length));
        }
        const stored = await stores.telemetry.queryProject<{ key: string; n: number }>(
          projectId,
          `SELECT concat(body, ':', toString(toUnixTimestamp64Nano(time))) AS key, count() AS n
           FROM logs WHERE project_id = {project_id:UUID} GROUP BY key`,
        );
        expect(new Map(stored.map((row) => [row.key, row.n]))).toEqual(expected);
      }),
      { numRuns: 12 },
    );
  }, 120_000);
});
