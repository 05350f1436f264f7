/** Filters that take several values; names are those of the API's query. */
export const MULTI_FILTERS = [
  "agent",
  "model",
  "provider",
  "service",
  "environment",
  "operation",
  "attribute",
] as const;
export type MultiFilter = (typeof MULTI_FILTERS)[number];

const TEXT_FILTERS = ["q", "session_id", "user_id"] as const;
const NUMBER_FILTERS = ["min_duration_ms", "max_duration_ms", "min_tokens"] as const;

/** The list page's part of the URL. Times stay as typed (`now-1h`); absent means the default. */
export interface TracesSearch {
  from?: string;
  to?: string;
  /** Zone in which bare dates of the range were typed. */
  tz?: string;
  q?: string;
  agent?: string[];
  model?: string[];
  provider?: string[];
  service?: string[];
  environment?: string[];
  operation?: string[];
  attribute?: string[];
  session_id?: string;
  user_id?: string;
  status?: "ok" | "error";
  has_errors?: "true" | "false";
  min_duration_ms?: number;
  max_duration_ms?: number;
  min_tokens?: number;
  /** Trace id of the row the keyboard stands on. */
  row?: string;
  /** Trace ids of the rows ticked. */
  selected?: string[];
}

export type SpanTab = "chat" | "attributes" | "events" | "error" | "resource" | "links" | "raw";
export const SPAN_TABS: readonly SpanTab[] = [
  "chat",
  "attributes",
  "events",
  "error",
  "links",
  "resource",
  "raw",
];

/** The trace page's part of the URL; the range is kept for the way back to the list. */
export interface TraceSearch {
  from?: string;
  to?: string;
  tz?: string;
  span?: string;
  tab?: SpanTab;
  /** Search in the trace. */
  find?: string;
}

const MAX_VALUES = 20;
const MAX_SELECTED = 200;

/** A scalar of the URL as text: the router reads `?q=12` as a number. Undefined for anything empty or odd. */
function text(value: unknown, max: number): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string" || value === "") return undefined;
  return value.slice(0, max);
}

function texts(value: unknown, max: number): string[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  const found = new Set<string>();
  for (const item of list) {
    const read = text(item, 500);
    if (read !== undefined && found.size < max) found.add(read);
  }
  return found.size > 0 ? [...found] : undefined;
}

function amount(value: unknown): number | undefined {
  const read = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) && read >= 0 ? read : undefined;
}

const oneOf = <T extends string>(value: unknown, allowed: readonly T[]): T | undefined =>
  allowed.find((item) => item === String(value));

/** Drops what is undefined, so that equal searches are equal objects and URLs stay short. */
function compact<T extends object>(object: T): T {
  for (const key of Object.keys(object) as (keyof T)[]) if (object[key] === undefined) delete object[key];
  return object;
}

/** Reads the list page's search parameters; what cannot be read is as if it were not there. */
export function parseTracesSearch(raw: Record<string, unknown>): TracesSearch {
  const search: TracesSearch = {
    from: text(raw.from, 40),
    to: text(raw.to, 40),
    tz: text(raw.tz, 60),
    status: oneOf(raw.status, ["ok", "error"]),
    has_errors: oneOf(raw.has_errors, ["true", "false"]),
    row: text(raw.row, 64),
    selected: texts(raw.selected, MAX_SELECTED),
  };
  for (const key of TEXT_FILTERS) search[key] = text(raw[key], key === "q" ? 200 : 500);
  for (const key of MULTI_FILTERS) search[key] = texts(raw[key], MAX_VALUES);
  for (const key of NUMBER_FILTERS) search[key] = amount(raw[key]);
  return compact(search);
}

/** Reads the trace page's search parameters. */
export function parseTraceSearch(raw: Record<string, unknown>): TraceSearch {
  return compact({
    from: text(raw.from, 40),
    to: text(raw.to, 40),
    tz: text(raw.tz, 60),
    span: text(raw.span, 64),
    tab: oneOf(raw.tab, SPAN_TABS),
    find: text(raw.find, 200),
  });
}

/** Whether anything narrows the list besides the time range. */
export const isFiltered = (search: TracesSearch): boolean => activeFilters(search).length > 0;

/** Names of the filters in use. */
export function activeFilters(search: TracesSearch): (keyof TracesSearch)[] {
  const keys: (keyof TracesSearch)[] = [
    ...TEXT_FILTERS,
    ...MULTI_FILTERS,
    ...NUMBER_FILTERS,
    "status",
    "has_errors",
  ];
  return keys.filter((key) => search[key] !== undefined);
}

/** The search without any filter; the time range stays. */
export function withoutFilters(search: TracesSearch): TracesSearch {
  return compact({ from: search.from, to: search.to, tz: search.tz });
}

/**
 * The filters as a query string of the API, without time and paging. Keys and values are sorted, so that
 * the same filters are the same text and can key a cache.
 */
export function filterQuery(search: TracesSearch): string {
  const query = new URLSearchParams();
  for (const key of activeFilters(search).sort()) {
    const value = search[key];
    for (const item of Array.isArray(value) ? [...value].sort() : [value]) query.append(key, String(item));
  }
  return query.toString();
}

/** `value` in or out of a filter of several values. */
export function toggled(values: readonly string[] | undefined, value: string): string[] | undefined {
  const list = values ?? [];
  const next = list.includes(value) ? list.filter((item) => item !== value) : [...list, value];
  return next.length > 0 ? next.slice(0, MAX_VALUES) : undefined;
}

/**
 * Reads what was typed into the attribute filter: `key=value` or `key`. Null while there is no key.
 */
export function parseAttributeFilter(typed: string): string | null {
  const at = typed.indexOf("=");
  const key = (at < 0 ? typed : typed.slice(0, at)).trim();
  if (key === "") return null;
  return at < 0 ? key : `${key}=${typed.slice(at + 1).trim()}`;
}

/** The search of the list that shows what else has this attribute value. */
export function attributeSearch(key: string, value: string): TracesSearch {
  return { attribute: [`${key}=${value}`.slice(0, 500)] };
}
