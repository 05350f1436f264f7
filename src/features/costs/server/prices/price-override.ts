import type { PricePeriod } from "./price-catalogue.ts";
import { compileRates, type RateList, type TieredRate } from "./rate-table.ts";

/** USD per million tokens by bucket, and per request. A bucket without a rate costs what it is part of does. */
export interface OverrideRates {
  input: number;
  output: number;
  cache_read?: number | undefined;
  cache_write?: number | undefined;
  cache_write_long?: number | undefined;
  reasoning?: number | undefined;
  input_audio?: number | undefined;
  output_audio?: number | undefined;
  request?: number | undefined;
}

/** A project's own price, which comes before the list price. */
export interface PriceOverride {
  id: string;
  projectId: string;
  /** OpenTelemetry's name or the catalogue's; "" for any. */
  provider: string;
  /** The model's name; `*` stands for any text. */
  model: string;
  /** The service tier it is for; "" for all of them. */
  serviceTier: string;
  rates: OverrideRates;
  /** Rates of requests with more input tokens than `above_input_tokens`. */
  tiers: readonly { above_input_tokens: number; rates: OverrideRates }[];
  /** Factors of service tiers on these rates, e.g. `{ batch: 0.5 }`. */
  tierFactors: Readonly<Record<string, number>>;
  validFromMs: number;
  validToMs: number;
  /** Counts the changes made to it; told by the version kept with spans. */
  revision: number;
  createdAtMs: number;
}

/** The version kept with spans priced by it. */
export function overrideVersion({ id, revision }: PriceOverride): string {
  return revision <= 1 ? `override:${id}` : `override:${id}.${revision}`;
}

/** A name with `*` for any text, upper and lower case alike. */
export function globMatches(pattern: string, name: string): boolean {
  const pieces = pattern.toLowerCase().split("*");
  const text = name.toLowerCase();
  if (pieces.length === 1) return text === pieces[0];
  const first = pieces[0]!;
  const last = pieces.at(-1)!;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > text.length - last.length) return false;
    at = found + piece.length;
  }
  return true;
}

/**
 * The overrides that fit a span, the most special first: one for its service tier before one for all, a model's
 * exact name before a pattern, a longer pattern before a shorter, a provider's before anyone's, newer before older.
 */
export function fittingOverrides(
  overrides: readonly PriceOverride[],
  span: { providerNames: readonly string[]; model: string; serviceTier: string },
): PriceOverride[] {
  const rank = (one: PriceOverride): number[] => [
    one.serviceTier === "" ? 0 : 1,
    one.model.includes("*") ? 0 : 1,
    one.model.replaceAll("*", "").length,
    one.provider === "" ? 0 : 1,
    one.createdAtMs,
  ];
  return overrides
    .filter(
      (one) =>
        (one.provider === "" || span.providerNames.includes(one.provider.toLowerCase())) &&
        (one.serviceTier === "" || one.serviceTier === span.serviceTier) &&
        globMatches(one.model, span.model),
    )
    .sort((left, right) => compareDescending(rank(left), rank(right)));
}

function compareDescending(left: readonly number[], right: readonly number[]): number {
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return right[i]! - left[i]!;
  return 0;
}

/** The period of an override for spans of a service tier. */
export function overridePeriod(override: PriceOverride, serviceTier: string): PricePeriod {
  return {
    fromMs: override.validFromMs,
    toMs: override.validToMs,
    dayFrom: 0,
    dayTo: 0,
    table: compileRates(rateList(override), factorOf(override, serviceTier)),
    version: overrideVersion(override),
  };
}

const PRICE_KEYS = {
  input: "input_mtok",
  output: "output_mtok",
  cache_read: "cache_read_mtok",
  cache_write: "cache_write_mtok",
  cache_write_long: "cache_write_1h_mtok",
  reasoning: "output_reasoning_mtok",
  input_audio: "input_audio_mtok",
  output_audio: "output_audio_mtok",
} as const satisfies Partial<Record<keyof OverrideRates, string>>;

/** The override's factor for a tier; the tier is the sender's word, so only what the override names counts. */
function factorOf({ tierFactors }: PriceOverride, serviceTier: string): number {
  return Object.hasOwn(tierFactors, serviceTier) ? tierFactors[serviceTier]! : 1;
}

function rateList({ rates, tiers }: PriceOverride): RateList {
  const list: Record<string, TieredRate> = {};
  for (const [bucket, priceKey] of Object.entries(PRICE_KEYS) as [keyof typeof PRICE_KEYS, string][]) {
    const steps = tiers.flatMap(({ above_input_tokens, rates: tierRates }) => {
      const price = tierRates[bucket];
      return price === undefined ? [] : [{ start: above_input_tokens, price }];
    });
    const base = rates[bucket];
    if (base === undefined && steps.length === 0) continue;
    list[priceKey] = steps.length === 0 ? base! : { base: base ?? fallbackRate(rates, bucket), tiers: steps };
  }
  if (rates.request !== undefined) list.requests_kcount = rates.request * 1000;
  return list;
}

/** Below the first step a bucket that has a price only above it costs what its whole does. */
function fallbackRate(rates: OverrideRates, bucket: keyof OverrideRates): number {
  if (bucket === "cache_write_long") return rates.cache_write ?? rates.input;
  return bucket === "reasoning" || bucket === "output_audio" ? rates.output : rates.input;
}
