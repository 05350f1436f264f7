import { type Attributes, type SpanOrigin, ValueKind } from "#features/telemetry/server/index.ts";
import { RowBinaryWriter } from "#platform/clickhouse/row-binary-writer.ts";
import type { LogView } from "./log-view.ts";

/** What a row of `logs` is written from. */
export interface LogRowSource {
  /** Project id in RowBinary order. */
  projectId: Buffer;
  receivedAtMs: number;
  log: LogView;
  facts: LogFacts;
}

/** What is read from a record's attributes into columns of its own. */
export interface LogFacts {
  eventName: string;
  environment: string;
  agent: string;
  sessionId: string;
}

interface LogColumn {
  name: string;
  write(out: RowBinaryWriter, row: LogRowSource): void;
}

/** Bytes of the id at the head of a row; what follows it up to `received_at`, the last column, is what it is a hash of. */
export const LOG_ID_BYTES = 16;
export const RECEIVED_AT_BYTES = 8;
const NO_ID = Buffer.alloc(LOG_ID_BYTES);

/** The columns of `logs` in the order rows are written. A column added later belongs before `received_at`. */
export const LOG_COLUMNS: readonly LogColumn[] = [
  { name: "log_id", write: (out) => out.fixed(NO_ID) },
  { name: "project_id", write: (out, row) => out.fixed(row.projectId) },
  { name: "time", write: (out, { log }) => writeNs(out, log.timeNs) },
  { name: "observed_time", write: (out, { log }) => writeNs(out, log.observedNs) },
  { name: "severity_number", write: (out, { log }) => out.u8(log.severityNumber) },
  { name: "severity_text", write: (out, { log }) => out.internedString(log.severityText) },
  { name: "event_name", write: (out, { facts }) => out.internedString(facts.eventName) },
  { name: "body", write: (out, { log }) => out.string(log.body) },
  { name: "body_is_json", write: (out, { log }) => out.u8(log.bodyIsJson ? 1 : 0) },
  { name: "trace_id", write: (out, { log }) => out.fixed(log.traceId) },
  { name: "span_id", write: (out, { log }) => out.fixed(log.spanId) },
  { name: "trace_flags", write: (out, { log }) => out.u8(log.traceFlags) },
  { name: "service", write: (out, { log }) => out.internedString(log.origin.serviceName) },
  { name: "environment", write: (out, { facts }) => out.internedString(facts.environment) },
  { name: "agent", write: (out, { facts }) => out.internedString(facts.agent) },
  { name: "session_id", write: (out, { facts }) => out.string(facts.sessionId) },
  { name: "attributes_string", write: (out, { log }) => writeTexts(out, log.attributes, "string") },
  { name: "attributes_number", write: (out, { log }) => writeNumbers(out, log.attributes, "number") },
  { name: "attributes_bool", write: (out, { log }) => writeNumbers(out, log.attributes, "bool") },
  { name: "attributes_json", write: (out, { log }) => writeTexts(out, log.attributes, "json") },
  { name: "resource_attributes", write: (out, { log }) => writeResource(out, log.origin) },
  { name: "scope_name", write: (out, { log }) => out.internedString(log.origin.scopeName) },
  { name: "scope_version", write: (out, { log }) => out.internedString(log.origin.scopeVersion) },
  { name: "received_at", write: (out, row) => out.u64(row.receivedAtMs) },
];

type MapName = "string" | "number" | "bool" | "json";

function mapOf(attributes: Attributes, i: number): MapName {
  switch (attributes.kinds[i]) {
    case ValueKind.bool:
      return "bool";
    case ValueKind.double:
      return "number";
    case ValueKind.int:
      // Beyond 2^53 a double would be wrong: such an int keeps its decimal text.
      return attributes.texts[i] === undefined ? "number" : "string";
    case ValueKind.array:
    case ValueKind.map:
      return "json";
    default:
      return "string";
  }
}

function writeTexts(out: RowBinaryWriter, attributes: Attributes, map: MapName): void {
  out.varint(countOf(attributes, map));
  for (let i = 0; i < attributes.size; i++) {
    if (mapOf(attributes, i) !== map) continue;
    out.internedString(attributes.keys[i]!);
    const start = attributes.starts[i]!;
    if (start >= 0) out.stringRange(attributes.source, start, attributes.ends[i]!);
    else out.string(attributes.textAt(i));
  }
}

function writeNumbers(out: RowBinaryWriter, attributes: Attributes, map: MapName): void {
  out.varint(countOf(attributes, map));
  for (let i = 0; i < attributes.size; i++) {
    if (mapOf(attributes, i) !== map) continue;
    out.internedString(attributes.keys[i]!);
    if (map === "bool") out.u8(attributes.numbers[i]!);
    else out.f64(attributes.numbers[i]!);
  }
}

function countOf(attributes: Attributes, map: MapName): number {
  let count = 0;
  for (let i = 0; i < attributes.size; i++) if (mapOf(attributes, i) === map) count++;
  return count;
}

/** An origin is shared by all records of a group, so its attributes are encoded once. */
const encodedOrigins = new WeakMap<SpanOrigin, Buffer>();

function writeResource(out: RowBinaryWriter, origin: SpanOrigin): void {
  let encoded = encodedOrigins.get(origin);
  if (encoded === undefined) {
    encoded = encodeResource(origin);
    encodedOrigins.set(origin, encoded);
  }
  out.fixed(encoded);
}

/** Attributes of the scope are rare and say where a record comes from, as the resource's do: they stand beside them. */
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
  const encoded = Buffer.from(out.bytes());
  out.release();
  return encoded;
}

function writeNs(out: RowBinaryWriter, ns: bigint): void {
  out.u64Halves(Number((ns >> 32n) & 0xffff_ffffn), Number(ns & 0xffff_ffffn));
}
