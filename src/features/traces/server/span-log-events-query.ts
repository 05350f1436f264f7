import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { SpanDetail } from "../trace-contract.ts";
import { Bindings } from "./bindings.ts";

/** Log events that carry one message each (conventions 1.28 to 1.36), or all of them (since 1.37). */
const MESSAGE_EVENTS = [
  "gen_ai.system.message",
  "gen_ai.user.message",
  "gen_ai.assistant.message",
  "gen_ai.tool.message",
  "gen_ai.choice",
  "gen_ai.client.inference.operation.details",
];
const MAX_EVENTS = 1000;
/** How far from its span an event may lie: clocks differ, and some senders tell it late. */
const AROUND_MS = 3_600_000;

/** What log records say of a span, in the form the span itself would say it. */
export interface SpanLogEvents {
  events: { time_ns: string; name: string; attributes: Record<string, unknown> }[];
  /** Attributes that carry messages, as JSON text. */
  attributes: Record<string, string>;
}

/** The messages of a span that came as log records beside it. */
export async function findSpanLogEvents(
  store: TelemetryStore,
  projectId: string,
  span: Pick<SpanDetail, "trace_id" | "span_id" | "start_time" | "end_time">,
  signal: AbortSignal,
): Promise<SpanLogEvents> {
  const bindings = new Bindings();
  const ms = (time: string, shift: number) =>
    `fromUnixTimestamp64Milli(${bindings.bind(Date.parse(time) + shift, "Int64")}, 'UTC')`;
  const rows = await store.queryProject<{
    time_ns: string;
    name: string;
    body: string;
    body_is_json: number;
    attributes: Record<string, string>;
  }>(
    projectId,
    `SELECT toString(toUnixTimestamp64Nano(time)) AS time_ns, event_name AS name, body, body_is_json,
            mapFilter((k, v) -> startsWith(k, 'gen_ai.'), mapConcat(attributes_string, attributes_json)) AS attributes
     FROM logs
     WHERE project_id = {project_id:UUID}
       AND time BETWEEN ${ms(span.start_time, -AROUND_MS)} AND ${ms(span.end_time, AROUND_MS)}
       AND trace_id = toFixedString(unhex(${bindings.bind(span.trace_id, "String")}), 16)
       AND span_id = toFixedString(unhex(${bindings.bind(span.span_id, "String")}), 8)
       AND event_name IN ${bindings.bind(MESSAGE_EVENTS, "Array(String)")}
     ORDER BY time, observed_time, log_id
     LIMIT ${MAX_EVENTS}`,
    bindings.params,
    { signal },
  );
  const found: SpanLogEvents = { events: [], attributes: {} };
  for (const { time_ns, name, body, body_is_json, attributes } of rows) {
    const isWhole = name === "gen_ai.client.inference.operation.details";
    if (isWhole) Object.assign(found.attributes, attributes);
    else
      found.events.push({
        time_ns,
        name,
        attributes: { ...attributes, ...fieldsOf(body, body_is_json === 1) },
      });
  }
  return found;
}

/** An event's fields stand in its body; a body that is only text is the message itself. */
function fieldsOf(body: string, isJson: boolean): Record<string, unknown> {
  const value: unknown = isJson ? JSON.parse(body) : body;
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  return body === "" ? {} : { "gen_ai.event.content": value };
}
