import { parseArgs } from "node:util";
import { freePort } from "#embedded/free-port.ts";
import { type Bounds, measureBounds } from "./lib/bounds.ts";
import { type CellResult, type CellShape, measureCell } from "./lib/ingest-cell.ts";
import { describeMachine, type Machine } from "./lib/machine.ts";
import { API_KEY, type Product, startProduct, temporaryDataFolder } from "./lib/product.ts";

/** Spans per second, acknowledged and durable, that the best cell must reach on 2 cores. */
const TARGET = 50_000;
/** Milliseconds within which 99 % of requests must be acknowledged at half the rate of the best cell. */
const TARGET_P99_MS = 500;

const SIZES = [
  { batch: 100, connections: 1 },
  { batch: 100, connections: 8 },
  { batch: 1000, connections: 1 },
  { batch: 1000, connections: 8 },
  { batch: 1000, connections: 16 },
];

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    /** Seconds per cell. */
    seconds: { type: "string" },
    /** Only the cells whose label contains this text, such as `1000x8`. */
    only: { type: "string", default: "" },
    "skip-bounds": { type: "boolean", default: false },
    /** Writes CPU profiles of all Node processes into this folder. */
    "cpu-prof": { type: "string" },
  },
});
const seconds = Number(options.seconds ?? (options.quick ? 3 : 8));

/** Everything one run found. */
interface IngestReport {
  machine: Machine;
  target: number;
  cells: (CellResult & { label: string })[];
  bounds: Bounds | undefined;
  /** Spans acknowledged in the whole run, and spans the store holds at its end. */
  acknowledged: number;
  stored: number;
}

const report = await run();
process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : table(report));
if (report.acknowledged !== report.stored) process.exitCode = 1;

async function run(): Promise<IngestReport> {
  const machine = describeMachine();
  const shapes = cellShapes().filter((shape) => labelOf(shape).includes(options.only));
  const folder = await temporaryDataFolder();
  const profile = options["cpu-prof"];
  const product = await startProduct({
    dataFolder: folder.path,
    port: await freePort(),
    nodeOptions: profile ? ["--cpu-prof", `--cpu-prof-dir=${profile}`] : [],
  });
  try {
    const cells: IngestReport["cells"] = [];
    const warmUp = { gzip: false, batch: 1000, connections: 8 };
    const first = await measureCell(product, warmUp, { seconds: options.quick ? 2 : 4, expectedRate: 0 });
    let acknowledged = first.spans;
    for (const shape of shapes) {
      const plain = cells.find(
        (cell) => cell.batch === shape.batch && cell.connections === shape.connections,
      );
      const expectedRate = (plain ?? first).spansPerSecond * 1.1;
      const cell = await measureCell(product, shape, { seconds, expectedRate });
      acknowledged += cell.spans;
      cells.push({ label: labelOf(shape), ...cell });
      note(`${labelOf(shape)}: ${Math.round(cell.spansPerSecond)} spans/s`);
    }
    const paced = await measureAtHalfRate(product, cells);
    acknowledged += paced.spans;
    cells.push(paced);
    const stored = await storedSpans(product);
    await product.stop();
    const bounds = options["skip-bounds"] ? undefined : await measureBounds(options.quick ? 2 : 5, 4000);
    return { machine, target: TARGET, cells, bounds, acknowledged, stored };
  } catch (error) {
    note(product.output());
    throw error;
  } finally {
    await product.stop();
    await folder.remove();
  }
}

function cellShapes(): CellShape[] {
  return [false, true].flatMap((gzip) => SIZES.map((size) => ({ gzip, ...size })));
}

/** The best cell once more, at half of its rate: what senders see on a machine that is not overrun. */
async function measureAtHalfRate(
  product: Product,
  cells: readonly (CellResult & { label: string })[],
): Promise<CellResult & { label: string }> {
  const best = cells.reduce((a, b) => (b.spansPerSecond > a.spansPerSecond ? b : a));
  const { gzip, batch, connections } = best;
  const shape = { gzip, batch, connections, pacedRate: best.spansPerSecond / 2 };
  const cell = await measureCell(product, shape, { seconds, expectedRate: shape.pacedRate * 1.1 });
  return { label: `${best.label} at half`, ...cell };
}

function labelOf(shape: CellShape): string {
  return `${shape.gzip ? "gzip" : "plain"} ${shape.batch}x${shape.connections}`;
}

async function storedSpans(product: Product): Promise<number> {
  const response = await fetch(`${product.url}/api/v1/ingest/status`, { headers: { "x-api-key": API_KEY } });
  if (response.status !== 200) throw new Error(`The status was answered ${response.status}.`);
  return ((await response.json()) as { spans_last_24h: number }).spans_last_24h;
}

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

function table({ machine, cells, bounds, acknowledged, stored }: IngestReport): string {
  const rows = [
    [
      "encoding, batch x connections",
      "spans/s",
      "p50 ms",
      "p99 ms",
      "server",
      "clickhouse",
      "generator",
      "RSS MB",
      "others",
    ],
    ...cells.map((cell) => [
      cell.label,
      Math.round(cell.spansPerSecond).toLocaleString("en"),
      cell.p50Ms.toFixed(1),
      cell.p99Ms.toFixed(1),
      cell.cpuUsPerSpan.server.toFixed(1),
      cell.cpuUsPerSpan.clickhouse.toFixed(1),
      cell.cpuUsPerSpan.generator.toFixed(1),
      cell.peakRssMb.toFixed(0),
      `${Math.round(cell.othersShare * 100)} %`,
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!)))
      .join("  "),
  );
  const best = Math.max(...cells.map((cell) => cell.spansPerSecond));
  const paced = cells.find((cell) => cell.pacedRate !== undefined);
  const share = (bound: number) =>
    `${Math.round(bound).toLocaleString("en")} (best cell: ${Math.round((best / bound) * 100)} %)`;
  return [
    `Flightdeck ${machine.flightdeck} (${machine.commit}), Node ${machine.node}, chdb ${machine.chdb}, ` +
      `${machine.cores} cores (${machine.cpu}), load before ${machine.loadBefore.toFixed(1)}, ${machine.date}`,
    `GenAI spans of ${Math.round(cells[0]?.bytesPerSpan ?? 0)} bytes, acknowledged when durable; CPU columns are microseconds per span`,
    "",
    ...lines,
    "",
    ...(bounds
      ? [
          `bound: protobuf reader alone              ${share(bounds.decode)}`,
          `bound: reader, dialects, content, columns ${share(bounds.decodeAndEncode)}`,
          `bound: inserts of ${bounds.rowsPerInsert} ready spans         ${share(bounds.insert)}, ${bounds.insertCpuUsPerSpan.toFixed(1)} us CPU per span`,
        ]
      : []),
    `acknowledged ${acknowledged}, stored ${stored}: ${acknowledged === stored ? "equal" : "NOT EQUAL"}`,
    `p99 at half that rate ${paced?.p99Ms.toFixed(0)} ms, target ${TARGET_P99_MS} ms: ${(paced?.p99Ms ?? Number.POSITIVE_INFINITY) < TARGET_P99_MS ? "reached" : "missed"}`,
    `best ${Math.round(best).toLocaleString("en")} spans/s, target ${TARGET.toLocaleString("en")}: ${best >= TARGET ? "reached" : "missed"}`,
    "",
  ].join("\n");
}
