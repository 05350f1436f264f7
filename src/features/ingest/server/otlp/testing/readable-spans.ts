/** A span as OpenTelemetry JS holds it in memory and test suites dump it; times are `[seconds, nanoseconds]`. */
export interface ReadableSpanDump {
  name: string;
  kind?: number;
  spanContext: { traceId: string; spanId: string };
  parentSpanContext?: { spanId: string };
  parentSpanId?: string;
  attributes: Record<string, unknown>;
  status?: { code: number; message?: string };
  startTime: [number, number];
  endTime: [number, number];
}

/** Turns such a dump into an OTLP/JSON export of one resource and scope; attributes stay a plain object. */
export function exportReadableSpans(dump: readonly ReadableSpanDump[], scopeName: string): Buffer {
  const spans = dump.map((span) => ({
    ...span.spanContext,
    parentSpanId: span.parentSpanContext?.spanId ?? span.parentSpanId,
    name: span.name,
    kind: (span.kind ?? 0) + 1,
    startTimeUnixNano: nanoseconds(span.startTime),
    endTimeUnixNano: nanoseconds(span.endTime),
    attributes: span.attributes,
    status: span.status,
  }));
  return Buffer.from(
    JSON.stringify({ resourceSpans: [{ scopeSpans: [{ scope: { name: scopeName }, spans }] }] }),
  );
}

function nanoseconds([seconds, nanos]: [number, number]): string {
  return String(BigInt(seconds) * 1_000_000_000n + BigInt(nanos));
}
