import type { Attributes, SpanFacts, SpanOrigin, SpanView } from "#features/telemetry/server/index.ts";
import { isContentKey, ValueKind } from "#features/telemetry/server/index.ts";
import { RowBinaryWriter } from "#platform/clickhouse/row-binary-writer.ts";
import { durationNs } from "./span-time.ts";

/** What a row is written from, besides the writer. */
export interface SpanRowSource {
  /** Project id in RowBinary order. */
  projectId: Buffer;
  receivedAtMs: number;
  span: SpanView;
  facts: SpanFacts;
  dialect: string;
  maps: AttributeMaps;
}

interface SpanColumn {
  name: string;
  write(out: RowBinaryWriter, row: SpanRowSource): void;
}

/**
 * The columns of `spans` in the order rows are written. The first three are the span's identity, 40 bytes
 * at the head of each row; duplicate detection reads them there.
 */
export const SPAN_COLUMNS: readonly SpanColumn[] = [
  { name: "project_id", write: (out, row) => out.fixed(row.projectId) },
  { name: "trace_id", write: (out, { span }) => out.fixed(span.traceId) },
  { name: "span_id", write: (out, { span }) => out.fixed(span.spanId) },
  { name: "start_time", write: (out, { span }) => out.u64Halves(span.startHigh, span.startLow) },
  { name: "duration_ns", write: (out, { span }) => out.u64(durationNs(span)) },
  { name: "parent_span_id", write: (out, { span }) => out.fixed(span.parentSpanId) },
  { name: "is_root", write: (out, { span }) => out.u8(span.hasParent ? 0 : 1) },
  { name: "received_at", write: (out, row) => out.u64(row.receivedAtMs) },
  { name: "name", write: (out, { span }) => out.internedString(span.name) },
  { name: "kind", write: (out, { span }) => out.u8(span.kind) },
  { name: "status", write: (out, { span }) => out.u8(span.statusCode) },
  { name: "status_message", write: (out, { span }) => out.string(span.statusMessage) },
  { name: "error_type", write: (out, { facts }) => out.internedString(facts.errorType) },
  { name: "service", write: (out, { span }) => out.internedString(span.origin.serviceName) },
  { name: "environment", write: (out, { facts }) => out.internedString(facts.environment) },
  { name: "dialect", write: (out, row) => out.internedString(row.dialect) },
  { name: "operation", write: (out, { facts }) => out.internedString(facts.operation) },
  { name: "agent", write: (out, { facts }) => out.internedString(facts.agentName) },
  { name: "agent_id", write: (out, { facts }) => out.internedString(facts.agentId) },
  { name: "model", write: (out, { facts }) => out.internedString(facts.model) },
  { name: "request_model", write: (out, { facts }) => out.internedString(facts.requestModel) },
  { name: "provider", write: (out, { facts }) => out.internedString(facts.provider) },
  { name: "tool", write: (out, { facts }) => out.internedString(facts.toolName) },
  { name: "finish_reason", write: (out, { facts }) => out.internedString(facts.finishReason) },
  { name: "session_id", write: (out, { facts }) => out.string(facts.sessionId) },
  { name: "user_id", write: (out, { facts }) => out.string(facts.userId) },
  { name: "tokens_input_uncached", write: (out, { facts }) => out.u64(facts.inputUncached) },
  { name: "tokens_cache_read", write: (out, { facts }) => out.u64(facts.cacheRead) },
  { name: "tokens_cache_write", write: (out, { facts }) => out.u64(facts.cacheWrite) },
  { name: "tokens_output", write: (out, { facts }) => out.u64(facts.output) },
  { name: "tokens_reasoning", write: (out, { facts }) => out.u64(facts.reasoning) },
  { name: "time_to_first_token_ms", write: (out, { facts }) => out.f32(facts.timeToFirstToken * 1000) },
  {
    name: "attributes_string",
    write: (out, row) => writeTextMap(out, row, AttributeMap.string),
  },
  { name: "attributes_number", write: (out, row) => writeNumberMap(out, row) },
  { name: "attributes_bool", write: (out, row) => writeBoolMap(out, row) },
  {
    name: "attributes_json",
    write: (out, row) => writeTextMap(out, row, AttributeMap.json),
  },
  { name: "content", write: (out, row) => writeTextMap(out, row, AttributeMap.content) },
  { name: "resource_attributes", write: (out, { span }) => writeResource(out, span.origin) },
  { name: "scope_name", write: (out, { span }) => out.internedString(span.origin.scopeName) },
  { name: "scope_version", write: (out, { span }) => out.internedString(span.origin.scopeVersion) },
  { name: "trace_state", write: (out, { span }) => out.string(span.traceState) },
  { name: "events", write: (out, { span }) => out.string(eventsJson(span)) },
  { name: "links", write: (out, { span }) => out.string(linksJson(span)) },
];

