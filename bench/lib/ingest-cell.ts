import { gzipSync } from "node:zlib";
import { type CpuByRole, CpuMeter } from "./cpu-meter.ts";
import { OtlpSender } from "./otlp-sender.ts";
import type { Product } from "./product.ts";
import { quantile } from "./quantile.ts";
import { SpanTemplate } from "./span-template.ts";

/** One way of sending. */
export interface CellShape {
  gzip: boolean;
  batch: number;
  connections: number;
  /** Spans/s to send, evenly; without it each connection sends again as soon as it is answered. */
  pacedRate?: number | undefined;
}

/** What one cell measured. Rates count only spans whose acknowledgement came within the window. */
export interface CellResult extends CellShape {
  seconds: number;
  spans: number;
  spansPerSecond: number;
  /** Uncompressed request bytes per span. */
  bytesPerSpan: number;
  p50Ms: number;
  p99Ms: number;
  /** CPU microseconds per span, by process. */
  cpuUsPerSpan: CpuByRole;
  /** Share of the machine that other programs took meanwhile: above a few percent, rates say little. */
  othersShare: number;
  peakRssMb: number;
  /** Requests that were answered 429 or 503 and sent again. */
  pushedBack: number;
}

/** Templates a connection takes in turn, so that content varies. */
const TEMPLATES_PER_CONNECTION = 4;

/** Gives each connection its next body; undefined when there are no more. */
type BodySource = (connection: number) => Buffer | undefined;

/**
 * Sends for `seconds`, as fast as acknowledgements allow or at a given rate. At a given rate a request's time counts
 * from when it was due, so that one that had to wait for a free connection is not flattered. Compressed bodies are made before the clock starts:
 * compressing is the agents' work, on their machines. `expectedRate` (spans/s) says how many to make.
 */
export async function measureCell(
  product: Product,
  shape: CellShape,
  options: { seconds: number; expectedRate: number },
): Promise<CellResult> {
  const templates = Array.from({ length: shape.connections }, (_, connection) =>
    Array.from(
      { length: TEMPLATES_PER_CONNECTION },
      (_, i) => new SpanTemplate(shape.batch, connection * 100 + i + 1),
    ),
  );
  const next: BodySource = shape.gzip
    ? compressedBodies(templates, Math.ceil((options.expectedRate * options.seconds) / shape.batch))
    : freshBodies(templates);
  const latencies: number[] = [];
  let spans = 0;
  let pushedBack = 0;
  const meter = new CpuMeter(product.pid);
  const startedAt = performance.now();
  const deadline = startedAt + options.seconds * 1000;
  let lastAckAt = startedAt;
  let due = startedAt;
  const waitForTurn = async () => {
    if (shape.pacedRate === undefined) return performance.now();
    const mine = due;
    due += (shape.batch * 1000) / shape.pacedRate;
    const waitMs = mine - performance.now();
    if (waitMs > 0) await new Promise((done) => setTimeout(done, waitMs));
    return mine;
  };
  const run = async (connection: number) => {
    const sender = new OtlpSender(product.url);
    while (performance.now() < deadline) {
      const sentAt = await waitForTurn();
      const body = next(connection);
      if (!body) break;
      const answer = await sender.send(body, shape.gzip);
      if (answer.status === 429 || answer.status === 503) {
        pushedBack++;
        await new Promise((done) => setTimeout(done, (answer.retryAfterSeconds ?? 1) * 1000));
        continue;
      }
      if (answer.status !== 200 || answer.body.length > 0)
        throw new Error(`An export was answered ${answer.status}: ${answer.body.toString("latin1")}`);
      lastAckAt = performance.now();
      latencies.push(lastAckAt - sentAt);
      spans += shape.batch;
    }
    sender.close();
  };
  await Promise.all(Array.from({ length: shape.connections }, (_, connection) => run(connection)));
  const seconds = (lastAckAt - startedAt) / 1000;
  const cpu = meter.stop();
  for (const role of Object.keys(cpu) as (keyof CpuByRole)[]) cpu[role] = (cpu[role] * 1000) / spans;
  return {
    ...shape,
    seconds,
    spans,
    spansPerSecond: spans / seconds,
    bytesPerSpan: templates[0]![0]!.bytes.length / shape.batch,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpuUsPerSpan: cpu,
    othersShare: meter.othersShare,
    peakRssMb: meter.peakRssBytes / 1024 ** 2,
    pushedBack,
  };
}

function freshBodies(templates: readonly (readonly SpanTemplate[])[]): BodySource {
  let turn = 0;
  return (connection) => {
    const own = templates[connection]!;
    return own[turn++ % own.length]!.refresh(Date.now());
  };
}

function compressedBodies(templates: readonly (readonly SpanTemplate[])[], count: number): BodySource {
  const all = templates.flat();
  const bodies = Array.from({ length: count }, (_, i) =>
    gzipSync(all[i % all.length]!.refresh(Date.now()), { level: 4 }),
  );
  return () => bodies.pop();
}
