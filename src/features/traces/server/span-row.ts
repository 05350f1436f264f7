import { type AttributeMapping, readMessages, type StoredSpan } from "#features/telemetry/server/index.ts";
import { SPAN_KINDS, SPAN_STATUSES, type Span, type SpanDetail } from "../trace-contract.ts";
import { PIECES_SELECT, type PiecedContent } from "./content-pieces.ts";

/** Columns every span is read with. */
export const SPAN_SELECT = `lower(hex(trace_id)) AS trace_id_hex, lower(hex(span_id)) AS span_id_hex,
    lower(hex(parent_span_id)) AS parent_hex, is_root, name, kind, operation, status, status_message, error_type,
    start_time, addNanoseconds(start_time, duration_ns) AS end_time, duration_ns / 1e6 AS duration_ms,
    service, agent, model, provider, tool, session_id, user_id, cost_usd, time_to_first_token_ms,
    tokens_input_uncached, tokens_cache_read, tokens_cache_write, tokens_output, tokens_reasoning`;

/** Columns with the searchable attributes. */
export const ATTRIBUTES_SELECT = "attributes_string, attributes_number, attributes_bool, attributes_json";

/** Columns that messages are read from; `joinContent` completes `content` before they are. */
export const CONTENT_SELECT = `${ATTRIBUTES_SELECT}, content, ${PIECES_SELECT}, events, scope_name, dialect`;

/** Columns only the page of one span needs. */
export const DETAIL_SELECT = `${CONTENT_SELECT}, resource_attributes, scope_version, trace_state, finish_reason, links`;

export interface SpanRow {
  trace_id_hex: string;
  span_id_hex: string;
  parent_hex: string;
  is_root: number;
  name: string;
  kind: number;
  operation: string;
  status: number;
  status_message: string;
  error_type: string;
  start_time: string;
  end_time: string;
  duration_ms: number;
  service: string;
  agent: string;
  model: string;
  provider: string;
  tool: string;
  session_id: string;
  user_id: string;
  cost_usd: number | null;
  time_to_first_token_ms: number;
  tokens_input_uncached: number;
  tokens_cache_read: number;
  tokens_cache_write: number;
  tokens_output: number;
  tokens_reasoning: number;
}

export interface AttributesRow {
  attributes_string: Record<string, string>;
  attributes_number: Record<string, number>;
  attributes_bool: Record<string, boolean>;
  attributes_json: Record<string, string>;
}

export interface ContentRow extends AttributesRow, PiecedContent {
  events: string;
  scope_name: string;
  dialect: string;
}

export interface DetailRow extends ContentRow {
  resource_attributes: Record<string, string>;
  scope_version: string;
  trace_state: string;
  finish_reason: string;
  links: string;
}

interface StoredEvent {
  time_ns: string;
  name: string;
  attributes: Record<string, unknown>;
}

/** A span as the API shows it, without attributes and content. */
export function presentSpan(row: SpanRow): Span {
  const failed = row.status === 2;
  return {
    trace_id: row.trace_id_hex,
    span_id: row.span_id_hex,
    parent_span_id: row.is_root ? null : row.parent_hex,
    name: row.name,
    kind: SPAN_KINDS[row.kind] ?? "unspecified",
    operation: row.operation,
    status: SPAN_STATUSES[row.status] ?? "unset",
    error: failed ? { type: row.error_type, message: row.status_message } : null,
    start_time: row.start_time,
    end_time: row.end_time,
    duration_ms: row.duration_ms,
    service: row.service,
    agent: row.agent,
    model: row.model,
    provider: row.provider,
    tool: row.tool,
    usage: {
      input_uncached: row.tokens_input_uncached,
      cache_read: row.tokens_cache_read,
      cache_write: row.tokens_cache_write,
      output: row.tokens_output,
      reasoning: row.tokens_reasoning,
    },
    cost_usd: row.cost_usd,
    session_id: row.session_id,
    user_id: row.user_id,
    time_to_first_token_ms: row.time_to_first_token_ms > 0 ? row.time_to_first_token_ms : null,
  };
}

/** The attributes of all kinds in one object without a prototype, lists and maps parsed; content stays text. */
export function presentAttributes(
  row: AttributesRow,
  content: Record<string, string> = {},
): Record<string, unknown> {
  const attributes: Record<string, unknown> = Object.create(null);
  for (const map of [row.attributes_string, content, row.attributes_number, row.attributes_bool]) {
    for (const [key, value] of Object.entries(map)) attributes[key] = value;
  }
  for (const [key, json] of Object.entries(row.attributes_json)) attributes[key] = parseJson(json);
  return attributes;
}

/** JSON that a reader may have cut at its size limit stays text then. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The chat a stored span carried; attributes that the project has mapped count as well. */
export function messagesOf(
  row: SpanRow & ContentRow,
  mapping?: AttributeMapping,
): Pick<SpanDetail, "input_messages" | "output_messages"> {
  const span: StoredSpan = {
    name: row.name,
    scopeName: row.scope_name,
    operation: row.operation,
    attributes: presentAttributes(row, row.content),
    events: parseList<StoredEvent>(row.events),
  };
  const found = readMessages(row.dialect, span);
  const { input, output } = mapping === undefined ? found : mapping.readMessages(span, found);
  return { input_messages: input, output_messages: output };
}

/** One span with everything. */
export function presentSpanDetail(row: SpanRow & DetailRow, mapping?: AttributeMapping): SpanDetail {
  return {
    ...presentSpan(row),
    ...messagesOf(row, mapping),
    attributes: presentAttributes(row, row.content),
    resource_attributes: row.resource_attributes,
    scope: { name: row.scope_name, version: row.scope_version },
    dialect: row.dialect,
    status_message: row.status_message,
    trace_state: row.trace_state,
    finish_reason: row.finish_reason,
    events: parseList<StoredEvent>(row.events).map((event) => ({
      time: nanosecondsToIso(event.time_ns),
      name: event.name,
      attributes: event.attributes,
    })),
    links: parseList<SpanDetail["links"][number]>(row.links),
  };
}

/** Our own JSON columns; empty text means an empty list. */
function parseList<T>(json: string): T[] {
  return json === "" ? [] : (JSON.parse(json) as T[]);
}

/** RFC 3339 with nanoseconds. */
function nanosecondsToIso(text: string): string {
  const ns = BigInt(text);
  const ms = Number(ns / 1_000_000n);
  const rest = String(ns % 1_000_000_000n).padStart(9, "0");
  return `${new Date(ms).toISOString().slice(0, 19)}.${rest}Z`;
}
