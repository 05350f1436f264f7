import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "./api-client.ts";
import { SPANS_PER_REQUEST } from "./api-mix.ts";
import { type CpuByRole, CpuMeter } from "./cpu-meter.ts";
import { agentKey, LiveDelays, traceKey } from "./live-delays.ts";
import { EventReader, LiveViewer } from "./live-viewer.ts";
import { openLoop } from "./open-loop.ts";
import type { Product } from "./product.ts";
import { quantile } from "./quantile.ts";
import { SpanTemplate } from "./span-template.ts";

/** Of so many agents one tells another status with each heartbeat; only a change of status is told to viewers. */
const CHANGING_EVERY = 10;
const TRACES_PER_SECOND = 20;
/** Events still to come after the last answer. */
const SETTLE_MS = 2_000;

/** From the answer to the sender until the event at a viewer, in milliseconds. */
export interface DelayRow {
  what: string;
  things: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  maxMs: number;
  missing: number;
  beforeAnswer: number;
}

/** What viewers and agents met. */
export interface RealtimeResult {
  viewers: number;
  agents: number;
  seconds: number;
  delays: DelayRow[];
  heartbeats: { sent: number; failed: number; p50Ms: number; p95Ms: number };
  /** Kilobytes and events a second to one viewer. */
  kilobytesPerSecond: number;
  eventsPerSecond: number;
  brokenStreams: number;
  cores: CpuByRole;
  peakRssMb: number;
  othersShare: number;
}

/** Viewers that follow live while agents send heartbeats and spans. */
export async function runRealtime(
  client: ApiClient,
  product: Product,
  options: {
    viewers: number;
    agents: readonly string[];
    heartbeatSeconds: number;
    seconds: number;
    key: () => string;
  },
): Promise<RealtimeResult> {
  const { agents, key } = options;
  const delays = new LiveDelays(options.viewers);
  const reader = new EventReader();
  const viewers = Array.from(
    { length: options.viewers },
    (_, i) => new LiveViewer(product.url, key(), reader, (seen, atMs) => delays.heard(i, seen, atMs)),
  );
  try {
    await Promise.all(viewers.map(({ opened }) => opened));
    const meter = new CpuMeter(product.pid);
    const latencies: number[] = [];
    let failed = 0;
    const pending = new Set<Promise<void>>();
    const following = (work: Promise<void>) => {
      const done: Promise<void> = work.finally(() => pending.delete(done));
      pending.add(done);
    };
    const heartbeat = async (turn: number, dueMs: number) => {
      const agent = agents[turn % agents.length]!;
      const changes = (turn % agents.length) % CHANGING_EVERY === 0;
      const isOdd = Math.floor(turn / agents.length) % 2 === 0;
      const status = changes && isOdd ? "degraded" : "running";
      const acked = changes ? delays.expect("heartbeat", agentKey(agent, status)) : undefined;
      const answer = await client.call(key(), {
        method: "POST",
        path: `/api/v1/agents/${agent}/heartbeat`,
        body: JSON.stringify({ status, version: "2.4.1", host: "worker-7" }),
      });
      const nowMs = performance.now();
      latencies.push(nowMs - dueMs);
      if (answer.status === 200) acked?.(nowMs);
      else failed++;
    };
    const template = new SpanTemplate(SPANS_PER_REQUEST, 11);
    const trace = async () => {
      const body = Buffer.from(template.refresh(Date.now()));
      const traceId = template.keys()[0]!.slice(0, 32);
      const acked = delays.expect("span", traceKey(traceId));
      const answer = await client.call(key(), {
        method: "POST",
        path: "/v1/traces",
        body,
        contentType: "application/x-protobuf",
      });
      if (answer.status === 200) acked(performance.now());
      else failed++;
    };
    let turn = 0;
    const { seconds } = options;
    await Promise.all([
      openLoop({ perSecond: agents.length / options.heartbeatSeconds, seconds, seed: 21 }, (dueMs) =>
        following(heartbeat(turn++, dueMs)),
      ),
      openLoop({ perSecond: TRACES_PER_SECOND, seconds, seed: 22 }, () => following(trace())),
    ]);
    await Promise.all(pending);
    const cpu = meter.stop();
    await sleep(SETTLE_MS);
    const sum = (of: (viewer: LiveViewer) => number) =>
      viewers.reduce((total, viewer) => total + of(viewer), 0);
    return {
      viewers: viewers.length,
      agents: agents.length,
      seconds,
      delays: [
        delayRow("span to viewer", delays.of("span")),
        delayRow("status change by heartbeat to viewer", delays.of("heartbeat")),
      ],
      heartbeats: {
        sent: latencies.length,
        failed,
        p50Ms: quantile(latencies, 0.5),
        p95Ms: quantile(latencies, 0.95),
      },
      kilobytesPerSecond: sum(({ bytes }) => bytes) / viewers.length / seconds / 1000,
      eventsPerSecond: sum(({ events }) => events) / viewers.length / seconds,
      brokenStreams: viewers.filter(({ broke }) => broke).length,
      cores: Object.fromEntries(
        Object.entries(cpu).map(([role, ms]) => [role, ms / seconds / 1000]),
      ) as unknown as CpuByRole,
      peakRssMb: meter.peakRssBytes / 1024 ** 2,
      othersShare: meter.othersShare,
    };
  } finally {
    for (const viewer of viewers) viewer.close();
  }
}

function delayRow(
  what: string,
  { delays, things, missing, beforeAnswer }: ReturnType<LiveDelays["of"]>,
): DelayRow {
  return {
    what,
    things,
    p50Ms: quantile(delays, 0.5),
    p95Ms: quantile(delays, 0.95),
    p99Ms: quantile(delays, 0.99),
    maxMs: delays.reduce((most, ms) => Math.max(most, ms), 0),
    missing,
    beforeAnswer,
  };
}
