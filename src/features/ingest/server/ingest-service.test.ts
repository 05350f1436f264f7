import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SpanPricer } from "#features/costs/server/index.ts";
import { EventBus } from "#platform/events/event-bus.ts";
import { createMetrics } from "#platform/observability/metrics.ts";
import type { Stores } from "#src/context.ts";
import { exportRequest, newTraceId, type SpanInput, testSpan } from "#test/support/otlp.ts";
import { openTestStores } from "#test/support/stores.ts";
import { type IngestParts, IngestService } from "./ingest-service.ts";
import type { SpansStored } from "./spans/span-writer.ts";
import { FlakyStore } from "./testing/flaky-store.ts";

const MIB = 1024 * 1024;
/** Knows no model's price. */
const NO_PRICES: SpanPricer = {
  price(_projectId, _facts, _startMs, out) {
    out.usd = Number.NaN;
    out.version = "";
  },
};
const PATIENT = { forMs: 20_000, pauseMs: 5 };
const IMPATIENT = { forMs: 100, pauseMs: 5 };

let stores: Stores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores.close());

/** A process that takes in telemetry: a new one on the same store is a restart. */
async function openIngest(retry = PATIENT, more: Partial<IngestParts> = {}) {
  const store = new FlakyStore(stores.telemetry);
  const metrics = createMetrics();
  const events = new EventBus();
  const announced: SpansStored[] = [];
  events.on("spans_stored", (event) => announced.push(event));
  const ingest = await IngestService.open(
    {
      store,
      events,
      logger: pino({ level: "silent" }),
      storedTotal: metrics.spansStored,
      duplicatesTotal: metrics.spansDuplicate,
      retry,
      pricer: NO_PRICES,
      ...more,
    },
    { maxBodyBytes: MIB, maxBufferedBytes: 8 * MIB },
    metrics,
  );
  const send = async (
    projectId: string,
    spans: readonly SpanInput[],
    encoding: "protobuf" | "json" = "protobuf",
  ) => {
    const memory = ingest.memory.open();
    try {
      return await ingest.takeTraces({
        projectId,
        body: exportRequest(spans, { encoding }).payload,
        contentEncoding: undefined,
        encoding,
        memory,
      });
    } finally {
      memory.release();
    }
  };
  const counted = async (name: "spansStored" | "spansDuplicate") =>
    (await metrics[name].get()).values[0]?.value ?? 0;
  return { ingest, send, store, announced, counted };
}

/** How often each span of a project is stored, by span id. */
async function storedIn(projectId: string): Promise<Record<string, number>> {
  const rows = await stores.telemetry.queryProject<{ id: string; n: number }>(
    projectId,
    "SELECT lower(hex(span_id)) AS id, count() AS n FROM spans WHERE project_id = {project_id:UUID} GROUP BY id",
  );
  return Object.fromEntries(rows.map(({ id, n }) => [id, n]));
}
const once = (spans: readonly SpanInput[]) => Object.fromEntries(spans.map(({ spanId }) => [spanId, 1]));
const someSpans = (count: number, given: Parameters<typeof testSpan>[0] = {}) =>
  Array.from({ length: count }, () => testSpan(given));

