import type { Price, Rates } from "../../price-contract.ts";
import type { PriceBook } from "./price-book.ts";
import type { PricePeriod } from "./price-catalogue.ts";
import { holdsAt } from "./price-catalogue.ts";
import { overridePeriod } from "./price-override.ts";
import { UNIT } from "./price-units.ts";
import type { RateTable } from "./rate-table.ts";

const BUCKET_UNITS = {
  cache_read: UNIT.cacheRead,
  cache_write: UNIT.cacheWrite,
  cache_write_long: UNIT.cacheWriteLong,
  reasoning: UNIT.reasoning,
  input_audio: UNIT.inputAudio,
  output_audio: UNIT.outputAudio,
} as const;

/**
 * What a project pays at a moment: its overrides first, then each model of the catalogue with the price that
 * counts for it, by provider and name.
 */
export function effectivePrices(book: PriceBook, projectId: string, atMs: number): Price[] {
  const own = book.overridesOf(projectId).flatMap((override): Price[] => {
    const period = overridePeriod(override, override.serviceTier);
    if (!holdsAt(period, atMs)) return [];
    const name = book.catalogue.provider(override.provider)?.name ?? override.provider;
    return [
      {
        ...presentPeriod(period),
        provider: override.provider,
        provider_name: name || "any provider",
        model: override.model,
        context_window: null,
      },
    ];
  });
  const listed = book.catalogue.providers.flatMap((provider) =>
    provider.models.flatMap((model): Price[] => {
      const period =
        book.periodOf(projectId, provider.id, model.id, "", atMs) ??
        book.listedPeriod(provider.id, model.id, atMs);
      if (!period?.table.pricesTokens) return [];
      return [
        {
          ...presentPeriod(period),
          provider: provider.id,
          provider_name: provider.name,
          model: model.id,
          context_window: model.context_window ?? null,
        },
      ];
    }),
  );
  const byName = (left: Price, right: Price) =>
    left.provider.localeCompare(right.provider, "en") || left.model.localeCompare(right.model, "en");
  return [...own.sort(byName), ...listed.sort(byName)];
}

/** Prices whose model or provider has the text in its name. */
export function searchPrices(
  prices: readonly Price[],
  filter: { search?: string | undefined; provider?: string | undefined },
): Price[] {
  const text = filter.search?.toLowerCase() ?? "";
  const provider = filter.provider?.toLowerCase();
  return prices.filter(
    (price) =>
      (provider === undefined || price.provider.toLowerCase() === provider) &&
      `${price.provider} ${price.provider_name} ${price.model}`.toLowerCase().includes(text),
  );
}

function presentPeriod({ table, version }: PricePeriod) {
  const overrideId = /^override:([0-9a-f-]{36})/.exec(version)?.[1] ?? null;
  return {
    source: overrideId === null ? ("catalogue" as const) : ("override" as const),
    version,
    override_id: overrideId,
    rates: presentRates(table, table.base),
    tiers: table.tiers.map(({ above, rates }) => ({
      above_input_tokens: above,
      rates: presentRates(table, rates),
    })),
  };
}

/** Buckets that cost what their whole does are left out. */
function presentRates(table: RateTable, rates: Float64Array): Rates {
  const input = rates[UNIT.input]!;
  const output = rates[UNIT.output]!;
  const presented: Rates = { input, output };
  for (const [bucket, unit] of Object.entries(BUCKET_UNITS) as [keyof typeof BUCKET_UNITS, number][]) {
    const whole = bucket === "reasoning" || bucket === "output_audio" ? output : input;
    if (rates[unit] !== whole) presented[bucket] = rates[unit]!;
  }
  if (table.perRequest > 0) presented.request = table.perRequest;
  return presented;
}
