import { type IngestService, MetricBatch } from "#features/ingest/server/index.ts";
import type { Logger } from "#platform/observability/logger.ts";

/** Metrics of one heartbeat that are kept over time; what is beyond stays on the agent as its newest. */
const MOST = 50;
const MAX_NAME = 100;

/** Keeps what heartbeats measure as metrics `agent.<name>`, one series per agent. */
export class HeartbeatSamples {
  private readonly ingest: IngestService;
  private readonly logger: Logger;

  constructor(ingest: IngestService, logger: Logger) {
    this.ingest = ingest;
    this.logger = logger;
  }

  /** Takes the numbers of a heartbeat. They are stored soon after: a sign of life does not wait for the telemetry store. */
  take(
    agent: { project_id: string; name: string; host: string },
    metrics: Readonly<Record<string, unknown>>,
    nowMs: number,
  ): void {
    const numbers = numbersOf(metrics);
    if (numbers.length === 0) return;
    const batch = new MetricBatch(agent.project_id, nowMs, numbers.length);
    const resource: [string, string][] = [
      ["gen_ai.agent.name", agent.name],
      ...(agent.host === "" ? [] : [["host.name", agent.host] as [string, string]]),
    ];
    const timeNs = BigInt(nowMs) * 1_000_000n;
    for (const [name, value] of numbers) {
      batch.add({
        name: `agent.${name}`,
        kind: "gauge",
        unit: "",
        description: "Told by heartbeats.",
        temporality: "unspecified",
        monotonic: false,
        attributes: [],
        resource,
        scopeName: "flightdeck.heartbeat",
        startTimeNs: 0n,
        timeNs,
        value,
      });
    }
    this.ingest
      .storeMetricBatch(batch)
      .catch((error: unknown) => this.logger.warn({ err: error }, "metrics of a heartbeat were not stored"));
  }
}

/** The numbers of a heartbeat by name; objects within it are told by their path. */
export function numbersOf(metrics: Readonly<Record<string, unknown>>): [string, number][] {
  const found: [string, number][] = [];
  const collect = (value: unknown, path: string, depth: number) => {
    if (found.length >= MOST || path.length > MAX_NAME) return;
    if (typeof value === "number" && Number.isFinite(value)) found.push([path, value]);
    else if (depth < 2 && value !== null && typeof value === "object" && !Array.isArray(value)) {
      for (const [key, item] of Object.entries(value)) collect(item, `${path}.${key}`, depth + 1);
    }
  };
  for (const [key, value] of Object.entries(metrics)) collect(value, key, 0);
  return found;
}
