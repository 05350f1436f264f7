import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { KnownPieces } from "#features/ingest/server/messages/known-pieces.ts";
import { insertPieces, selectPieces } from "#features/ingest/server/messages/message-store.ts";
import { readProtobufTraces } from "#features/ingest/server/otlp/trace-reader.ts";
import type { SpanBatch } from "#features/ingest/server/spans/span-batch.ts";
import { SpanEncoder } from "#features/ingest/server/spans/span-encoder.ts";
import { insertSpans } from "#features/ingest/server/spans/span-store.ts";
import { readMigrations, splitStatements } from "#platform/migrations/read-migrations.ts";
import { MIGRATIONS_FOLDER } from "#src/context.ts";
import { CpuMeter } from "./cpu-meter.ts";
import { temporaryDataFolder } from "./product.ts";
import { SpanTemplate } from "./span-template.ts";
import { openTelemetryEngine } from "./telemetry-engine.ts";

const PROJECT_ID = "018f0000-0000-7000-8000-000000000001";
const BATCH = 1000;

/** Knows no piece, so every one is collected; a price of its own costs what any does. */
const encoder = new SpanEncoder({
  known: new KnownPieces(),
  pricer: {
    price(_project, _facts, _startMs, out) {
      out.usd = 0.001;
      out.version = "bench";
    },
  },
});

/** What no arrangement of the same parts could pass. */
export interface Bounds {
  /** Spans/s of the protobuf reader alone, on one core, with a sink that does nothing. */
  decode: number;
  /** The same with dialects, prices, cutting and hashing of content, and columns: all that the server's one thread must do per span. */
  decodeAndEncode: number;
  /** Spans/s that the ClickHouse child takes when ready-made rows are inserted one group after another, fsynced. */
  insert: number;
  /** CPU microseconds per span of the ClickHouse child during those inserts. */
  insertCpuUsPerSpan: number;
  rowsPerInsert: number;
}

/** Measures all bounds, each for about `seconds`. */
export async function measureBounds(seconds: number, rowsPerInsert: number): Promise<Bounds> {
  const template = new SpanTemplate(BATCH, 7);
  const decode = rateOf(seconds, () => {
    readProtobufTraces(template.bytes, Date.now(), () => {});
    return template.spans;
  });
  const decodeAndEncode = rateOf(seconds, () => {
    const batch = encodeRows(template);
    batch.release();
    return batch.size;
  });
  return { decode, decodeAndEncode, rowsPerInsert, ...(await measureInserts(seconds, rowsPerInsert)) };
}

/** Spans per second of `work`, which returns how many it did; the first half second is warm-up. */
function rateOf(seconds: number, work: () => number): number {
  for (const until = performance.now() + 500; performance.now() < until; ) work();
  let spans = 0;
  const startedAt = performance.now();
  while (performance.now() < startedAt + seconds * 1000) spans += work();
  return (spans * 1000) / (performance.now() - startedAt);
}

function encodeRows(template: SpanTemplate): SpanBatch {
  const nowMs = Date.now();
  return encoder.encode(PROJECT_ID, nowMs, (take) => readProtobufTraces(template.bytes, nowMs, take));
}

/** What a group of so many batches writes: pieces of content that are all new, and spans. */
function readyGroup(template: SpanTemplate, batches: number) {
  const encoded = Array.from({ length: batches }, () => {
    template.refresh(Date.now());
    return encodeRows(template);
  });
  const pieces = selectPieces(encoded, new KnownPieces());
  if (!pieces) throw new Error("A template without content measures nothing.");
  return { pieces, blocks: encoded.map((batch) => batch.block.bytes()) };
}

async function measureInserts(
  seconds: number,
  rowsPerInsert: number,
): Promise<{ insert: number; insertCpuUsPerSpan: number }> {
  const folder = await temporaryDataFolder();
  const engine = await openTelemetryEngine(folder.path);
  const { store } = engine;
  try {
    for (const migration of await readMigrations(join(MIGRATIONS_FOLDER, "clickhouse")))
      for (const statement of splitStatements(migration.sql)) await store.command(statement);
    const template = new SpanTemplate(BATCH, 8);
    const perInsert = Math.ceil(rowsPerInsert / BATCH);
    const groups = Array.from({ length: 4 }, () => readyGroup(template, perInsert));
    let turn = 0;
    const insertOnce = async () => {
      const { pieces, blocks } = groups[turn++ % groups.length]!;
      await insertPieces(store, pieces, randomUUID());
      await insertSpans(store, blocks, randomUUID());
    };
    for (let i = 0; i < 5; i++) await insertOnce();
    const meter = new CpuMeter(process.pid);
    let rows = 0;
    const startedAt = performance.now();
    while (performance.now() < startedAt + seconds * 1000) {
      await insertOnce();
      rows += perInsert * BATCH;
    }
    const elapsed = performance.now() - startedAt;
    const cpu = meter.stop();
    return { insert: (rows * 1000) / elapsed, insertCpuUsPerSpan: (cpu.clickhouse * 1000) / rows };
  } finally {
    await engine.close();
    await folder.remove();
  }
}
