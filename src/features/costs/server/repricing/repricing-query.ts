import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { PriceBook } from "../prices/price-book.ts";
import { globMatches } from "../prices/price-override.ts";
import { type KindPrices, kindCondition, type PricedKind, priceSql } from "./price-sql.ts";
import type { MonthSlice, RepricingRange } from "./repricing-range.ts";

/** What pricing again would change for one model and price. */
export interface PriceChange {
  provider: string;
  model: string;
  version: string;
  spans_changed: number;
  usd_before: number;
  usd_after: number;
}

/** Kinds of spans looked at in one statement; more would make its text longer than the store reads. */
const KINDS_PER_STATEMENT = 40;
/** Kinds of spans of one project and month; those with the most spans count. */
const MAX_KINDS = 2_000;
/** A month of a busy project is read in whole, in the background or while someone waits for the preview. */
const LIMITS = { maxSeconds: 120, settings: { max_query_size: 4_194_304, max_ast_elements: 1_000_000 } };

/** A bunch of kinds with what pricing them again changes. */
export interface ChangedKinds {
  kinds: KindPrices[];
  changes: PriceChange[];
}

/** Times as milliseconds; the first condition lets the primary key leave out what lies before. */
export function sliceCondition({ fromMs, toMs }: MonthSlice): string {
  const from = `fromUnixTimestamp64Milli(${Math.trunc(fromMs)}, 'UTC')`;
  const to = `fromUnixTimestamp64Milli(${Math.trunc(toMs)}, 'UTC')`;
  return `toStartOfFiveMinutes(start_time) >= toStartOfFiveMinutes(${from}) AND start_time >= ${from} AND start_time < ${to}`;
}

/** What pricing the spans of a month again would change; kinds of spans that stay as they are, are left out. */
export async function findChanges(
  store: TelemetryStore,
  book: PriceBook,
  range: RepricingRange,
  slice: MonthSlice,
  signal?: AbortSignal,
): Promise<ChangedKinds[]> {
  const kinds = await readKinds(store, book, range, slice, signal);
  const found: ChangedKinds[] = [];
  for (let at = 0; at < kinds.length; at += KINDS_PER_STATEMENT) {
    const bunch = kinds.slice(at, at + KINDS_PER_STATEMENT);
    const rows = await store.queryProject<PriceChange & PricedKind>(
      range.projectId,
      changesSql(bunch, book.prefersReported(range.projectId), slice),
      {},
      { ...LIMITS, ...(signal ? { signal } : {}) },
    );
    const changed = new Set(rows.map(kindKey));
    if (changed.size > 0) {
      found.push({ kinds: bunch.filter(({ kind }) => changed.has(kindKey(kind))), changes: rows });
    }
  }
  return found;
}

function changesSql(kinds: readonly KindPrices[], preferReported: boolean, slice: MonthSlice): string {
  const { usd, version, changes } = priceSql(kinds, preferReported);
  return `SELECT provider, model, request_model, service_tier, new_version AS version, count() AS spans_changed,
       ifNull(sum(cost_usd), 0) AS usd_before, ifNull(sum(new_usd), 0) AS usd_after
     FROM (
       SELECT provider, model, request_model, service_tier, cost_usd, ${usd} AS new_usd, ${version} AS new_version
       FROM spans
       WHERE project_id = {project_id:UUID} AND ${sliceCondition(slice)}
         AND (${kinds.map(({ kind }) => kindCondition(kind)).join(" OR ")}) AND ${changes}
     )
     GROUP BY provider, model, request_model, service_tier, new_version
     ORDER BY provider, model, version`;
}

async function readKinds(
  store: TelemetryStore,
  book: PriceBook,
  range: RepricingRange,
  slice: MonthSlice,
  signal?: AbortSignal,
): Promise<KindPrices[]> {
  const rows = await store.queryProject<PricedKind>(
    range.projectId,
    `SELECT provider, model, request_model, service_tier
     FROM spans
     WHERE project_id = {project_id:UUID} AND ${sliceCondition(slice)} AND (model != '' OR request_model != '' OR isNotNull(cost_usd))
       ${range.provider === "" ? "" : "AND provider = {provider:String}"}
     GROUP BY provider, model, request_model, service_tier
     ORDER BY count() DESC
     LIMIT ${MAX_KINDS}`,
    { provider: range.provider },
    { ...LIMITS, ...(signal ? { signal } : {}) },
  );
  return rows
    .filter(({ model }) => globMatches(range.model, model))
    .map((kind) => ({ kind, periods: periodsOf(book, range.projectId, kind) }));
}

/** As the price book looks: by the model that answered, then by the one asked for. */
function periodsOf(book: PriceBook, projectId: string, kind: PricedKind): KindPrices["periods"] {
  const { provider, model, request_model, service_tier } = kind;
  const own = book.periodsOf(projectId, provider, model, service_tier);
  if (request_model === "" || request_model === model) return own;
  return [...own, ...book.periodsOf(projectId, provider, request_model, service_tier)];
}

const kindKey = ({ provider, model, request_model, service_tier }: PricedKind): string =>
  JSON.stringify([provider, model, request_model, service_tier]);

/** Adds up changes by model and price. */
export function sumChanges(changes: readonly PriceChange[]): PriceChange[] {
  const byPrice = new Map<string, PriceChange>();
  for (const { provider, model, version, spans_changed, usd_before, usd_after } of changes) {
    const key = JSON.stringify([provider, model, version]);
    const sum = byPrice.get(key) ?? {
      provider,
      model,
      version,
      spans_changed: 0,
      usd_before: 0,
      usd_after: 0,
    };
    sum.spans_changed += spans_changed;
    sum.usd_before += usd_before;
    sum.usd_after += usd_after;
    byPrice.set(key, sum);
  }
  return [...byPrice.values()].sort((left, right) => right.spans_changed - left.spans_changed);
}
