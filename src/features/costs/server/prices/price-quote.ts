import type { z } from "zod";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { quoteInputSchema, quoteSchema } from "../../price-contract.ts";
import { exclusiveAmounts } from "./exclusive-amounts.ts";
import type { PriceBook } from "./price-book.ts";
import { PRICE_UNITS, UNIT } from "./price-units.ts";
import { readProviderResponse } from "./provider-response.ts";
import { priceAmounts } from "./rate-table.ts";

type QuoteInput = z.output<typeof quoteInputSchema>;

/** Prices one call, given its buckets or the provider's answer, by the project's prices. */
export function quote(
  book: PriceBook,
  projectId: string,
  input: QuoteInput,
  atMs: number,
): z.output<typeof quoteSchema> {
  const { model, amounts } = input.response
    ? fromResponse(book, input, input.response)
    : { model: input.model, amounts: fromBuckets(input.usage!) };
  const period = book.periodOf(projectId, input.provider, model, input.service_tier, atMs);
  const priced = period && priceAmounts(period.table, amounts);
  const counts = Object.fromEntries(
    PRICE_UNITS.flatMap(({ usageKey }, index) => (amounts[index]! > 0 ? [[usageKey, amounts[index]!]] : [])),
  );
  return {
    model,
    usd: priced?.total ?? null,
    input_usd: priced?.input ?? null,
    output_usd: priced?.output ?? null,
    version: period?.version ?? "",
    counts,
  };
}

function fromBuckets(usage: NonNullable<QuoteInput["usage"]>): Float64Array {
  const amounts = new Float64Array(PRICE_UNITS.length);
  amounts[UNIT.input] = usage.input_uncached;
  amounts[UNIT.cacheRead] = usage.cache_read;
  amounts[UNIT.cacheWrite] = usage.cache_write;
  amounts[UNIT.cacheWriteLong] = usage.cache_write_long;
  amounts[UNIT.inputAudio] = usage.input_audio;
  amounts[UNIT.output] = usage.output;
  amounts[UNIT.reasoning] = usage.reasoning;
  amounts[UNIT.outputAudio] = usage.output_audio;
  return amounts;
}

function fromResponse(book: PriceBook, input: QuoteInput, response: Record<string, unknown>) {
  const provider = book.catalogue.provider(input.provider);
  if (!provider) {
    throw new FlightdeckError(
      `How answers of "${input.provider}" look is not known. Send the token counts as usage instead.`,
      { code: "provider_unknown", status: 400 },
    );
  }
  const reported = readProviderResponse(provider, response, input.api);
  return { model: input.model || (reported.model ?? ""), amounts: exclusiveAmounts(reported.usage) };
}
