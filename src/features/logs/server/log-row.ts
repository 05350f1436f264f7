import type { Log } from "../logs-contract.ts";
import { severityOf } from "./log-severity.ts";

/** A row of `logs` as `LOG_SELECT` reads it. */
export interface LogRow {
  id: string;
  time: string;
  time_ns: string;
  observed_time: string;
  severity_number: number;
  severity_text: string;
  event_name: string;
  body: string;
  body_is_json: number;
  trace_id: string;
  span_id: string;
  service: string;
  environment: string;
  agent: string;
  session_id: string;
  attributes_string: Record<string, string>;
  attributes_number: Record<string, number>;
  attributes_bool: Record<string, boolean>;
  attributes_json: Record<string, string>;
  resource_attributes: Record<string, string>;
  scope_name: string;
  scope_version: string;
}

export const LOG_SELECT = `lower(hex(log_id)) AS id, logs.time AS time, toString(toUnixTimestamp64Nano(logs.time)) AS time_ns,
  observed_time, severity_number, severity_text, event_name, body, body_is_json,
  lower(hex(logs.trace_id)) AS trace_id, lower(hex(logs.span_id)) AS span_id,
  service, environment, agent, session_id, attributes_string, attributes_number, attributes_bool, attributes_json,
  resource_attributes, scope_name, scope_version`;

/** A row as the API shows it. */
export function presentLog(row: LogRow): Log {
  return {
    id: row.id,
    time: row.time,
    observed_time: row.observed_time.startsWith("1970-") ? null : row.observed_time,
    severity: severityOf(row.severity_number),
    severity_number: row.severity_number,
    severity_text: row.severity_text,
    body: row.body,
    body_is_json: row.body_is_json === 1,
    event_name: row.event_name,
    service: row.service,
    environment: row.environment,
    agent: row.agent,
    session_id: row.session_id,
    trace_id: idOrNull(row.trace_id),
    span_id: idOrNull(row.span_id),
    attributes: presentAttributes(row),
    resource: row.resource_attributes,
    scope: { name: row.scope_name, version: row.scope_version },
  };
}

const idOrNull = (hex: string) => (/[^0]/.test(hex) ? hex : null);

/** Attributes of all kinds as one object without prototype; lists and maps are read from their JSON. */
function presentAttributes(row: LogRow): Record<string, unknown> {
  const attributes: Record<string, unknown> = Object.create(null);
  Object.assign(attributes, row.attributes_string, row.attributes_number, row.attributes_bool);
  for (const [key, json] of Object.entries(row.attributes_json)) {
    try {
      attributes[key] = JSON.parse(json);
    } catch {
      attributes[key] = json;
    }
  }
  return attributes;
}
