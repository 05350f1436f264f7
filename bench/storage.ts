import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { KnownPieces } from "#features/ingest/server/messages/known-pieces.ts";
import { insertPieces, selectPieces } from "#features/ingest/server/messages/message-store.ts";
import { encodeTraces } from "#features/ingest/server/otlp/testing/otlp-encoder.ts";
import { readProtobufTraces } from "#features/ingest/server/otlp/trace-reader.ts";
import { SpanEncoder } from "#features/ingest/server/spans/span-encoder.ts";
import { insertSpans } from "#features/ingest/server/spans/span-store.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { readMigrations, splitStatements } from "#platform/migrations/read-migrations.ts";
import { MIGRATIONS_FOLDER } from "#src/context.ts";
import { longAgentRun, WRITINGS, type Writing } from "./lib/long-agent.ts";
import { describeMachine } from "./lib/machine.ts";
import { temporaryDataFolder } from "./lib/product.ts";
import { openTelemetryEngine } from "./lib/telemetry-engine.ts";

/** How many times smaller message content must be than the same content inline. */
const TARGET = 10;

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    /** Turns of each run, and runs of each way of writing. */
    turns: { type: "string", default: "40" },
    runs: { type: "string", default: "2" },
  },
});

/** Bytes of message content, for one way of writing it. */
interface Saving {
  writing: Writing | "all";
  spans: number;
  /** As it was sent. */
  sent: number;
  /** On disk, compressed, when it stands in each span's row. */
  inline: number;
  /** On disk, compressed: the pieces with their hashes, and what spans hold to refer to them. */
  pieces: number;
  /** On disk: the index of words over the pieces, which inline content does not have. */
  index: number;
}

const CONTENT_COLUMNS = ["content", "content_keys", "content_counts", "content_hashes"];
const PROJECT_ID = "018f0000-0000-7000-8000-000000000001";

const folder = await temporaryDataFolder();
const engine = await openTelemetryEngine(folder.path);
try {
  const machine = describeMachine();
  const savings: Saving[] = [];
  for (const writing of WRITINGS) savings.push(await measure(engine.store, writing));
  savings.push(total(savings));
  process.stdout.write(options.json ? `${JSON.stringify({ machine, savings }, null, 2)}\n` : table(savings));
  if (savings.some((saving) => saving.inline / saving.pieces < TARGET)) process.exitCode = 1;
} finally {
  await engine.close();
  await folder.remove();
}

async function measure(store: TelemetryStore, writing: Writing): Promise<Saving> {
  for (const table of ["spans", "messages"]) await store.command(`DROP TABLE IF EXISTS ${table} SYNC`);
  for (const { name, sql } of await readMigrations(join(MIGRATIONS_FOLDER, "clickhouse")))
    if (/^000[12]_/.test(name)) for (const statement of splitStatements(sql)) await store.command(statement);
  const known = new KnownPieces();
  const noPrices = {
    price: (_p: string, _f: unknown, _s: number, out: { usd: number }) => {
      out.usd = Number.NaN;
    },
  };
  const encoder = new SpanEncoder({ known, pricer: noPrices });
  let spans = 0;
  for (let run = 0; run < Number(options.runs); run++) {
    const sent = longAgentRun(writing, Number(options.turns), run + 1, Date.now());
    spans += sent.length;
    const body = encodeTraces([
      { resource: { "service.name": "bench" }, scopeSpans: [{ scope: { name: "bench" }, spans: sent }] },
    ]);
    const batch = encoder.encode(PROJECT_ID, Date.now(), (take) =>
      readProtobufTraces(body, Date.now(), take),
    );
    const pieces = selectPieces([batch], known);
    if (pieces) await insertPieces(store, pieces, randomUUID());
    pieces?.markKnown();
    await insertSpans(store, [batch.block.bytes()], randomUUID());
  }
  const sent = await putInline(store);
  // Only parts with a file per column tell what a column takes.
  for (const table of ["spans", "inline"])
    await store.command(`ALTER TABLE ${table} MODIFY SETTING min_bytes_for_wide_part = 0`);
  for (const table of ["spans", "messages", "inline"]) await store.command(`OPTIMIZE TABLE ${table} FINAL`);
  const inline = await columnBytes(store, "inline", CONTENT_COLUMNS);
  const refs = await columnBytes(store, "spans", CONTENT_COLUMNS);
  const [messages] = await store.queryAll<{ bytes: number; index: number }>(
    `SELECT sum(bytes_on_disk) - index AS bytes, sum(secondary_indices_compressed_bytes) AS index FROM system.parts
     WHERE database = currentDatabase() AND table = 'messages' AND active`,
  );
  return { writing, spans, sent, inline, pieces: refs + messages!.bytes, index: messages!.index };
}

