import { z } from "zod";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { ListedSpan, SpanFilter, SpanListQuery } from "../trace-contract.ts";
import { Bindings } from "./bindings.ts";
import {
  excerptOf,
  type MessageSearch,
  messageCondition,
  planMessageSearch,
  searchSteps,
} from "./message-search.ts";
import { spanConditions, startsBetween } from "./span-filters.ts";
import { presentSpan, SPAN_SELECT, type SpanRow } from "./span-row.ts";
import type { TimeWindow } from "./trace-windows.ts";

type Sort = SpanListQuery["sort"];

/** Where a page ends: the sort value (0 for times), the start in nanoseconds and the id of its last span. */
export const spanCursorSchema = z.object({
  sort: z.string(),
  value: z.number(),
  start_ns: z.string().regex(/^\d{1,18}$|^[1-8]\d{18}$/),
  id: z.string().regex(/^[0-9a-f]{16}$/),
});
export type SpanCursor = z.infer<typeof spanCursorSchema>;

/** What the other orders sort by, as SQL over `spans`. */
const SORT_VALUES: Record<Exclude<Sort, "time" | "-time">, string> = {
  "-duration": "toFloat64(duration_ns)",
  "-cost": "ifNull(cost_usd, -1)",
  "-tokens":
    "toFloat64(tokens_input_uncached + tokens_cache_read + tokens_cache_write + tokens_cache_write_long + tokens_output + tokens_reasoning)",
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STEPS = [HOUR_MS, 6 * HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS];
/** Time for one page; what it has not reached by then it tells. */
const MAX_SECONDS = 10;

interface ListedRow extends SpanRow {
  agent_version: string;
  environment: string;
  tags: string[];
  start_ns: string;
  sort_value: number;
  inline_match: string;
  hashes: string[];
}

/** A page of spans. */
export interface SpanPage {
  rows: ListedSpan[];
  next: SpanCursor | undefined;
  /** How far back was looked. */
  searchedFromMs: number;
  truncated: boolean;
}

/** Spans of a filter. By time, window after window until a page is full; else the largest of the whole range. */
export async function listFilteredSpans(
  store: TelemetryStore,
  projectId: string,
  options: {
    filter: SpanFilter;
    range: TimeWindow;
    sort: Sort;
    limit: number;
    after: SpanCursor | undefined;
    signal: AbortSignal;
  },
): Promise<SpanPage> {
  const { filter, range, sort, limit, after, signal } = options;
  const startedAt = performance.now();
  const search =
    filter.message === undefined
      ? undefined
      : await planMessageSearch(store, projectId, { words: filter.message, range, signal });
  const found: ListedRow[] = [];
  let searchedFromMs = range.toMs;
  let truncated = false;
  for (const window of windowsOf(range, sort, search, after)) {
    const left = MAX_SECONDS - (performance.now() - startedAt) / 1000;
    if (left <= 0.5) {
      truncated = true;
      break;
    }
    const wanted = limit + 1 - found.length;
    const asked = performance.now();
    const rows = await listWindow(store, projectId, {
      ...options,
      window,
      search,
      limit: wanted,
      maxSeconds: left,
    });
    found.push(...rows);
    truncated = performance.now() - asked >= left * 1000;
    searchedFromMs = window.fromMs;
    if (found.length > limit || truncated) break;
  }
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    rows: await presentRows(store, projectId, page, search, signal),
    next:
      found.length > limit && last
        ? { sort, value: last.sort_value, start_ns: last.start_ns, id: last.span_id_hex }
        : undefined,
    searchedFromMs: truncated ? searchedFromMs : range.fromMs,
    truncated,
  };
}

function windowsOf(
  range: TimeWindow,
  sort: Sort,
  search: MessageSearch | undefined,
  after: SpanCursor | undefined,
): TimeWindow[] {
  if (sort !== "time" && sort !== "-time") return [range];
  const afterMs = after && Number(BigInt(after.start_ns) / 1_000_000n);
  const from = afterMs !== undefined && sort === "time" ? Math.max(range.fromMs, afterMs) : range.fromMs;
  const to = afterMs !== undefined && sort === "-time" ? Math.min(range.toMs, afterMs + 1) : range.toMs;
  const windows: TimeWindow[] = [];
  let edge = sort === "-time" ? to : from;
  for (const width of [...(search ? searchSteps(search) : STEPS), Number.POSITIVE_INFINITY]) {
    if (sort === "-time") {
      const start = Math.max(from, edge - width);
      windows.push({ fromMs: start, toMs: edge });
      edge = start;
      if (start <= from) break;
    } else {
      const end = Math.min(to, edge + width);
      windows.push({ fromMs: edge, toMs: end });
      edge = end;
      if (end >= to) break;
    }
  }
  return windows;
}