describe("taking in spans", () => {
  let projectId: string;
  beforeEach(() => {
    projectId = randomUUID();
  });

  it("stores them before it returns, and announces them", async () => {
    const { send, announced, counted } = await openIngest();
    const traceId = newTraceId();
    const spans = someSpans(3, { traceId });
    expect(await send(projectId, spans)).toMatchObject({ accepted: 3, rejected: 0 });
    expect(await storedIn(projectId)).toEqual(once(spans));
    expect(announced).toEqual([
      { projectId, atMs: expect.any(Number), spans: 3, traceIds: [traceId], more: false, agents: [] },
    ]);
    expect(await counted("spansStored")).toBe(3);
  });

  it("stores a batch that is sent again once, in either encoding, and does not announce it again", async () => {
    const { send, announced, counted } = await openIngest();
    const spans = someSpans(5);
    await send(projectId, spans);
    expect(await send(projectId, spans)).toMatchObject({ accepted: 5, rejected: 0 });
    expect(await send(projectId, spans, "json")).toMatchObject({ accepted: 5, rejected: 0 });
    expect(await storedIn(projectId)).toEqual(once(spans));
    expect(announced).toHaveLength(1);
    expect(await counted("spansDuplicate")).toBe(10);
  });

  it("stores a span that stands twice in one batch once", async () => {
    const { send, announced } = await openIngest();
    const [a, b] = someSpans(2) as [SpanInput, SpanInput];
    await send(projectId, [a, b, a, a, b]);
    expect(await storedIn(projectId)).toEqual(once([a, b]));
    expect(announced[0]?.spans).toBe(2);
  });

  it("stores a span that two requests bring at the same moment once", async () => {
    const { send, store } = await openIngest();
    const spans = someSpans(20);
    await Promise.all([
      send(projectId, spans),
      send(projectId, spans),
      send(projectId, spans.slice(5).reverse()),
    ]);
    expect(await storedIn(projectId)).toEqual(once(spans));
    expect(store.inserts).toBe(1);
  });

  it("stores what is new of a batch that is known in part, wherever it stands", async () => {
    const { send, announced } = await openIngest();
    const spans = someSpans(9);
    const known = spans.filter((_, i) => [0, 3, 4, 8].includes(i));
    await send(projectId, known);
    await send(projectId, spans);
    expect(await storedIn(projectId)).toEqual(once(spans));
    expect(announced.map((event) => event.spans)).toEqual([4, 5]);
  });

  it("recognises after a restart what was stored before", async () => {
    const spans = someSpans(50);
    await (await openIngest()).send(projectId, spans);
    const restarted = await openIngest();
    await restarted.send(projectId, spans.slice(10));
    await restarted.send(projectId, [...spans.slice(0, 10), ...spans]);
    expect(await storedIn(projectId)).toEqual(once(spans));
    expect(restarted.store.inserts).toBe(0);
  });

  it("recognises after a restart thousands of traces in one batch", async () => {
    const spans = someSpans(6000);
    await (await openIngest()).send(projectId, spans);
    const restarted = await openIngest();
    await restarted.send(projectId, [...spans, testSpan()]);
    expect(Object.values(await storedIn(projectId))).toEqual(Array(6001).fill(1));
  });

  it("recognises spans from a clock that is ahead, after a restart too", async () => {
    const spans = someSpans(3, { startMs: Date.now() + 3_600_000 });
    await (await openIngest()).send(projectId, spans);
    const restarted = await openIngest();
    await restarted.send(projectId, spans);
    expect(await storedIn(projectId)).toEqual(once(spans));
  });

  it("asks the store nothing about spans that can only be new", async () => {
    await (await openIngest()).send(projectId, someSpans(1));
    const { send, store } = await openIngest();
    await send(projectId, someSpans(5, { startMs: Date.now() + 2 * 60_000 }));
    expect(store.lookups).toBe(0);
  });

  it("keeps the same span id of two projects apart", async () => {
    const other = randomUUID();
    const { send } = await openIngest();
    const spans = someSpans(4);
    await Promise.all([send(projectId, spans), send(other, spans)]);
    expect(await storedIn(projectId)).toEqual(once(spans));
    expect(await storedIn(other)).toEqual(once(spans));
  });

  it("keeps the same span id of two traces apart", async () => {
    const { send } = await openIngest();
    const [span] = someSpans(1) as [SpanInput];
    await send(projectId, [span, { ...span, traceId: newTraceId() }]);
    expect(await storedIn(projectId)).toEqual({ [span.spanId]: 2 });
  });

  it("stores every span once, whatever order, overlap, restarts and lost answers do", {
    timeout: 60_000,
  }, async () => {
    const spans = someSpans(12).concat(someSpans(4, { startMs: Date.now() - 86_400_000 }));
    const part = fc.subarray([...spans.keys()], { minLength: 1 });
    const step = fc.record({
      requests: fc.array(part, { minLength: 1, maxLength: 3 }),
      trouble: fc.constantFrom(undefined, undefined, "refused" as const, "answer lost" as const),
      restart: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        const project = randomUUID();
        let process = await openIngest();
        const sent = new Set<number>();
        for (const { requests, trouble, restart } of steps) {
          if (restart) process = await openIngest();
          if (trouble) process.store.troubles = [trouble];
          await Promise.all(
            requests.map((request) =>
              process.send(
                project,
                request.map((i) => spans[i]!),
              ),
            ),
          );
          for (const i of requests.flat()) sent.add(i);
        }
        expect(await storedIn(project)).toEqual(once([...sent].map((i) => spans[i]!)));
      }),
      { numRuns: 10 },
    );
  });
});

