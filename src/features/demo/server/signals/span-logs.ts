import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { demoResource, type OtlpAttribute, otlpAttributes } from "./otlp-attributes.ts";

/** Severity numbers of OpenTelemetry logs. */
const SEVERITIES = { INFO: 9, WARN: 13, ERROR: 17 } as const;

interface LogRecord {
  timeUnixNano: string;
  severityNumber: number;
  severityText: keyof typeof SEVERITIES;
  body: { stringValue: string };
  attributes: OtlpAttribute[];
  traceId: string;
  spanId: string;
}

/**
 * Writes the log lines an agent's program would write: one when a run ends, one for each tool it called and each
 * failure, with the span they belong to.
 */
export class SpanLogs implements SpanProcessor {
  private waiting = new Map<string, LogRecord[]>();

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    const line = lineOf(span);
    if (!line) return;
    const service = String(span.resource.attributes["service.name"]);
    const { traceId, spanId } = span.spanContext();
    const [seconds, nanos] = span.endTime;
    const records = this.waiting.get(service) ?? [];
    records.push({
      timeUnixNano: String(BigInt(seconds) * 1_000_000_000n + BigInt(nanos)),
      severityNumber: SEVERITIES[line.severity],
      severityText: line.severity,
      body: { stringValue: line.text },
      attributes: otlpAttributes({ "code.function.name": line.where }),
      traceId,
      spanId,
    });
    this.waiting.set(service, records);
  }

  /** What was written since the last call, as the body of an export; undefined when that is nothing. */
  take(): object | undefined {
    const waiting = this.waiting;
    this.waiting = new Map();
    if (waiting.size === 0) return undefined;
    return {
      resourceLogs: [...waiting].map(([service, logRecords]) => ({
        resource: demoResource(service),
        scopeLogs: [{ scope: { name: "demo.logger" }, logRecords }],
      })),
    };
  }

  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

function lineOf(
  span: ReadableSpan,
): { severity: keyof typeof SEVERITIES; text: string; where: string } | undefined {
  const [seconds, nanos] = span.duration;
  const took = `${(seconds + nanos / 1e9).toFixed(2)} s`;
  const where = span.name.split(" ")[0]!;
  if (span.status.code === 2) {
    const why = span.status.message ?? "no reason given";
    const isLimit = /rate limit|429/i.test(why);
    return { severity: isLimit ? "WARN" : "ERROR", text: `${span.name} failed after ${took}: ${why}`, where };
  }
  const operation = span.attributes["gen_ai.operation.name"] ?? span.attributes["openinference.span.kind"];
  if (operation === "execute_tool" || operation === "TOOL") {
    return { severity: "INFO", text: `${span.name} answered in ${took}`, where };
  }
  if (span.parentSpanContext === undefined) {
    return { severity: "INFO", text: `${span.name} finished in ${took}`, where };
  }
  return undefined;
}