/** The same rows with all content in `content`, as the table `inline`; returns the bytes of content. */
async function putInline(store: TelemetryStore): Promise<number> {
  await store.command("DROP TABLE IF EXISTS inline SYNC");
  await store.command("CREATE TABLE inline AS spans");
  // Joined by an index into an array of all bodies: a dictionary of the few pieces there are.
  await store.command(
    `INSERT INTO inline SELECT * REPLACE (
       mapUpdate(content, mapFromArrays(content_keys, arrayMap(
         (count, end) -> arrayStringConcat(arrayMap(
           hash -> (SELECT groupArray(body) FROM (SELECT DISTINCT hash, body FROM messages ORDER BY hash))[
             indexOf((SELECT groupArray(hash) FROM (SELECT DISTINCT hash, body FROM messages ORDER BY hash)), hash)],
           arraySlice(content_hashes, end - count + 1, count))),
         content_counts, arrayCumSum(content_counts)))) AS content,
       [] AS content_keys, [] AS content_counts, [] AS content_hashes)
     FROM spans`,
  );
  const [row] = await store.queryAll<{ bytes: number }>(
    "SELECT sum(arraySum(arrayMap(value -> length(value), mapValues(content)))) AS bytes FROM inline",
  );
  return row!.bytes;
}

async function columnBytes(
  store: TelemetryStore,
  table: string,
  columns: readonly string[],
): Promise<number> {
  const [row] = await store.queryAll<{ bytes: number }>(
    `SELECT sum(column_data_compressed_bytes) AS bytes FROM system.parts_columns
     WHERE database = currentDatabase() AND table = {table:String} AND active AND column IN {columns:Array(String)}`,
    { table, columns },
  );
  return row!.bytes;
}

function total(savings: readonly Saving[]): Saving {
  const sum = (of: (saving: Saving) => number) => savings.reduce((all, saving) => all + of(saving), 0);
  return {
    writing: "all",
    spans: sum((s) => s.spans),
    sent: sum((s) => s.sent),
    inline: sum((s) => s.inline),
    pieces: sum((s) => s.pieces),
    index: sum((s) => s.index),
  };
}

function table(savings: readonly Saving[]): string {
  const mb = (bytes: number) => (bytes / 1e6).toFixed(2);
  const rows = savings.map((s) => [
    s.writing,
    s.spans.toLocaleString("en"),
    mb(s.sent),
    mb(s.inline),
    mb(s.pieces),
    `${(s.inline / s.pieces).toFixed(1)}x`,
    mb(s.index),
  ]);
  const all = [["writing", "spans", "sent MB", "inline MB", "pieces MB", "saving", "index MB"], ...rows];
  const widths = all[0]!.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
  const lines = all.map((row) => row.map((text, i) => text.padStart(widths[i]!)).join("  "));
  return [
    `Agents of ${options.turns} turns, ${options.runs} runs each; content on disk, compressed (target ${TARGET}x)`,
    "",
    ...lines,
    "",
  ].join("\n");
}
