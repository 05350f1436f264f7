import { setTimeout as sleep } from "node:timers/promises";
import type { DemoTarget } from "../demo-telemetry.ts";
import { hostOf } from "./otlp-attributes.ts";
import type { SpanLogs } from "./span-logs.ts";
import type { SpanMetrics } from "./span-metrics.ts";

const LOGS_EVERY_MS = 2_000;
const METRICS_EVERY_MS = 10_000;
const HEARTBEAT_EVERY_MS = 15_000;
const AGENTS = ["support-agent", "research-agent", "docs-agent", "report-agent"];

/**
 * Sends what the spans do not say until `signal` fires: log lines, metrics, and the agents' heartbeats. Something
 * that is refused is gone, as with any exporter without a queue.
 */
export async function sendSignals(
  target: DemoTarget,
  logs: SpanLogs,
  metrics: SpanMetrics,
  signal: AbortSignal,
): Promise<void> {
  const otlp = target.otlpEndpoint.replace(/\/+$/, "");
  const post = async (url: string, body: object | undefined) => {
    if (body === undefined) return;
    await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${target.apiKey}` },
      body: JSON.stringify(body),
      signal,
    })
      .then((response) => response.arrayBuffer())
      .catch(() => {});
  };
  await Promise.all([
    every(LOGS_EVERY_MS, signal, () => post(`${otlp}/v1/logs`, logs.take())),
    every(METRICS_EVERY_MS, signal, () => post(`${otlp}/v1/metrics`, metrics.collect(Date.now()))),
    ...(target.apiUrl === undefined ? [] : AGENTS).map((agent) =>
      every(HEARTBEAT_EVERY_MS, signal, () =>
        post(`${target.apiUrl}/api/v1/agents/${agent}/heartbeat`, {
          status: agent === "report-agent" ? "idle" : "running",
          version: "1.4.0",
          host: hostOf(agent),
          type: agent.split("-")[0],
          environment: "demo",
        }),
      ),
    ),
  ]);
}

async function every(ms: number, signal: AbortSignal, act: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await act();
    await sleep(ms, undefined, { signal }).catch(() => {});
  }
}
