/** Filters that take several values; names are those of the API's query. */
export const MULTI_FILTERS = [
  "agent",
  "model",
  "provider",
  "service",
  "environment",
  "operation",
  "tool",
  "agent_version",
  "error_type",
  "tag",
  "attribute",
  "where",
] as const;
export type MultiFilter = (typeof MULTI_FILTERS)[number];

const TEXT_FILTERS = ["q", "message", "session_id", "user_id"] as const;
const NUMBER_FILTERS = ["min_duration_ms", "max_duration_ms", "min_tokens"] as const;

/** What the explorer lists: traces, single spans, or groups of spans. */
export const EXPLORER_SHOWS = ["traces", "spans", "groups"] as const;
export type ExplorerShow = (typeof EXPLORER_SHOWS)[number];

/** Orders of the span list, as the API has them. */
export const SPAN_ORDERS = ["-time", "time", "-duration", "-cost", "-tokens"] as const;
export type SpanOrder = (typeof SPAN_ORDERS)[number];

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
  tool?: string[];
  agent_version?: string[];
  error_type?: string[];
  tag?: string[];
  attribute?: string[];
  /** Conditions `<name><op><value>` on one and the same span. */
  where?: string[];
  /** Words that prompts, answers or tool payloads hold. */
  message?: string;
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
  /** Traces unless told. */
  show?: ExplorerShow;
  /** Order of the spans; newest first unless told. */
  order?: SpanOrder;
  /** What groups are made by: a dimension of the API, `agent` unless told. */
  group?: string;
  /** The measure groups are ordered by; `cost_usd` unless told. */
  sort?: string;
  /** Columns in order, as `writeColumnChoice` writes them. */
  cols?: string;
  density?: "compact";
  /** Trace id shown beside the list. */
  peek?: string;
  /** What is compared with the rest: failed or slow spans. */
  different?: "errors" | "slow";
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

/** The shapes one trace can be looked at in. */
export const TRACE_VIEWS = ["waterfall", "flame", "agents", "thread"] as const;
export type TraceView = (typeof TRACE_VIEWS)[number];

/** The trace page's part of the URL; the range is kept for the way back to the list. */
export interface TraceSearch {
  from?: string;
  to?: string;
  tz?: string;
  /** The waterfall unless told. */
  view?: TraceView;
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
    show: oneOf(raw.show, ["spans", "groups"]),
    order: oneOf(raw.order, SPAN_ORDERS),
    group: text(raw.group, 220),
    sort: text(raw.sort, 60),
    cols: text(raw.cols, 600),
    density: oneOf(raw.density, ["compact"]),
    peek: text(raw.peek, 64),
    different: oneOf(raw.different, ["errors", "slow"]),
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
    view: oneOf(raw.view, TRACE_VIEWS),
    span: text(raw.span, 64),
    tab: oneOf(raw.tab, SPAN_TABS),
    find: text(raw.find, 200),
  });
}

/** The comparison's part of the URL: the two traces, and the row looked at. */
export interface CompareSearch {
  a?: string;
  b?: string;
  /** Span id of the first trace, or of the second where the first has no such span. */
  row?: string;
  /** Only rows that differ. */
  only?: "differences";
}

/** Reads the comparison page's search parameters. */
export function parseCompareSearch(raw: Record<string, unknown>): CompareSearch {
  return compact({
    a: text(raw.a, 64),
    b: text(raw.b, 64),
    row: text(raw.row, 64),
    only: oneOf(raw.only, ["differences"]),
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

/** The search without any filter; the time range and how the list looks stay. */
export function withoutFilters({ from, to, tz, ...search }: TracesSearch): TracesSearch {
  const { show, group, sort, order, cols, density } = search;
  return compact({ from, to, tz, show, group, sort, order, cols, density });
}

/** The search as a saved view keeps it: everything but what is pointed at, selected or open. */
export function savedSearch({ row, selected, peek, different, ...search }: TracesSearch): TracesSearch {
  return compact(search);
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

/**
 * The filters in the words of what is asked about single spans (spans, facets, analytics): a trace that failed is
 * one whose spans failed, and tokens are a condition on each span.
 */
export function spanFilterQuery(search: TracesSearch): string {
  const { status, has_errors, min_tokens, where = [], ...rest } = search;
  const conditions = [...where];
  if (min_tokens !== undefined) conditions.push(`tokens>=${min_tokens}`);
  if (status === "ok") conditions.push("status!=error");
  const query = new URLSearchParams(
    filterQuery(compact({ ...rest, where: conditions.length > 0 ? conditions : undefined })),
  );
  if (status === "error" || has_errors === "true") query.append("status", "error");
  query.sort();
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
