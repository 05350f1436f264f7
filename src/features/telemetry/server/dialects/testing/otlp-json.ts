import { ValueKind } from "../../attributes.ts";
import { SpanView } from "../../span-view.ts";
import type { StoredSpan } from "../dialect.ts";

/** One span of an OTLP/JSON document, in the two forms dialects read: at ingest and from the store. */
export interface TestSpan {
  spanId: string;
  view: SpanView;
  stored: StoredSpan;
}

interface AnyValue {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string | number;
  doubleValue?: number;
  arrayValue?: { values?: AnyValue[] };
  kvlistValue?: { values?: KeyValue[] };
}
interface KeyValue {
  key: string;
  value: AnyValue;
}
interface OtlpSpan {
  spanId: string;
  name: string;
  kind?: number;
  parentSpanId?: string;
  status?: { code?: number; message?: string };
  attributes?: KeyValue[];
  events?: { name: string; attributes?: KeyValue[] }[];
}
interface OtlpTraces {
  resourceSpans?: {
    resource?: { attributes?: KeyValue[] };
    scopeSpans?: { scope?: { name?: string; version?: string }; spans?: OtlpSpan[] }[];
  }[];
}

/** The spans of an OTLP/JSON document, read without checks: only for documents known to be good. */
export function spansOfOtlpJson(document: unknown): TestSpan[] {
  const spans: TestSpan[] = [];
  for (const group of (document as OtlpTraces).resourceSpans ?? []) {
    const resource = plainRecord(group.resource?.attributes ?? []);
    for (const scoped of group.scopeSpans ?? []) {
      for (const span of scoped.spans ?? []) {
        const test = testSpan({
          name: span.name,
          scopeName: scoped.scope?.name ?? "",
          kind: span.kind ?? 0,
          hasParent: Boolean(span.parentSpanId),
          statusCode: span.status?.code ?? 0,
          attributes: plainRecord(span.attributes ?? []),
          events: (span.events ?? []).map((event) => ({
            name: event.name,
            attributes: plainRecord(event.attributes ?? []),
          })),
          resource,
        });
        spans.push({ ...test, spanId: span.spanId });
      }
    }
  }
  return spans;
}

/** What `testSpan` needs to know; everything has a default. */
export interface TestSpanInput {
  name?: string;
  scopeName?: string;
  kind?: number;
  hasParent?: boolean;
  statusCode?: number;
  operation?: string;
  attributes?: Record<string, unknown>;
  events?: { name: string; attributes: Record<string, unknown> }[];
  resource?: Record<string, unknown>;
}

/** A span in both forms, from plain attribute values. */
export function testSpan(input: TestSpanInput): { view: SpanView; stored: StoredSpan } {
  const view = new SpanView();
  view.name = input.name ?? "span";
  view.kind = input.kind ?? 0;
  view.hasParent = input.hasParent ?? false;
  view.statusCode = input.statusCode ?? 0;
  view.origin = {
    serviceName: "",
    scopeName: input.scopeName ?? "",
    scopeVersion: "",
    schemaUrl: "",
    resource: new Map(Object.entries(input.resource ?? {}).map(([key, value]) => [key, String(value)])),
  };
  const attributes = input.attributes ?? {};
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "string") view.attributes.addText(key, ValueKind.string, value);
    else if (typeof value === "number") {
      view.attributes.addNumber(key, Number.isInteger(value) ? ValueKind.int : ValueKind.double, value);
    } else if (typeof value === "boolean") view.attributes.addNumber(key, ValueKind.bool, Number(value));
    else if (value !== null && value !== undefined) {
      view.attributes.addText(
        key,
        Array.isArray(value) ? ValueKind.array : ValueKind.map,
        JSON.stringify(value),
      );
    }
  }
  const events = input.events ?? [];
  for (const event of events) view.events.push({ timeNs: 0n, ...event });
  return {
    view,
    stored: {
      name: view.name,
      scopeName: view.origin.scopeName,
      operation: input.operation ?? "",
      attributes: Object.assign(Object.create(null), attributes) as Record<string, unknown>,
      events,
    },
  };
}

function plainRecord(list: readonly KeyValue[]): Record<string, unknown> {
  const record = Object.create(null) as Record<string, unknown>;
  for (const { key, value } of list) record[key] = plain(value);
  return record;
}

function plain(value: AnyValue): unknown {
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.boolValue !== undefined) return value.boolValue;
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.doubleValue !== undefined) return value.doubleValue;
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plain);
  if (value.kvlistValue !== undefined) return plainRecord(value.kvlistValue.values ?? []);
  return undefined;
}
