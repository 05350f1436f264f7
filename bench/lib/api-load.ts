import { seededRandom } from "#features/ingest/server/otlp/testing/gen-ai-batch.ts";
import type { ApiClient } from "./api-client.ts";
import { apiMix, type KnownThings, type MixedRoute, picker } from "./api-mix.ts";
import { type CpuByRole, CpuMeter } from "./cpu-meter.ts";
import { openLoop } from "./open-loop.ts";
import { quantile } from "./quantile.ts";

/** Latencies of one kind of request, in milliseconds from when it was due. */
export interface LatencyRow {
  route: string;
  kind: MixedRoute["kind"];
  requests: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  meanBytes: number;
  /** How often each status other than 2xx came; 0 stands for a connection that broke or 30 s without an answer. */
  errors: Record<string, number>;
}

/** What a mixed load met. */
export interface LoadResult {
  perSecond: number;
  seconds: number;
  /** Requests sent per second, and answered with 2xx per second until the last was. */
  offered: number;
  answered: number;
  reads: LatencyRow;
  writes: LatencyRow;
  routes: LatencyRow[];
  /** Share of one core by process, 1 is all of it. */
  cores: CpuByRole;
  peakRssMb: number;
  /** Share of all cores that other programs used meanwhile. */
  othersShare: number;
  /** How late the generator was, in milliseconds; it counts as latency. */
  generatorP99Ms: number;
}

interface Sample {
  route: MixedRoute;
  ms: number;
  status: number;
  bytes: number;
}

/** Sends the mix at a mean rate for some seconds, and waits for the answers. */
export async function runLoad(
  clients: Record<MixedRoute["kind"], ApiClient>,
  options: {
    perSecond: number;
    seconds: number;
    seed: number;
    rootPid: number;
    known: KnownThings;
    key: () => string;
    kinds: ReadonlySet<MixedRoute["kind"]>;
  },
): Promise<LoadResult> {
  const routes = apiMix(options.known).filter(({ kind }) => options.kinds.has(kind));
  const pick = picker(routes, seededRandom(options.seed + 1));
  const samples: Sample[] = [];
  const pending = new Set<Promise<void>>();
  const meter = new CpuMeter(options.rootPid);
  const startedAt = performance.now();
  const lateness = await openLoop(options, (dueMs) => {
    const route = pick();
    const call = route.make();
    const done: Promise<void> = clients[route.kind].call(options.key(), call).then((answer) => {
      samples.push({ route, ms: performance.now() - dueMs, status: answer.status, bytes: answer.bytes });
      route.answered?.(call, answer);
      pending.delete(done);
    });
    pending.add(done);
  });
  await Promise.all(pending);
  const elapsedMs = performance.now() - startedAt;
  const cpu = meter.stop();
  const ofKind = (kind: MixedRoute["kind"]) => samples.filter(({ route }) => route.kind === kind);
  return {
    perSecond: options.perSecond,
    seconds: options.seconds,
    offered: samples.length / options.seconds,
    answered: (samples.filter(isGood).length * 1000) / elapsedMs,
    reads: latencyRow("all reads", "read", ofKind("read")),
    writes: latencyRow("all writes", "write", ofKind("write")),
    routes: routes.map((route) =>
      latencyRow(
        route.route,
        route.kind,
        samples.filter((sample) => sample.route === route),
      ),
    ),
    cores: Object.fromEntries(
      Object.entries(cpu).map(([role, ms]) => [role, ms / elapsedMs]),
    ) as unknown as CpuByRole,
    peakRssMb: meter.peakRssBytes / 1024 ** 2,
    othersShare: meter.othersShare,
    generatorP99Ms: quantile(lateness, 0.99),
  };
}

const isGood = ({ status }: Sample) => status >= 200 && status < 300;

/** Failed requests are in the latencies too: whoever waited for them waited. */
function latencyRow(route: string, kind: MixedRoute["kind"], samples: readonly Sample[]): LatencyRow {
  const latencies = samples.map(({ ms }) => ms);
  const errors: Record<string, number> = {};
  for (const { status } of samples.filter((sample) => !isGood(sample))) {
    errors[status] = (errors[status] ?? 0) + 1;
  }
  return {
    route,
    kind,
    requests: samples.length,
    p50Ms: quantile(latencies, 0.5),
    p95Ms: quantile(latencies, 0.95),
    p99Ms: quantile(latencies, 0.99),
    meanBytes: samples.reduce((sum, { bytes }) => sum + bytes, 0) / samples.length,
    errors,
  };
}