/** Bytes at the head of a row that identify the span: project, trace, span. */
export const SPAN_KEY_BYTES = 40;

/** Which of the maps an attribute goes to. Content of any kind goes to `content`, as text. */
const AttributeMap = { string: 0, number: 1, bool: 2, json: 3, content: 4 } as const;

/** Which map each attribute of a span goes to: decided once for the five columns that ask. */
export class AttributeMaps {
  /** Map of each attribute, by index; entries beyond the span's attributes are stale. */
  readonly of: number[] = [];
  readonly counts: number[] = [0, 0, 0, 0, 0];

  assign(attributes: Attributes): void {
    this.counts.fill(0);
    for (let i = 0; i < attributes.size; i++) {
      const map = mapOf(attributes, i);
      this.of[i] = map;
      this.counts[map]!++;
    }
  }
}

function mapOf(attributes: Attributes, i: number): number {
  if (isContentKey(attributes.keys[i]!)) return AttributeMap.content;
  switch (attributes.kinds[i]) {
    case ValueKind.bool:
      return AttributeMap.bool;
    case ValueKind.double:
      return AttributeMap.number;
    case ValueKind.int:
      // Beyond 2^53 a double would be wrong: such an int keeps its decimal text.
      return attributes.texts[i] === undefined ? AttributeMap.number : AttributeMap.string;
    case ValueKind.array:
    case ValueKind.map:
      return AttributeMap.json;
    default:
      return AttributeMap.string;
  }
}

function writeTextMap(out: RowBinaryWriter, { span, maps }: SpanRowSource, map: number): void {
  const { attributes } = span;
  const count = maps.counts[map]!;
  out.varint(count);
  for (let i = 0; count > 0 && i < attributes.size; i++) {
    if (maps.of[i] !== map) continue;
    out.internedString(attributes.keys[i]!);
    if (attributes.starts[i]! >= 0) {
      out.stringRange(attributes.source, attributes.starts[i]!, attributes.ends[i]!);
    } else out.string(attributes.textAt(i));
  }
}

function writeNumberMap(out: RowBinaryWriter, { span, maps }: SpanRowSource): void {
  const { attributes } = span;
  const count = maps.counts[AttributeMap.number]!;
  out.varint(count);
  for (let i = 0; count > 0 && i < attributes.size; i++) {
    if (maps.of[i] !== AttributeMap.number) continue;
    out.internedString(attributes.keys[i]!);
    out.f64(attributes.numbers[i]!);
  }
}

function writeBoolMap(out: RowBinaryWriter, { span, maps }: SpanRowSource): void {
  const { attributes } = span;
  const count = maps.counts[AttributeMap.bool]!;
  out.varint(count);
  for (let i = 0; count > 0 && i < attributes.size; i++) {
    if (maps.of[i] !== AttributeMap.bool) continue;
    out.internedString(attributes.keys[i]!);
    out.u8(attributes.numbers[i]!);
  }
}

/** An origin is shared by all spans of a group, so its attributes are encoded once. */
const encodedOrigins = new WeakMap<SpanOrigin, Buffer>();

function writeResource(out: RowBinaryWriter, origin: SpanOrigin): void {
  let encoded = encodedOrigins.get(origin);
  if (encoded === undefined) {
    encoded = encodeResource(origin);
    encodedOrigins.set(origin, encoded);
  }
  out.fixed(encoded);
}

/** Attributes of the scope are rare and say where a span comes from, as the resource's do: they stand beside them. */
function encodeResource({ resource, scopeAttributes }: SpanOrigin): Buffer {
  const out = new RowBinaryWriter(512);
  out.varint(resource.size + (scopeAttributes?.size ?? 0));
  for (const [key, value] of resource) {
    out.internedString(key);
    out.internedString(value);
  }
  for (const [key, value] of scopeAttributes ?? []) {
    out.string(`scope.${key}`);
    out.string(value);
  }
  return out.bytes();
}

function eventsJson(span: SpanView): string {
  if (span.events.length === 0) return "";
  return JSON.stringify(
    span.events.map((event) => ({
      time_ns: String(event.timeNs),
      name: event.name,
      attributes: event.attributes,
    })),
  );
}

function linksJson(span: SpanView): string {
  if (span.links.length === 0) return "";
  return JSON.stringify(
    span.links.map((link) => ({ trace_id: link.traceId, span_id: link.spanId, attributes: link.attributes })),
  );
}
