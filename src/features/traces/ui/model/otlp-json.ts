import type { SpanDetail, SpanEvent } from "../../trace-contract.ts";

const KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"];
const STATUS = { unset: 0, ok: 1, error: 2 };

type OtlpValue = Record<string, unknown>;

function otlpValue(value: unknown): OtlpValue {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(otlpValue) } };
  if (value !== null && typeof value === "object") return { kvlistValue: { values: otlpAttributes(value) } };
  return {};
}

const otlpAttributes = (attributes: object) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: otlpValue(value) }));

/** RFC 3339 with nanoseconds as nanoseconds since 1970, without losing any to floating point. */
export function unixNano(time: string): string {
  const [, second = "", fraction = ""] = /^(.{19})(?:\.(\d+))?/.exec(time) ?? [];
  const ms = Date.parse(`${second}Z`);
  return Number.isNaN(ms)
    ? "0"
    : String(BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, "0").slice(0, 9)));
}

const otlpEvent = ({ time, name, attributes }: SpanEvent) => ({
  timeUnixNano: unixNano(time),
  name,
  attributes: otlpAttributes(attributes),
});

/**
 * Spans as an OTLP/JSON export request (ExportTraceServiceRequest in protobuf's JSON mapping), which any
 * OpenTelemetry endpoint takes at `/v1/traces`.
 */
export function otlpJson(spans: readonly SpanDetail[]): object {
  return {
    resourceSpans: spans.map((span) => ({
      resource: { attributes: otlpAttributes(span.resource_attributes) },
      scopeSpans: [
        {
          scope: span.scope,
          spans: [
            {
              traceId: span.trace_id,
              spanId: span.span_id,
              parentSpanId: span.parent_span_id ?? "",
              traceState: span.trace_state,
              name: span.name,
              kind: Math.max(0, KINDS.indexOf(span.kind)),
              startTimeUnixNano: unixNano(span.start_time),
              endTimeUnixNano: unixNano(span.end_time),
              attributes: otlpAttributes(span.attributes),
              events: span.events.map(otlpEvent),
              links: span.links.map((link) => ({
                traceId: link.trace_id,
                spanId: link.span_id,
                attributes: otlpAttributes(link.attributes),
              })),
              status: { code: STATUS[span.status], message: span.status_message },
            },
          ],
        },
      ],
    })),
  };
}
