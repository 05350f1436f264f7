import type { SpanFacts } from "#features/telemetry/server/index.ts";
import { depthOf, isPartOf, PRICE_UNITS, UNIT, unitOfPrice } from "./price-units.ts";

/** A price: the same for any request, or one that depends on how many input tokens the request had. */
export type TieredRate = number | { base: number; tiers: readonly { start: number; price: number }[] };

/** Prices by price key (`input_mtok`, `cache_read_mtok` …), USD for the unit's number of it. */
export type RateList = Readonly<Record<string, TieredRate | undefined>>;

/** Prices of one model, compiled: for each unit what one million of it costs in USD. */
export interface RateTable {
  base: Float64Array;
  /** Rates of requests with more input tokens than `above`; ascending. */
  tiers: readonly { above: number; rates: Float64Array }[];
  /** USD for each request, whatever it counts. */
  perRequest: number;
  /** False when the list has no price for tokens (a model billed by the hour, say). */
  pricesTokens: boolean;
}

const MILLION = 1_000_000;

/**
 * Compiles a price list. A unit without a price of its own costs what the most special priced unit costs that
 * it is part of: cached audio without a price costs what audio does, and that without a price what input does.
 * `factor` scales every rate (the discount of a batch, say).
 */
export function compileRates(list: RateList, factor = 1): RateTable {
  const priced = Object.entries(list)
    .map(([priceKey, rate]) => ({ index: unitOfPrice(priceKey), rate }))
    .filter((one): one is { index: number; rate: TieredRate } => {
      return one.index !== undefined && one.rate !== undefined;
    })
    .sort((left, right) => depthOf(PRICE_UNITS[right.index]!) - depthOf(PRICE_UNITS[left.index]!));
  const thresholds = new Set(
    priced.flatMap(({ rate }) => (typeof rate === "number" ? [] : rate.tiers.map(({ start }) => start))),
  );
  const ratesFor = (inputTokens: number): Float64Array =>
    Float64Array.from(PRICE_UNITS, (unit) => {
      const cover = priced.find(({ index }) => isPartOf(unit, PRICE_UNITS[index]!));
      if (!cover || cover.index === UNIT.request) return 0;
      return (rateAt(cover.rate, inputTokens) * factor * MILLION) / PRICE_UNITS[cover.index]!.per;
    });
  const request = list.requests_kcount;
  return {
    base: ratesFor(0),
    tiers: [...thresholds]
      .sort((left, right) => left - right)
      .map((above) => ({ above, rates: ratesFor(above + 1) })),
    perRequest: request === undefined ? 0 : (rateAt(request, 0) * factor) / 1000,
    pricesTokens: priced.some(({ index }) => PRICE_UNITS[index]!.dimensions.family === "tokens"),
  };
}

function rateAt(rate: TieredRate, inputTokens: number): number {
  if (typeof rate === "number") return rate;
  let price = rate.base;
  for (const tier of [...rate.tiers].sort((left, right) => left.start - right.start)) {
    if (inputTokens > tier.start) price = tier.price;
  }
  return price;
}

/** The rates that hold for a request with this many input tokens, cached and audio ones included. */
export function ratesOf(table: RateTable, inputTokens: number): Float64Array {
  let rates = table.base;
  for (let i = 0; i < table.tiers.length; i++) {
    const tier = table.tiers[i]!;
    if (inputTokens > tier.above) rates = tier.rates;
  }
  return rates;
}

/** USD for a span's token buckets. Runs per span: no allocation. */
export function priceFacts(table: RateTable, facts: SpanFacts): number {
  const inputTokens =
    facts.inputUncached + facts.cacheRead + facts.cacheWrite + facts.cacheWriteLong + facts.inputAudio;
  const rates = ratesOf(table, inputTokens);
  return (
    (rates[UNIT.input]! * facts.inputUncached +
      rates[UNIT.cacheRead]! * facts.cacheRead +
      rates[UNIT.cacheWrite]! * facts.cacheWrite +
      rates[UNIT.cacheWriteLong]! * facts.cacheWriteLong +
      rates[UNIT.inputAudio]! * facts.inputAudio +
      rates[UNIT.output]! * facts.output +
      rates[UNIT.reasoning]! * facts.reasoning +
      rates[UNIT.outputAudio]! * facts.outputAudio) /
      MILLION +
    table.perRequest
  );
}

/** What a usage costs, by direction, in USD; `other` is what has none (searches, requests). */
export interface PricedAmounts {
  input: number;
  output: number;
  other: number;
  total: number;
}

/** The same for amounts of any unit, as `exclusiveAmounts` makes them. */
export function priceAmounts(table: RateTable, amounts: Float64Array): PricedAmounts {
  const rates = ratesOf(table, inputTokensIn(amounts));
  const priced = { input: 0, output: 0, other: table.perRequest, total: 0 };
  for (let i = 0; i < amounts.length; i++) {
    const amount = amounts[i]!;
    if (amount === 0) continue;
    const usd = (rates[i]! * amount) / MILLION;
    const direction = PRICE_UNITS[i]!.dimensions.direction;
    if (direction === "input") priced.input += usd;
    else if (direction === "output") priced.output += usd;
    else priced.other += usd;
  }
  priced.total = priced.input + priced.output + priced.other;
  return priced;
}

const INPUT_TOKEN_UNITS = PRICE_UNITS.flatMap((unit, index) =>
  isPartOf(unit, PRICE_UNITS[UNIT.input]!) ? [index] : [],
);

function inputTokensIn(amounts: Float64Array): number {
  let sum = 0;
  for (const index of INPUT_TOKEN_UNITS) sum += amounts[index]!;
  return sum;
}