function listWindow(
  store: TelemetryStore,
  projectId: string,
  options: {
    filter: SpanFilter;
    window: TimeWindow;
    sort: Sort;
    search: MessageSearch | undefined;
    limit: number;
    after: SpanCursor | undefined;
    maxSeconds: number;
    signal: AbortSignal;
  },
): Promise<ListedRow[]> {
  const { filter, window, sort, search, after } = options;
  const bindings = new Bindings();
  const ascending = sort === "time";
  const value = sort === "time" || sort === "-time" ? "0" : SORT_VALUES[sort];
  const conditions = [
    "project_id = {project_id:UUID}",
    startsBetween(window.fromMs, window.toMs, bindings),
    ...spanConditions(filter, bindings),
    ...(search ? [messageCondition(search, window, bindings)] : []),
  ];
  if (after) {
    conditions.push(
      `(${value}, toUnixTimestamp64Nano(start_time), hex(span_id)) ${ascending ? ">" : "<"}
        (${bindings.bind(after.value, "Float64")}, ${bindings.bind(after.start_ns, "Int64")}, ${bindings.bind(after.id.toUpperCase(), "String")})`,
    );
  }
  const direction = ascending ? "ASC" : "DESC";
  const match = search
    ? `arrayFirst(text -> hasAllTokens(lower(text), ${bindings.bind(search.tokens, "Array(String)")}), mapValues(content))`
    : "''";
  return store.queryProject<ListedRow>(
    projectId,
    `SELECT ${SPAN_SELECT}, agent_version, environment, tags, toString(toUnixTimestamp64Nano(spans.start_time)) AS start_ns,
       toFloat64(${value}) AS sort_value, ${match} AS inline_match,
       ${search ? "arrayMap(piece -> lower(hex(piece)), content_hashes)" : "[]"} AS hashes
     FROM spans
     WHERE ${conditions.join("\n       AND ")}
     ORDER BY ${value === "0" ? "" : `${value} ${direction}, `}spans.start_time ${direction}, span_id ${direction}
     LIMIT ${bindings.bind(options.limit, "UInt32")}`,
    bindings.params,
    {
      signal: options.signal,
      maxSeconds: Math.max(1, Math.ceil(options.maxSeconds)),
      settings: { timeout_overflow_mode: "break" },
    },
  );
}

async function presentRows(
  store: TelemetryStore,
  projectId: string,
  rows: readonly ListedRow[],
  search: MessageSearch | undefined,
  signal: AbortSignal,
): Promise<ListedSpan[]> {
  const bodies = search
    ? await matchingBodies(store, projectId, rows, search, signal)
    : new Map<string, string>();
  return rows.map((row) => {
    const body =
      row.inline_match || row.hashes.map((hash) => bodies.get(hash)).find((text) => text !== undefined);
    return {
      ...presentSpan(row),
      agent_version: row.agent_version,
      environment: row.environment,
      error_type: row.error_type,
      tags: row.tags,
      match: search && body ? { excerpt: excerptOf(body, search.tokens) } : null,
    };
  });
}

/** Pieces of these spans that hold the words, by hash. */
async function matchingBodies(
  store: TelemetryStore,
  projectId: string,
  rows: readonly ListedRow[],
  search: MessageSearch,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const hashes = [...new Set(rows.filter((row) => row.inline_match === "").flatMap((row) => row.hashes))];
  if (hashes.length === 0) return new Map();
  const found = await store.queryProject<{ id: string; text: string }>(
    projectId,
    `SELECT lower(hex(hash)) AS id, any(body) AS text FROM messages
     WHERE project_id = {project_id:UUID}
       AND hash IN (SELECT toFixedString(unhex(arrayJoin({hashes:Array(String)})), 16))
       AND hasAllTokens(body, {tokens:Array(String)})
     GROUP BY hash`,
    { hashes, tokens: search.tokens },
    { signal },
  );
  return new Map(found.map((row) => [row.id, row.text]));
}
