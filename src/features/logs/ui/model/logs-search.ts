import type { LogFilter, Severity } from "../../logs-contract.ts";

const SEVERITIES: readonly Severity[] = ["unspecified", "trace", "debug", "info", "warn", "error", "fatal"];

/** Filters of several values, by the names of the API. */
export const LOG_FACETS = ["severity", "service", "agent", "environment", "event_name"] as const;
export type LogFacet = (typeof LOG_FACETS)[number];

/** Columns beside time, severity and message that can be shown. */
export const LOG_COLUMNS = [
  "service",
  "agent",
  "environment",
  "event_name",
  "session_id",
  "trace_id",
] as const;
export type LogColumn = (typeof LOG_COLUMNS)[number];

/** The Logs page's part of the URL. */
export interface LogsSearch {
  q?: string;
  severity?: Severity[];
  service?: string[];
  agent?: string[];
  environment?: string[];
  event_name?: string[];
  where?: string[];
  trace_id?: string;
  session_id?: string;
  /** Id of the record that is unfolded. */
  log?: string;
  columns?: LogColumn[];
  /** Live tail instead of the list. */
  tail?: "on";
}

const MAX_VALUES = 20;

function texts(value: unknown): string[] | undefined {
  const list = (Array.isArray(value) ? value : [value])
    .filter((item): item is string => typeof item === "string" && item !== "")
    .map((item) => item.slice(0, 500));
  return list.length > 0 ? [...new Set(list)].slice(0, MAX_VALUES) : undefined;
}

const oneOf = <T extends string>(values: string[] | undefined, allowed: readonly T[]): T[] | undefined => {
  const known = values?.filter((value): value is T => (allowed as readonly string[]).includes(value));
  return known && known.length > 0 ? known : undefined;
};

/** Reads the Logs page's search parameters; what cannot be read is as if it were not there. */
export function parseLogsSearch(raw: Record<string, unknown>): LogsSearch {
  const hex = (value: unknown, digits: number) => {
    const text = texts(value)?.[0]?.toLowerCase();
    return text !== undefined && new RegExp(`^[0-9a-f]{${digits}}$`).test(text) ? text : undefined;
  };
  const search: LogsSearch = {
    q: texts(raw.q)?.[0],
    severity: oneOf(texts(raw.severity), SEVERITIES),
    service: texts(raw.service),
    agent: texts(raw.agent),
    environment: texts(raw.environment),
    event_name: texts(raw.event_name),
    where: texts(raw.where),
    trace_id: hex(raw.trace_id, 32),
    session_id: texts(raw.session_id)?.[0],
    log: hex(raw.log, 32),
    columns: oneOf(texts(raw.columns), LOG_COLUMNS),
    tail: texts(raw.tail)?.[0] === "on" ? "on" : undefined,
  };
  for (const key of Object.keys(search) as (keyof LogsSearch)[])
    if (search[key] === undefined) delete search[key];
  return search;
}

/** The filters among them, in the API's words. */
export function logFilterOf(search: LogsSearch): LogFilter {
  const { q, severity, service, agent, environment, event_name, where, trace_id, session_id } = search;
  return { q, severity, service, agent, environment, event_name, where, trace_id, session_id };
}

/** Whether anything narrows the list besides the time range. */
export function isFiltered(search: LogsSearch): boolean {
  return Object.values(logFilterOf(search)).some((value) => value !== undefined);
}

/** The search parameters that hold filters, all taken out. */
export const WITHOUT_FILTERS: Partial<Record<keyof LogsSearch, undefined>> = {
  q: undefined,
  severity: undefined,
  service: undefined,
  agent: undefined,
  environment: undefined,
  event_name: undefined,
  where: undefined,
  trace_id: undefined,
  session_id: undefined,
};

/** `value` in or out of a filter of several values. */
export function toggled<T extends string>(values: readonly T[] | undefined, value: T): T[] | undefined {
  const list = values ?? [];
  const next = list.includes(value) ? list.filter((item) => item !== value) : [...list, value];
  return next.length > 0 ? next.slice(0, MAX_VALUES) : undefined;
}

const CONDITION = /^\s*([^\s=!<>~?]+)\s*(>=|<=|!=|=|>|<|~|\?)\s*(.*?)\s*$/;

/** What was typed as a condition on an attribute, in the API's form; null while it is none. */
export function parseCondition(typed: string): string | null {
  const match = CONDITION.exec(typed);
  if (!match) return null;
  const [, name, operator, value] = match;
  if (operator === "?") return value === "" ? `${name}?` : null;
  return value === "" ? null : `${name}${operator}${value}`;
}
