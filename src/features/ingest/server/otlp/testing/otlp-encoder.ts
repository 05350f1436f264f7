import { BackwardWriter } from "./backward-writer.ts";

/**
 * An attribute value. Whole numbers and bigints are sent as ints, other numbers as doubles; `null` is
 * AnyValue without a value.
 */
export type ValueInput =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly ValueInput[]
  | { readonly [key: string]: ValueInput };

/** Attributes by key, in the order they are sent. */
export type AttributesInput = Readonly<Record<string, ValueInput>>;

/** One span. Ids are hexadecimal, times nanoseconds since 1970. */
export interface SpanInput {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  traceState?: string;
  name: string;
  kind?: number;
  startNs: bigint;
  endNs: bigint;
  attributes?: AttributesInput;
  droppedAttributes?: number;
  events?: readonly { timeNs: bigint; name: string; attributes?: AttributesInput }[];
  links?: readonly { traceId: string; spanId: string; attributes?: AttributesInput }[];
  status?: { code: number; message?: string };
}

/** Spans of one instrumentation scope. */
export interface ScopeSpansInput {
  scope?: { name: string; version?: string; attributes?: AttributesInput };
  schemaUrl?: string;
  spans: readonly SpanInput[];
}

/** Spans of one resource. */
export interface ResourceSpansInput {
  resource?: AttributesInput;
  schemaUrl?: string;
  scopeSpans: readonly ScopeSpansInput[];
}

/** Encodes an ExportTraceServiceRequest as protobuf, fields in the order the OpenTelemetry SDKs write them. */
export function encodeTraces(resourceSpans: readonly ResourceSpansInput[]): Buffer {
  const out = new BackwardWriter();
  for (const group of resourceSpans.toReversed()) out.messageField(1, () => writeResourceSpans(out, group));
  return out.finish();
}

function writeResourceSpans(out: BackwardWriter, group: ResourceSpansInput): void {
  if (group.schemaUrl) out.textField(3, group.schemaUrl);
  for (const scope of group.scopeSpans.toReversed()) out.messageField(2, () => writeScopeSpans(out, scope));
  if (group.resource) out.messageField(1, () => writeAttributes(out, 1, group.resource));
}

function writeScopeSpans(out: BackwardWriter, group: ScopeSpansInput): void {
  const { scope } = group;
  if (group.schemaUrl) out.textField(3, group.schemaUrl);
  for (const span of group.spans.toReversed()) out.messageField(2, () => writeSpan(out, span));
  if (scope) {
    out.messageField(1, () => {
      writeAttributes(out, 3, scope.attributes);
      if (scope.version) out.textField(2, scope.version);
      out.textField(1, scope.name);
    });
  }
}

function writeSpan(out: BackwardWriter, span: SpanInput): void {
  const { status } = span;
  if (status) {
    out.messageField(15, () => {
      if (status.code !== 0) out.varintField(3, status.code);
      if (status.message) out.textField(2, status.message);
    });
  }
  for (const link of (span.links ?? []).toReversed()) {
    out.messageField(13, () => {
      writeAttributes(out, 4, link.attributes);
      out.bytesField(2, Buffer.from(link.spanId, "hex"));
      out.bytesField(1, Buffer.from(link.traceId, "hex"));
    });
  }
  for (const event of (span.events ?? []).toReversed()) {
    out.messageField(11, () => {
      writeAttributes(out, 3, event.attributes);
      out.textField(2, event.name);
      out.fixed64Field(1, event.timeNs);
    });
  }
  if (span.droppedAttributes) out.varintField(10, span.droppedAttributes);
  writeAttributes(out, 9, span.attributes);
  out.fixed64Field(8, span.endNs);
  out.fixed64Field(7, span.startNs);
  if (span.kind) out.varintField(6, span.kind);
  out.textField(5, span.name);
  if (span.parentSpanId) out.bytesField(4, Buffer.from(span.parentSpanId, "hex"));
  if (span.traceState) out.textField(3, span.traceState);
  out.bytesField(2, Buffer.from(span.spanId, "hex"));
  out.bytesField(1, Buffer.from(span.traceId, "hex"));
}

function writeAttributes(out: BackwardWriter, field: number, attributes: AttributesInput | undefined): void {
  if (!attributes) return;
  for (const key of Object.keys(attributes).toReversed()) {
    out.messageField(field, () => {
      out.messageField(2, () => writeValue(out, attributes[key]!));
      out.textField(1, key);
    });
  }
}

function writeValue(out: BackwardWriter, value: ValueInput): void {
  if (value === null) return;
  if (typeof value === "string") out.textField(1, value);
  else if (typeof value === "boolean") out.varintField(2, value ? 1 : 0);
  else if (typeof value === "bigint") out.varintField(3, value);
  else if (typeof value === "number") {
    if (Number.isSafeInteger(value)) out.varintField(3, value);
    else out.doubleField(4, value);
  } else if (value instanceof Uint8Array) out.bytesField(7, value);
  else if (isList(value)) {
    out.messageField(5, () => {
      for (const item of value.toReversed()) out.messageField(1, () => writeValue(out, item));
    });
  } else out.messageField(6, () => writeAttributes(out, 1, value));
}

function isList(value: ValueInput): value is readonly ValueInput[] {
  return Array.isArray(value);
}
