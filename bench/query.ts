import { chmod, mkdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { freePort } from "#embedded/free-port.ts";
import { BackgroundIngest } from "./lib/background-ingest.ts";
import { describeMachine, type Machine } from "./lib/machine.ts";
import { type PageQuery, pageQueries, TARGET_MS } from "./lib/page-queries.ts";
import { API_KEY, type Product, startProduct, temporaryDataFolder } from "./lib/product.ts";
import { quantile } from "./lib/quantile.ts";
import { type FilledStore, fillStore } from "./lib/query-store.ts";

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    /** Spans in the store, one run for each. */
    rows: { type: "string", default: "1000000,10000000" },
    days: { type: "string", default: "30" },
    /** Samples of each query, after three that warm it up. */
    samples: { type: "string", default: "20" },
    /** Spans per second that arrive meanwhile. */
    "with-ingest": { type: "boolean", default: false },
    rate: { type: "string", default: "5000" },
    /** Only queries whose page or name contains this text. */
    only: { type: "string", default: "" },
    /** A folder that is filled if it is empty, and kept; for one number of rows. */
    data: { type: "string" },
  },
});
const WARM_UPS = 3;

/** One query's latency, in milliseconds at the client. */
interface QueryResult {
  page: string;
  name: string;
  kind: PageQuery["kind"];
  p50Ms: number;
  p95Ms: number;
  targetMs: number;
  rows: number;
}
interface SizeResult {
  rows: number;
  store: FilledStore | undefined;
  ingestRate: number | undefined;
  queries: QueryResult[];
}
interface QueryReport {
  machine: Machine;
  samples: number;
  sizes: SizeResult[];
}

const machine = describeMachine();
const sizes: SizeResult[] = [];
for (const rows of options.rows.split(",").map(Number)) sizes.push(await measureSize(rows));
const report: QueryReport = { machine, samples: Number(options.samples), sizes };
process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : table(report));
if (sizes.some((size) => size.queries.some((query) => query.p95Ms > query.targetMs))) process.exitCode = 1;

async function measureSize(rows: number): Promise<SizeResult> {
  const folder = options.data ? await keptFolder(options.data) : await emptyFolder();
  let product: Product | undefined;
  try {
    let store: FilledStore | undefined;
    if (!folder.filled) {
      const first = await startProduct({ dataFolder: folder.path, port: await freePort() });
      await first.stop();
      let told = 0;
      store = await fillStore(folder.path, {
        spans: rows,
        days: Number(options.days),
        seed: 1,
        onProgress: (spans) => {
          if (spans - told < rows / 10) return;
          told = spans;
          note(`${spans} of ${rows} spans`);
        },
      });
    }
    product = await startProduct({ dataFolder: folder.path, port: await freePort() });
    const ingest = options["with-ingest"]
      ? new BackgroundIngest(product.url, Number(options.rate))
      : undefined;
    const queries = await measureQueries(product, rows);
    return { rows, store, queries, ingestRate: await ingest?.stop() };
  } catch (error) {
    if (product) note(product.output());
    throw error;
  } finally {
    await product?.stop();
    await folder.remove();
  }
}

interface DataFolder {
  path: string;
  filled: boolean;
  remove(): Promise<void>;
}

async function emptyFolder(): Promise<DataFolder> {
  return { ...(await temporaryDataFolder()), filled: false };
}

async function keptFolder(path: string): Promise<DataFolder> {
  const made = await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
  return { path, filled: made === undefined, remove: async () => {} };
}

async function measureQueries(product: Product, rows: number): Promise<QueryResult[]> {
  const queries = pageQueries(await knownIds(product)).filter((query) =>
    `${query.page} ${query.name}`.toLowerCase().includes(options.only.toLowerCase()),
  );
  const latencies = new Map<PageQuery, number[]>(queries.map((query) => [query, []]));
  // Round after round, so that a slow moment of the machine does not fall on one query alone.
  for (let round = -WARM_UPS; round < Number(options.samples); round++) {
    for (const query of queries) {
      const startedAt = performance.now();
      await get(product, query.path());
      if (round >= 0) latencies.get(query)!.push(performance.now() - startedAt);
    }
  }
  return queries.map((query) => ({
    page: query.page,
    name: query.name,
    kind: query.kind,
    p50Ms: quantile(latencies.get(query)!, 0.5),
    p95Ms: quantile(latencies.get(query)!, 0.95),
    targetMs: TARGET_MS[query.kind],
    rows,
  }));
}

async function get(product: Product, path: string): Promise<unknown> {
  const response = await fetch(`${product.url}/api/v1${path}`, { headers: { "x-api-key": API_KEY } });
  if (response.status !== 200)
    throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
  return response.json();
}

async function knownIds(product: Product): Promise<{ traceIds: string[]; cursor: string }> {
  const traceIds: string[] = [];
  const days = Number(options.days);
  for (let day = 0; day < days; day += Math.max(1, Math.floor(days / 10))) {
    const to = Date.now() - day * 86_400_000;
    const page = (await get(product, `/traces?limit=5&from=${to - 86_400_000}&to=${to}`)) as {
      data: { trace_id: string }[];
    };
    traceIds.push(...page.data.map(({ trace_id }) => trace_id));
  }
  const first = (await get(product, "/traces")) as { next_cursor: string | null };
  return { traceIds, cursor: first.next_cursor ?? "" };
}

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

function table({ machine, sizes, samples }: QueryReport): string {
  const lines = [
    `Flightdeck ${machine.flightdeck} (${machine.commit}), Node ${machine.node}, chdb ${machine.chdb}, ` +
      `${machine.cores} cores (${machine.cpu}), load before ${machine.loadBefore.toFixed(1)}, ${machine.date}`,
    `milliseconds at the client, one query at a time, ${samples} samples each after ${WARM_UPS} to warm up`,
  ];
  for (const { rows, store, ingestRate } of sizes) {
    lines.push(
      `${rows.toLocaleString("en")} spans over ${options.days} days` +
        (store
          ? `: generated in ${store.generateSeconds.toFixed(0)} s, summed up in ${store.settleSeconds.toFixed(0)} s, ${(store.bytesOnDisk / 1e9).toFixed(1)} GB`
          : "") +
        (ingestRate === undefined ? "" : `; ${Math.round(ingestRate)} spans/s arriving`),
    );
  }
  const head = [
    "page",
    "query",
    ...sizes.flatMap(({ rows }) => [`p50 ${short(rows)}`, `p95 ${short(rows)}`]),
    "target",
    "",
  ];
  const body = (sizes[0]?.queries ?? []).map((query, i) => [
    query.page,
    query.name,
    ...sizes.flatMap((size) => [size.queries[i]!.p50Ms.toFixed(1), size.queries[i]!.p95Ms.toFixed(1)]),
    String(query.targetMs),
    sizes.every((size) => size.queries[i]!.p95Ms <= query.targetMs) ? "" : "missed",
  ]);
  const rows = [head, ...body];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  lines.push(
    "",
    ...rows.map((row) =>
      row
        .map((text, column) => (column < 2 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!)))
        .join("  "),
    ),
    "",
  );
  return lines.join("\n");
}

function short(rows: number): string {
  return rows >= 1e6 ? `${rows / 1e6} M` : `${rows / 1e3} k`;
}
