import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { calcPrice, extractUsage, type Provider } from "@pydantic/genai-prices";
import { exclusiveAmounts, inclusiveUsage } from "../exclusive-amounts.ts";
import type { PriceBook } from "../price-book.ts";
import { type ReportedUsage, readProviderResponse } from "../provider-response.ts";
import { priceAmounts } from "../rate-table.ts";

/** A provider's recorded answer with what genai-prices reads from it, per provider and API that can read it. */
export interface UsageCase {
  body: Record<string, unknown>;
  model?: string;
  extracted: {
    usage: Record<string, number>;
    extractors: {
      provider_id: string;
      api_flavor: string;
      input_price?: string;
      output_price?: string;
      total_price?: string;
    }[];
  }[];
}

/** How one case compares for one provider and API; `reason` is empty when all of it agrees. */
export interface Comparison {
  file: string;
  provider: string;
  flavor: string;
  model: string;
  expectedUsd: number | null;
  usd: number | null;
  /** What `calcPrice` of the installed genai-prices answers: the oracle where its data have changed since. */
  libraryUsd: number | null;
  usageAgrees: boolean;
  priceAgrees: boolean;
  reason: string;
}

/** A moment at whose prices the cases were recorded: later ones have since fallen. */
export const RECORDED_AT_MS = Date.parse("2026-06-01T12:00:00Z");

/** Of the expected price; floating point adds in another order. */
const TOLERANCE = 1e-9;

const REPOSITORY = resolve(import.meta.dirname, "../../../../../..");

/** The whole set where the data folder is at hand, else undefined. */
export function fullUsageCases(): UsageCase[] | undefined {
  const folder = process.env.FLIGHTDECK_TEST_DATA ?? join(REPOSITORY, "../shared/data");
  const file = join(folder, "genai-prices/usages.json");
  return existsSync(file) ? readCases(file) : undefined;
}

/** A few of them, kept in the repository. */
export function sampleUsageCases(): UsageCase[] {
  return readCases(join(import.meta.dirname, "usages-sample.json"));
}

function readCases(file: string): UsageCase[] {
  return JSON.parse(readFileSync(file, "utf8")) as UsageCase[];
}

/** Compares each case for each provider and API with what our own reading and price book make of it. */
export function compareUsageCases(
  book: PriceBook,
  cases: readonly UsageCase[],
  atMs = RECORDED_AT_MS,
): Comparison[] {
  return cases.flatMap((one) =>
    one.extracted.flatMap(({ usage, extractors }) =>
      extractors.map((extractor) => compare(book, one, usage, extractor, atMs)),
    ),
  );
}

function compare(
  book: PriceBook,
  one: UsageCase,
  expectedUsage: Record<string, number>,
  extractor: UsageCase["extracted"][number]["extractors"][number],
  atMs: number,
): Comparison {
  const file = String(one.body.file ?? "");
  const expectedUsd = expectedTotal(extractor);
  const provider = book.catalogue.providers.find(({ id }) => id === extractor.provider_id)!;
  const libraryUsd = libraryPrice(provider, one, extractor.api_flavor, atMs);
  const base = {
    file,
    provider: provider.id,
    flavor: extractor.api_flavor,
    expectedUsd,
    libraryUsd,
  };
  let reported: ReportedUsage;
  try {
    reported = readProviderResponse(provider, one.body, extractor.api_flavor);
  } catch (error) {
    const reason = `not read: ${(error as Error).message}`;
    return { ...base, model: one.model ?? "", usd: null, usageAgrees: false, priceAgrees: false, reason };
  }
  const model = reported.model ?? one.model ?? "";
  const amounts = exclusiveAmounts(reported.usage);
  const usageAgrees =
    sameUsage(reported.usage, expectedUsage) &&
    sameUsage(inclusiveUsage(amounts, Object.keys(expectedUsage)), expectedUsage);
  const period = book.listedPeriod(extractor.provider_id, model, atMs);
  const priced = period && priceAmounts(period.table, amounts);
  const usd = priced?.total ?? null;
  const priceAgrees =
    expectedUsd === null || priced === undefined
      ? expectedUsd === null && priced === undefined
      : close(priced.total, expectedUsd) &&
        close(priced.input, Number(extractor.input_price)) &&
        close(priced.output, Number(extractor.output_price));
  const reason = usageAgrees && priceAgrees ? "" : reasonOf(usageAgrees, usd, libraryUsd);
  return { ...base, model, usd, usageAgrees, priceAgrees, reason };
}

function libraryPrice(provider: Provider, one: UsageCase, flavor: string, atMs: number): number | null {
  try {
    const { model, usage } = extractUsage(provider, one.body, flavor);
    const options = { providerId: provider.id, timestamp: new Date(atMs) };
    return calcPrice(usage, model ?? one.model ?? "", options)?.total_price ?? null;
  } catch {
    return null;
  }
}

function expectedTotal(extractor: {
  input_price?: string;
  output_price?: string;
  total_price?: string;
}): number | null {
  if (extractor.total_price !== undefined) return Number(extractor.total_price);
  if (extractor.input_price === undefined) return null;
  return Number(extractor.input_price) + Number(extractor.output_price);
}

function reasonOf(usageAgrees: boolean, usd: number | null, libraryUsd: number | null): string {
  const what = usageAgrees ? "other price" : "other usage";
  const sameAsLibrary = usd === null || libraryUsd === null ? usd === libraryUsd : close(usd, libraryUsd);
  return sameAsLibrary ? `${what}: genai-prices changed since the case was recorded` : what;
}

/** Counts of 0 are left out of the expected usage. */
function sameUsage(left: Record<string, number>, right: Record<string, number>): boolean {
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every(
    (key) => (left[key] ?? 0) === (right[key] ?? 0),
  );
}

function close(left: number, right: number): boolean {
  return Math.abs(left - right) <= TOLERANCE * Math.max(1e-6, Math.abs(right));
}
