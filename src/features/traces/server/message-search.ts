import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { Bindings } from "./bindings.ts";
import { startsBetween } from "./span-filters.ts";
import type { TimeWindow } from "./trace-windows.ts";

/** Pieces of messages that may match before the words count as common. */
const MAX_PIECES = 100_000;
const MAX_WORDS = 20;
const DAY_MS = 86_400_000;

/** How the words of a search are to be looked for. */
export interface MessageSearch {
  /** In lower case. */
  tokens: string[];
  /** Common words match more pieces than a query can hold: they are looked for among those of a window alone. */
  common: boolean;
  /** A piece is written again in each week in which it is used: only weeks from here on need be looked at. */
  sinceWeek: string;
}

/** Words as the text index cuts them: runs of letters and digits; throws `invalid_filter` (400) where there are none. */
export function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length > 0) return [...new Set(words)].slice(0, MAX_WORDS);
  throw new FlightdeckError("message: name at least one word to look for.", {
    code: "invalid_filter",
    status: 400,
  });
}

/** Asks the text index how many pieces hold the words, which decides how they are looked for. */
export async function planMessageSearch(
  store: TelemetryStore,
  projectId: string,
  options: { words: string; range: TimeWindow; signal: AbortSignal },
): Promise<MessageSearch> {
  const tokens = wordsOf(options.words);
  const monday = new Date(options.range.fromMs - 7 * DAY_MS);
  const sinceWeek = new Date(Math.max(0, monday.getTime())).toISOString().slice(0, 10);
  const [row] = await store.queryProject<{ found: number }>(
    projectId,
    `SELECT count() AS found FROM (
       SELECT 1 FROM messages
       WHERE project_id = {project_id:UUID} AND seen_week >= {since:Date} AND hasAllTokens(body, {tokens:Array(String)})
       LIMIT ${MAX_PIECES + 1})`,
    { since: sinceWeek, tokens },
    { signal: options.signal },
  );
  return { tokens, common: (row?.found ?? 0) > MAX_PIECES, sinceWeek };
}

/** The condition over `spans` that one piece of a span's content, or a short value of it, holds all words. */
export function messageCondition(search: MessageSearch, window: TimeWindow, bindings: Bindings): string {
  const tokens = bindings.bind(search.tokens, "Array(String)");
  const since = bindings.bind(search.sinceWeek, "Date");
  const among = search.common
    ? `AND hash IN (SELECT arrayJoin(content_hashes) FROM spans WHERE project_id = {project_id:UUID}
         AND ${startsBetween(window.fromMs, window.toMs, bindings)})`
    : "";
  return `(arrayExists(piece -> piece IN (
        SELECT hash FROM messages
        WHERE project_id = {project_id:UUID} AND seen_week >= ${since} AND hasAllTokens(body, ${tokens}) ${among}
      ), content_hashes)
      OR arrayExists(value -> hasAllTokens(lower(value), ${tokens}), mapValues(content)))`;
}

/** Widths of the windows that words are looked for in: narrow ones where many spans hold them. */
export function searchSteps(search: MessageSearch): readonly number[] {
  const minute = 60_000;
  return search.common
    ? [5 * minute, 15 * minute, 60 * minute, 360 * minute, DAY_MS, 7 * DAY_MS]
    : [DAY_MS, 7 * DAY_MS, 30 * DAY_MS];
}

/** Characters an excerpt shows. */
const EXCERPT = 200;

/** The text around the first word that is found; JSON's escapes are undone as far as they can be. */
export function excerptOf(text: string, tokens: readonly string[]): string {
  const plain = text.replace(/\\[nrt]/g, " ").replace(/\\(["\\/])/g, "$1");
  const lower = plain.toLowerCase();
  const places = tokens.map((token) => lower.indexOf(token)).filter((at) => at >= 0);
  const first = places.length > 0 ? Math.min(...places) : 0;
  const from = Math.max(0, first - EXCERPT / 4);
  const to = Math.min(plain.length, from + EXCERPT);
  return `${from > 0 ? "…" : ""}${plain.slice(from, to).trim()}${to < plain.length ? "…" : ""}`;
}
