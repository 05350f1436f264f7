import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { CacheSavings } from "../../cost-report-contract.ts";
import type { PriceBook } from "../prices/price-book.ts";
import { UNIT } from "../prices/price-units.ts";

const MILLION = 1_000_000;

interface CachedTokens {
  provider: string;
  model: string;
  service_tier: string;
  input_tokens: number;
  cache_read: number;
  cache_write: number;
  cache_write_long: number;
}

/** What caches saved: the difference to the same tokens as plain input, at the rates in force at the range's end. */
export async function readCacheSavings(
  store: TelemetryStore,
  book: PriceBook,
  projectId: string,
  range: { fromMs: number; toMs: number; environment: string },
  signal?: AbortSignal,
): Promise<CacheSavings> {
  const rows = await store.queryProject<CachedTokens>(
    projectId,
    `SELECT provider, model, service_tier,
       sum(tokens_input_uncached + tokens_cache_read + tokens_cache_write + tokens_cache_write_long + tokens_input_audio) AS input_tokens,
       sum(tokens_cache_read) AS cache_read, sum(tokens_cache_write) AS cache_write,
       sum(tokens_cache_write_long) AS cache_write_long
     FROM spans
     WHERE project_id = {project_id:UUID}
       AND toStartOfFiveMinutes(start_time) >= toStartOfFiveMinutes(fromUnixTimestamp64Milli({from:Int64}))
       AND start_time >= fromUnixTimestamp64Milli({from:Int64}) AND start_time < fromUnixTimestamp64Milli({to:Int64})
       AND ({environment:String} = '' OR environment = {environment:String})
     GROUP BY provider, model, service_tier
     HAVING input_tokens > 0
     ORDER BY input_tokens DESC
     LIMIT 500`,
    { from: Math.trunc(range.fromMs), to: Math.trunc(range.toMs), environment: range.environment },
    signal ? { signal } : {},
  );
  const data = rows
    .filter((row) => row.cache_read + row.cache_write + row.cache_write_long > 0)
    .map((row) => ({
      provider: row.provider,
      model: row.model,
      usd_saved: savedBy(row, ratesOf(book, projectId, row, range.toMs)),
      tokens_read: row.cache_read,
      tokens_written: row.cache_write + row.cache_write_long,
    }))
    .sort((left, right) => right.usd_saved - left.usd_saved);
  const sum = (of: "usd_saved" | "tokens_read" | "tokens_written") =>
    data.reduce((total, row) => total + row[of], 0);
  return {
    usd_saved: sum("usd_saved"),
    tokens_read: sum("tokens_read"),
    tokens_written: sum("tokens_written"),
    input_tokens: rows.reduce((total, row) => total + row.input_tokens, 0),
    data,
  };
}

function ratesOf(
  book: PriceBook,
  projectId: string,
  row: CachedTokens,
  atMs: number,
): Float64Array | undefined {
  return book.periodOf(projectId, row.provider, row.model, row.service_tier, atMs)?.table.base;
}

function savedBy(row: CachedTokens, rates: Float64Array | undefined): number {
  if (!rates) return 0;
  const lessThanInput = (unit: number) => rates[UNIT.input]! - rates[unit]!;
  return (
    (row.cache_read * lessThanInput(UNIT.cacheRead) +
      row.cache_write * lessThanInput(UNIT.cacheWrite) +
      row.cache_write_long * lessThanInput(UNIT.cacheWriteLong)) /
    MILLION
  );
}
