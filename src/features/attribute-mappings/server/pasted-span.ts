import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";

type JsonObject = Record<string, unknown>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A pasted text as an OTLP/JSON export: an export itself, one OTLP span or a list of them, a span as this API
 * or an SDK shows it (attributes as an object), or nothing but an object of attributes. Missing ids and times
 * are made up. Throws `unreadable_span` (422) for anything else.
 */
export function exportOfPaste(text: string, nowMs: number): string {
  const value = parse(text);
  if (isObject(value) && Array.isArray(value.resourceSpans)) return text;
  if (isObject(value) && Array.isArray(value.scopeSpans)) return JSON.stringify({ resourceSpans: [value] });
  const spans = (Array.isArray(value) ? value : [value]).map((each) => {
    if (!isObject(each)) throw unreadable("a span is a JSON object");
    return otlpSpan(each, nowMs);
  });
  const first = Array.isArray(value) ? value.find(isObject) : value;
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributeList(resourceOf(first as JsonObject)) },
        scopeSpans: [{ scope: scopeOf(first as JsonObject), spans }],
      },
    ],
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable((error as Error).message);
  }
}

function unreadable(why: string): FlightdeckError {
  return new FlightdeckError(
    `This is not a span as JSON: ${why}. Paste an OTLP export, a span or its attributes.`,
    {
      code: "unreadable_span",
      status: 422,
    },
  );
}

function otlpSpan(given: JsonObject, nowMs: number): JsonObject {
  const start = `${nowMs}000000`;
  const isSpan = "attributes" in given || "spanId" in given || "span_id" in given;
  return {
    ...(Array.isArray(given.events) && given.events.every(isOtlpEvent) ? { events: given.events } : {}),
    name: typeof given.name === "string" ? given.name : "pasted span",
    kind: typeof given.kind === "number" ? given.kind : 1,
    traceId: idOf(given.traceId ?? given.trace_id, 32),
    spanId: idOf(given.spanId ?? given.span_id, 16),
    startTimeUnixNano: start,
    endTimeUnixNano: start,
    attributes: attributeList(isSpan ? given.attributes : given),
  };
}

const isOtlpEvent = (event: unknown) =>
  isObject(event) && (event.attributes === undefined || Array.isArray(event.attributes));

function idOf(value: unknown, length: number): string {
  return typeof value === "string" &&
    new RegExp(`^[0-9a-fA-F]{${length}}$`).test(value) &&
    !/^0+$/.test(value)
    ? value
    : "1".padStart(length, "0");
}

function resourceOf(span: JsonObject): unknown {
  if (isObject(span.resource)) return span.resource.attributes;
  return span.resource_attributes;
}

function scopeOf(span: JsonObject): JsonObject {
  const scope = span.scope ?? span.instrumentationScope;
  return isObject(scope) && typeof scope.name === "string" ? { name: scope.name } : {};
}

/** Attributes as OTLP writes them: a list stays, an object becomes one. */
function attributeList(attributes: unknown): unknown[] {
  if (Array.isArray(attributes)) return attributes;
  if (!isObject(attributes)) return [];
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: unknown): JsonObject {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (isObject(value)) return { kvlistValue: { values: attributeList(value) } };
  return {};
}
