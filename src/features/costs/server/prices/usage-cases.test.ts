import { beforeAll, describe, expect, it } from "vitest";
import { PriceBook } from "./price-book.ts";
import { PriceCatalogue } from "./price-catalogue.ts";
import {
  compareUsageCases,
  fullUsageCases,
  RECORDED_AT_MS,
  sampleUsageCases,
} from "./testing/usage-cases.ts";

const full = fullUsageCases();
const PROJECT = "00000000-0000-7000-8000-000000000001";

let book: PriceBook;
beforeAll(async () => {
  book = new PriceBook(await PriceCatalogue.load());
});

/** Cases recorded with an older catalogue; everything else has to agree. */
const DATA_CHANGED = "genai-prices changed since the case was recorded";

describe("recorded usage", () => {
  it("of the sample agrees in counts and price with what is expected", () => {
    const compared = compareUsageCases(book, sampleUsageCases());
    expect(compared.length).toBeGreaterThan(100);
    expect(compared.filter(({ expectedUsd }) => expectedUsd !== null).length).toBeGreaterThan(50);
    expect(compared.filter(({ reason }) => reason !== "" && !reason.endsWith(DATA_CHANGED))).toEqual([]);
    expect(compared.filter(({ reason }) => reason === "").length / compared.length).toBeGreaterThan(0.95);
  });

  it.skipIf(!full)(`of all 789 cases agrees${full ? "" : " (skipped: data not found)"}`, () => {
    const compared = compareUsageCases(book, full!);
    expect(full!.length).toBe(789);
    expect(compared.length).toBe(9545);
    expect(compared.filter(({ reason }) => reason !== "" && !reason.endsWith(DATA_CHANGED))).toEqual([]);
    // How many differ because the installed catalogue is newer than the cases; it may only fall.
    expect(compared.filter(({ reason }) => reason !== "").length).toBeLessThanOrEqual(26);
  });

  it.skipIf(!full)("is priced the same when it comes as a span", () => {
    for (const { provider, model, expectedUsd, usd } of compareUsageCases(book, full!)) {
      if (expectedUsd === null || usd === null) continue;
      const listed = book.listedPeriod(provider, model, RECORDED_AT_MS);
      // A model billed by the hour or page has no price for a span's tokens: that is unknown, not free.
      if (!listed?.table.pricesTokens) continue;
      const found = book.periodOf(PROJECT, provider, model, "", RECORDED_AT_MS);
      expect({ provider, model, rates: found?.table }).toEqual({ provider, model, rates: listed.table });
    }
  });
});
