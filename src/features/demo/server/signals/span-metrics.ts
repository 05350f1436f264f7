import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { demoResource, hostOf, otlpAttributes, otlpTime } from "./otlp-attributes.ts";

/** Bucket bounds of `gen_ai.client.operation.duration`, in seconds, as the OpenTelemetry GenAI conventions advise. */
const BOUNDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const CUMULATIVE = 2;

interface Durations {
  service: string;
  model: string;
  counts: number[];
  sum: number;
}

/**
 * Counts model calls as an instrumentation does, and tells how the machines of the demo are: a share of load that
 * goes up and down over the day, and memory that grows until a restart at midnight.
 */
export class SpanMetrics implements SpanProcessor {
  private readonly startedMs = Date.now();
  private readonly durations = new Map<string, Durations>();
  private readonly services = new Set<string>();

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    const service = String(span.resource.attributes["service.name"]);
    this.services.add(service);
    // The past that the demo fills in is not what a running process would have counted.
    if (span.endTime[0] * 1000 < this.startedMs) return;
    const model = span.attributes["gen_ai.response.model"] ?? span.attributes["llm.model_name"];
    if (typeof model !== "string") return;
    const seconds = span.duration[0] + span.duration[1] / 1e9;
    const known = this.durations.get(`${service} ${model}`);
    const entry = known ?? { service, model, counts: Array(BOUNDS.length + 1).fill(0) as number[], sum: 0 };
    if (!known) this.durations.set(`${service} ${model}`, entry);
    const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
    entry.counts[bucket < 0 ? BOUNDS.length : bucket]! += 1;
    entry.sum += seconds;
  }

  /** Everything as it is now, as the body of an export. */
  collect(nowMs: number): object {
    return {
      resourceMetrics: [...this.services].map((service) => ({
        resource: demoResource(service),
        scopeMetrics: [
          {
            scope: { name: "demo.metrics" },
            metrics: [...hostMetrics(service, nowMs), ...this.callsOf(service, nowMs)],
          },
        ],
      })),
    };
  }

  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}

  private callsOf(service: string, nowMs: number): object[] {
    const own = [...this.durations.values()].filter((entry) => entry.service === service);
    if (own.length === 0) return [];
    const dataPoints = own.map(({ model, counts, sum }) => ({
      attributes: otlpAttributes({ "gen_ai.request.model": model, "gen_ai.operation.name": "chat" }),
      startTimeUnixNano: otlpTime(this.startedMs),
      timeUnixNano: otlpTime(nowMs),
      count: String(counts.reduce((all, count) => all + count, 0)),
      sum,
      explicitBounds: BOUNDS,
      bucketCounts: counts.map(String),
    }));
    return [
      {
        name: "gen_ai.client.operation.duration",
        unit: "s",
        description: "How long model calls take.",
        histogram: { aggregationTemporality: CUMULATIVE, dataPoints },
      },
    ];
  }
}

function hostMetrics(service: string, nowMs: number): object[] {
  const gauge = (name: string, unit: string, description: string, value: number) => ({
    name,
    unit,
    description,
    gauge: { dataPoints: [{ timeUnixNano: otlpTime(nowMs), asDouble: value }] },
  });
  const day = (nowMs % 86_400_000) / 86_400_000;
  const phase = hostOf(service) === "demo-host-1" ? 0 : 0.3;
  const wave = (Math.sin((day + phase) * 2 * Math.PI) + 1) / 2;
  const ripple = (Math.sin(nowMs / 47_000 + phase * 20) + Math.sin(nowMs / 13_000)) / 4;
  return [
    gauge(
      "system.cpu.utilization",
      "1",
      "Share of the processors in use.",
      Math.min(1, Math.max(0.02, 0.2 + 0.4 * wave + 0.15 * ripple)),
    ),
    gauge("system.memory.utilization", "1", "Share of memory in use.", 0.35 + 0.4 * day + 0.03 * ripple),
    gauge(
      "process.memory.usage",
      "By",
      "Memory of the agent's process.",
      Math.round(2e8 + 1.5e8 * day + 2e7 * ripple),
    ),
  ];
}
