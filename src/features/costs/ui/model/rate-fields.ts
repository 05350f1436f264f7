import type { Rates } from "#features/costs/price-contract.ts";

/** The buckets a price can be given for, as people know them. */
export const RATE_FIELDS: readonly { bucket: keyof Rates; label: string; required?: boolean }[] = [
  { bucket: "input", label: "Input", required: true },
  { bucket: "output", label: "Output", required: true },
  { bucket: "cache_read", label: "Cache read" },
  { bucket: "cache_write", label: "Cache write" },
  { bucket: "cache_write_long", label: "Cache write, 1 h" },
  { bucket: "reasoning", label: "Reasoning" },
  { bucket: "input_audio", label: "Audio in" },
  { bucket: "output_audio", label: "Audio out" },
];

/** What is typed into the fields of a price. */
export type RateDraft = Partial<Record<keyof Rates, string>>;

/** The typed rates as numbers; a list of the fields that are not a number from 0 where they cannot be read. */
export function readRates(draft: RateDraft): { rates: Rates } | { wrong: (keyof Rates)[] } {
  const wrong: (keyof Rates)[] = [];
  const rates: Partial<Rates> = {};
  for (const { bucket, required } of RATE_FIELDS) {
    const text = (draft[bucket] ?? "").trim().replace(",", ".");
    if (text === "") {
      if (required) wrong.push(bucket);
      continue;
    }
    const value = Number(text);
    if (Number.isFinite(value) && value >= 0 && value <= 1_000_000) rates[bucket] = value;
    else wrong.push(bucket);
  }
  return wrong.length > 0 ? { wrong } : { rates: rates as Rates };
}

/** Rates as they are typed. */
export function draftOf(rates: Rates): RateDraft {
  return Object.fromEntries(
    Object.entries(rates).flatMap(([bucket, rate]) => (rate === undefined ? [] : [[bucket, String(rate)]])),
  );
}
