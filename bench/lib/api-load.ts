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
  /** How often each status other than 2xx came, and each reason for none. */
  errors: Record<string, number>;
}

/** What a mixed load met. */
export interface LoadResult {
  perSecond: number;
  seconds: number;
  readShare: number;
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
  failure: string;
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
    /** Share of requests that read, 0 to 1. */
    readShare: number;
  },
): Promise<LoadResult> {
  const routes = apiMix(options.known);
  const pick = picker(routes, options.readShare, seededRandom(options.seed + 1));
  const samples: Sample[] = [];
  const pending = new Set<Promise<void>>();
  const meter = new CpuMeter(options.rootPid);
  const startedAt = performance.now();
  const lateness = await openLoop(options, (dueMs) => {
    const route = pick();
    const call = route.make();
    const done: Promise<void> = clients[route.kind].call(options.key(), call).then((answer) => {
      const { status, failure, bytes } = answer;
      samples.push({ route, ms: performance.now() - dueMs, status, failure, bytes });
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
    readShare: options.readShare,
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
  for (const { status, failure } of samples.filter((sample) => !isGood(sample))) {
    const reason = failure || String(status);
    errors[reason] = (errors[reason] ?? 0) + 1;
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
