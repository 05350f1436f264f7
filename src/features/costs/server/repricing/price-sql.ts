import { holdsAlways, type PricePeriod } from "../prices/price-catalogue.ts";
import { UNIT } from "../prices/price-units.ts";
import { TOKENS_TOTAL } from "../token-sums.ts";

/** Spans of one of these have the same prices. */
export interface PricedKind {
  provider: string;
  model: string;
  request_model: string;
  service_tier: string;
}

/** A kind of span with its prices over time; the first that holds at a span's start counts. */
export interface KindPrices {
  kind: PricedKind;
  periods: readonly PricePeriod[];
}

const TOKEN_COLUMNS: readonly (readonly [unit: number, column: string])[] = [
  [UNIT.input, "tokens_input_uncached"],
  [UNIT.cacheRead, "tokens_cache_read"],
  [UNIT.cacheWrite, "tokens_cache_write"],
  [UNIT.cacheWriteLong, "tokens_cache_write_long"],
  [UNIT.inputAudio, "tokens_input_audio"],
  [UNIT.output, "tokens_output"],
  [UNIT.reasoning, "tokens_reasoning"],
  [UNIT.outputAudio, "tokens_output_audio"],
];
const INPUT_TOKENS =
  "(tokens_input_uncached + tokens_cache_read + tokens_cache_write + tokens_cache_write_long + tokens_input_audio)";
const START_MS = "toUnixTimestamp64Milli(start_time)";

/** Attributes in which senders tell a cost, as ingest reads them. */
const REPORTED =
  "multiIf(price_version = 'reported', cost_usd," +
  " mapContains(attributes_number, 'gen_ai.usage.cost'), attributes_number['gen_ai.usage.cost']," +
  " mapContains(attributes_number, 'llm.cost.total'), attributes_number['llm.cost.total'], NULL)";

/** What spans would cost now and by which price, as SQL expressions over the columns of `spans`. */
export interface PriceSql {
  usd: string;
  version: string;
  /** True for spans whose price or version would be another. */
  changes: string;
}

/**
 * The price book's decision as SQL, for spans of these kinds. It follows `PriceBook.price`: our own price from
 * the tokens, else what the sender reported; or the other way round where the project prefers that.
 */
export function priceSql(kinds: readonly KindPrices[], preferReported: boolean): PriceSql {
  const branches = kinds.flatMap(({ kind, periods }) =>
    periods.map(({ table, ...period }) => ({
      when: [kindCondition(kind), periodCondition({ ...period, table })]
        .filter((one) => one !== "")
        .join(" AND "),
      usd: tableSql(table),
      version: text(period.version),
    })),
  );
  const pick = (what: "usd" | "version", otherwise: string) =>
    branches.length === 0
      ? otherwise
      : `multiIf(${branches.map((one) => `${one.when}, ${one[what]}`).join(", ")}, ${otherwise})`;
  const own = `if(${TOKENS_TOTAL} > 0, ${pick("usd", "NULL")}, NULL)`;
  const ownVersion = `if(${TOKENS_TOTAL} > 0, ${pick("version", "''")}, '')`;
  const reportedVersion = `if(isNotNull(${REPORTED}), 'reported', '')`;
  const [usd, version] = preferReported
    ? [`coalesce(${REPORTED}, ${own})`, `if(isNotNull(${REPORTED}), 'reported', ${ownVersion})`]
    : [`coalesce(${own}, ${REPORTED})`, `if(${ownVersion} != '', ${ownVersion}, ${reportedVersion})`];
  // Sums in another order differ in the last digits; that is no change of price.
  const differs = `(isNull(${usd}) != isNull(cost_usd) OR abs(ifNull(${usd}, 0) - ifNull(cost_usd, 0)) > 1e-12 + 1e-9 * abs(ifNull(cost_usd, 0)))`;
  return { usd, version, changes: `(price_version != ${version} OR ${differs})` };
}

/** Spans of the kind. */
export function kindCondition(kind: PricedKind): string {
  return (
    `(provider = ${text(kind.provider)} AND model = ${text(kind.model)}` +
    ` AND request_model = ${text(kind.request_model)} AND service_tier = ${text(kind.service_tier)})`
  );
}

function periodCondition(period: PricePeriod): string {
  if (holdsAlways(period)) return "";
  const parts: string[] = [];
  if (period.fromMs > Number.NEGATIVE_INFINITY) parts.push(`${START_MS} >= ${period.fromMs}`);
  if (period.toMs < Number.POSITIVE_INFINITY) parts.push(`${START_MS} < ${period.toMs}`);
  if (period.dayFrom !== period.dayTo) {
    const second = `(${START_MS} % 86400000) / 1000`;
    const both = `${second} >= ${period.dayFrom} ${period.dayFrom < period.dayTo ? "AND" : "OR"} ${second} < ${period.dayTo}`;
    parts.push(`(${both})`);
  }
  return parts.join(" AND ");
}

function tableSql({ base, tiers, perRequest }: PricePeriod["table"]): string {
  const linear = (rates: Float64Array) => {
    const terms = TOKEN_COLUMNS.flatMap(([unit, column]) =>
      rates[unit] === 0 ? [] : [`${number(rates[unit]!)} * ${column}`],
    );
    const tokens = terms.length === 0 ? "0.0" : `(${terms.join(" + ")}) / 1e6`;
    return perRequest === 0 ? tokens : `${tokens} + ${number(perRequest)}`;
  };
  if (tiers.length === 0) return linear(base);
  const steps = [...tiers]
    .reverse()
    .map(({ above, rates }) => `${INPUT_TOKENS} > ${above}, ${linear(rates)}`)
    .join(", ");
  return `multiIf(${steps}, ${linear(base)})`;
}

/** A number as a Float64 literal. */
function number(value: number): string {
  const digits = String(value);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}

/** A text as a literal of ClickHouse: a mutation cannot bind parameters. */
export function text(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
