import type { AttributesInput, ResourceSpansInput, SpanInput, ValueInput } from "./otlp-encoder.ts";

/** Encodes the same export as `encodeTraces`, as OTLP/JSON: hexadecimal ids, 64-bit integers as strings. */
export function encodeTracesJson(resourceSpans: readonly ResourceSpansInput[]): Buffer {
  return Buffer.from(
    JSON.stringify({
      resourceSpans: resourceSpans.map((group) => ({
        resource: group.resource && { attributes: attributes(group.resource) },
        schemaUrl: group.schemaUrl,
        scopeSpans: group.scopeSpans.map(({ scope, schemaUrl, spans }) => ({
          scope: scope && { ...scope, attributes: attributes(scope.attributes) },
          schemaUrl,
          spans: spans.map(span),
        })),
      })),
    }),
  );
}

function span(input: SpanInput) {
  return {
    traceId: input.traceId,
    spanId: input.spanId,
    parentSpanId: input.parentSpanId ?? "",
    traceState: input.traceState,
    name: input.name,
    kind: input.kind,
    startTimeUnixNano: String(input.startNs),
    endTimeUnixNano: String(input.endNs),
    attributes: attributes(input.attributes),
    droppedAttributesCount: input.droppedAttributes,
    events: input.events?.map((event) => ({
      timeUnixNano: String(event.timeNs),
      name: event.name,
      attributes: attributes(event.attributes),
    })),
    links: input.links?.map((link) => ({ ...link, attributes: attributes(link.attributes) })),
    status: input.status,
  };
}

function attributes(input: AttributesInput | undefined) {
  return Object.entries(input ?? {}).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: ValueInput): Record<string, unknown> {
  if (value === null) return {};
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "bigint") return { intValue: String(value) };
  if (typeof value === "number")
    return Number.isSafeInteger(value)
      ? { intValue: String(value) }
      : { doubleValue: Number.isFinite(value) ? value : String(value) };
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: attributes(value as AttributesInput) } };
}