describe("while the store is in trouble", () => {
  let projectId: string;
  beforeEach(() => {
    projectId = randomUUID();
  });

  it("tries again until it is back", async () => {
    const { send, store } = await openIngest();
    store.troubles = ["refused", "refused", "refused"];
    const spans = someSpans(3);
    await send(projectId, spans);
    expect(store.inserts).toBe(4);
    expect(await storedIn(projectId)).toEqual(once(spans));
  });

  it("stores once what it stored without hearing of it", async () => {
    const { send, store, announced } = await openIngest();
    store.troubles = ["answer lost", "answer lost"];
    const spans = someSpans(3);
    await send(projectId, spans);
    expect(await storedIn(projectId)).toEqual(once(spans));
    expect(announced.map((event) => event.spans)).toEqual([3]);
  });

  it("gives up after a while with 503, and stores once what is sent again later", async () => {
    const { send, store, announced } = await openIngest(IMPATIENT);
    const spans = someSpans(3);
    store.isAway = true;
    await expect(send(projectId, spans)).rejects.toMatchObject({
      code: "store_unavailable",
      status: 503,
      retryAfterSeconds: 5,
    });
    expect(announced).toEqual([]);
    store.isAway = false;
    await send(projectId, spans);
    await send(projectId, spans);
    expect(await storedIn(projectId)).toEqual(once(spans));
  });

  it("stores once what was given up on although it had arrived", async () => {
    const { send, store } = await openIngest(IMPATIENT);
    const spans = someSpans(3);
    store.troubles = ["answer lost", ...Array<"refused">(1000).fill("refused")];
    await expect(send(projectId, spans)).rejects.toMatchObject({ code: "store_unavailable" });
    store.troubles = [];
    await send(projectId, spans);
    expect(await storedIn(projectId)).toEqual(once(spans));
  });

  it("does not repeat what cannot succeed", async () => {
    const { send, store } = await openIngest();
    store.troubles = ["invalid"];
    await expect(send(projectId, someSpans(1))).rejects.toMatchObject({ status: 503 });
    expect(store.inserts).toBe(1);
  });

  it("goes on with the next group after one that failed", async () => {
    const { send, store } = await openIngest();
    store.troubles = ["invalid"];
    const lost = send(projectId, someSpans(1)).catch(() => "failed");
    await expect.poll(() => store.inserts).toBe(1);
    const spans = someSpans(2);
    await send(projectId, spans);
    expect(await lost).toBe("failed");
    expect(await storedIn(projectId)).toEqual(once(spans));
  });
});

describe("content of spans", () => {
  const missing = async (projectId: string) =>
    (
      await stores.telemetry.queryProject<{ n: number }>(
        projectId,
        `SELECT count() AS n FROM (SELECT arrayJoin(content_hashes) AS hash FROM spans WHERE project_id = {project_id:UUID})
         WHERE hash NOT IN (SELECT hash FROM messages WHERE project_id = {project_id:UUID})`,
      )
    )[0]!.n;
  const saying = (words: readonly string[], spanId?: string) =>
    testSpan({
      ...(spanId ? { spanId } : {}),
      attributes: {
        "gen_ai.input.messages": JSON.stringify(
          words.map((word) => ({ role: "user", content: word.repeat(30) })),
        ),
      },
    });

  it("is there for every span that is stored, whatever troubles and restarts there were", {
    timeout: 60_000,
  }, async () => {
    const projectId = randomUUID();
    const words = ["alpha", "beta", "gamma", "delta", "epsilon"];
    let process = await openIngest(IMPATIENT);
    for (const [turn, troubles] of (
      [["refused"], ["answer lost"], ["refused", "answer lost"], ["invalid"], []] as const
    ).entries()) {
      process.store.troubles = [...troubles];
      const spans = [saying(words.slice(0, turn + 1)), saying([words[turn]!])];
      await Promise.all(spans.map((span) => process.send(projectId, [span]).catch(() => "refused")));
      await process.send(projectId, spans);
      if (turn === 2) process = await openIngest(IMPATIENT);
    }
    expect(await missing(projectId)).toBe(0);
    expect(Object.values(await storedIn(projectId))).toEqual(Array(10).fill(1));
  });

  it("is not written again while it is known, and counts as known only once it is stored", async () => {
    const { send, store } = await openIngest(IMPATIENT);
    const projectId = randomUUID();
    await send(projectId, [saying(["one"])]);
    expect(store.inserts).toBe(2);
    await send(projectId, [saying(["one"])]);
    expect(store.inserts).toBe(3);
    store.troubles = ["invalid"];
    await expect(send(projectId, [saying(["two"])])).rejects.toMatchObject({ code: "store_refused" });
    await send(projectId, [saying(["two"])]);
    expect(store.inserts).toBe(6);
    expect(await missing(projectId)).toBe(0);
  });

  it("of a project whose content epoch was raised is written anew", async () => {
    const projectId = randomUUID();
    const epochs = { value: 0, of: () => epochs.value };
    const { send } = await openIngest(PATIENT, { contentEpochs: epochs });
    const hashes = async () =>
      (
        await stores.telemetry.queryProject<{ n: number }>(
          projectId,
          "SELECT uniqExact(hash) AS n FROM messages WHERE project_id = {project_id:UUID}",
        )
      )[0]!.n;
    await send(projectId, [saying(["one"])]);
    const before = await hashes();
    epochs.value = 1;
    await send(projectId, [saying(["one"])]);
    expect(await hashes()).toBe(2 * before);
    expect(await missing(projectId)).toBe(0);
  });

  it("comes with the agents that were seen, each once", async () => {
    const { send, announced } = await openIngest();
    const by = (name: string) =>
      testSpan({ attributes: { "gen_ai.operation.name": "chat", "gen_ai.agent.name": name } });
    await send(randomUUID(), [by("a"), by("b"), by("a"), testSpan()]);
    expect(announced[0]?.agents.map(({ name }) => name)).toEqual(["a", "b"]);
  });
});
