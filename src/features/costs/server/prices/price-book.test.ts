import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createFacts, type SpanFacts } from "#features/telemetry/server/index.ts";
import type { SpanPrice } from "../span-pricer.ts";
import { exclusiveAmounts, inclusiveUsage } from "./exclusive-amounts.ts";
import { PriceBook } from "./price-book.ts";
import { PriceCatalogue } from "./price-catalogue.ts";
import type { PriceOverride } from "./price-override.ts";
import { compileRates, priceAmounts, priceFacts } from "./rate-table.ts";

const PROJECT = "00000000-0000-7000-8000-000000000001";
const OTHER_PROJECT = "00000000-0000-7000-8000-000000000002";
const AT = Date.parse("2026-06-01T12:00:00Z");

let catalogue: PriceCatalogue;
let book: PriceBook;
beforeAll(async () => {
  catalogue = await PriceCatalogue.load();
  book = new PriceBook(catalogue);
});

const factsOf = (told: Partial<SpanFacts>): SpanFacts => ({ ...createFacts(), ...told });

function priceOf(told: Partial<SpanFacts>, at = AT, project = PROJECT, of = book): SpanPrice {
  const out = { usd: -1, version: "?" };
  of.price(project, factsOf(told), at, out);
  return out;
}

const MILLION = 1_000_000;

function override(told: Partial<PriceOverride>): PriceOverride {
  return {
    id: "one",
    projectId: PROJECT,
    provider: "",
    model: "*",
    serviceTier: "",
    rates: { input: 1, output: 2 },
    tiers: [],
    tierFactors: {},
    validFromMs: -Infinity,
    validToMs: Infinity,
    revision: 1,
    createdAtMs: 0,
    ...told,
  };
}

function bookWith(overrides: PriceOverride[], preferReported = false): PriceBook {
  const own = new PriceBook(catalogue);
  own.use(new Map([[PROJECT, { overrides, preferReported }]]));
  return own;
}

describe("a span is priced", () => {
  // Rates of gpt-4o at OpenAI: 2.5 input, 1.25 cached, 10 output; of claude-sonnet-4-5 at Anthropic: 3, 0.3, 3.75, 6, 15.
  it.each<[string, Partial<SpanFacts>, number]>([
    [
      "by its buckets",
      { provider: "openai", model: "gpt-4o", inputUncached: MILLION, output: MILLION },
      12.5,
    ],
    ["with the cache's own rate", { provider: "openai", model: "gpt-4o", cacheRead: MILLION }, 1.25],
    ["with reasoning as output", { provider: "openai", model: "gpt-4o", reasoning: MILLION }, 10],
    [
      "with audio as input, where it has no rate",
      { provider: "openai", model: "gpt-4o", inputAudio: MILLION },
      2.5,
    ],
    ["with cache writes", { provider: "anthropic", model: "claude-sonnet-4-5", cacheWrite: 100_000 }, 0.375],
    [
      "with cache writes for an hour",
      { provider: "anthropic", model: "claude-sonnet-4-5", cacheWriteLong: 100_000 },
      0.6,
    ],
    [
      "for a dated model",
      { provider: "anthropic", model: "claude-sonnet-4-5-20250929", output: MILLION },
      15,
    ],
    [
      "for a model behind a gateway",
      { provider: "litellm", model: "openai/gpt-4o", inputUncached: MILLION },
      2.5,
    ],
    ["without a provider", { provider: "", model: "gpt-4o-2024-08-06", inputUncached: MILLION }, 2.5],
    [
      "for a path of Gemini",
      { provider: "gcp.gemini", model: "models/gemini-2.0-flash", output: MILLION },
      0.4,
    ],
    [
      "for a path of Vertex AI",
      { provider: "gcp.vertex_ai", model: "publishers/google/models/gemini-2.0-flash", output: MILLION },
      0.4,
    ],
    [
      "for Claude on Vertex AI",
      { provider: "gcp.vertex_ai", model: "claude-sonnet-4-5@20250929", output: 1000 },
      0.015,
    ],
    [
      "for a model of Bedrock",
      { provider: "aws.bedrock", model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0", output: 1000 },
      0.0165,
    ],
    [
      "for a profile of Bedrock",
      {
        provider: "aws.bedrock",
        model: "arn:aws:bedrock:us-east-1:123:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        output: 1000,
      },
      0.0165,
    ],
    [
      "by the model asked for, when the answer names a deployment",
      { provider: "azure.ai.openai", model: "my-deployment", requestModel: "gpt-4o", output: MILLION },
      10,
    ],
    [
      "for an OpenAI-compatible server's model",
      { provider: "openai", model: "deepseek-v3.2", inputUncached: MILLION },
      0.2288,
    ],
    [
      "at half price in a batch",
      { provider: "openai", model: "gpt-4o", serviceTier: "batch", inputUncached: MILLION },
      1.25,
    ],
    [
      "as listed by default",
      { provider: "openai", model: "gpt-4o", serviceTier: "default", inputUncached: MILLION },
      2.5,
    ],
  ])("%s", (_name, told, usd) => {
    expect(priceOf(told).usd).toBeCloseTo(usd, 9);
  });

  it("with the version of its price", () => {
    const told = { provider: "openai", model: "gpt-4o", output: 1 };
    expect(priceOf(told).version).toMatch(/^genai-prices@\d+\.\d+\.\d+$/);
    expect(priceOf({ ...told, serviceTier: "flex" }).version).toMatch(/^genai-prices@[\d.]+\+flex$/);
  });

  it("at the dearer rate beyond a context size, for all its tokens", () => {
    const told = { provider: "gcp.gemini", model: "gemini-2.5-pro", output: 1000 };
    const below = priceOf({ ...told, inputUncached: 100_000, cacheRead: 100_000 }).usd;
    const above = priceOf({ ...told, inputUncached: 100_000, cacheRead: 100_001 }).usd;
    expect(below).toBeCloseTo(0.1 * 1.25 + 0.1 * 0.125 + 0.001 * 10, 3);
    expect(above).toBeGreaterThan(below * 1.4);
  });

  it("by the hour of the day where the provider does so", () => {
    const told = { provider: "deepseek", model: "deepseek-chat", inputUncached: MILLION };
    expect(priceOf(told, Date.parse("2026-06-01T12:00:00Z")).usd).toBeCloseTo(0.27);
    expect(priceOf(told, Date.parse("2026-06-01T20:00:00Z")).usd).toBeCloseTo(0.135);
  });

  it.each<[string, Partial<SpanFacts>]>([
    ["a model nobody lists", { provider: "openai", model: "my-own-model", output: 5 }],
    ["a model one runs oneself", { provider: "ollama", model: "mistral-small", output: 5 }],
    ["no model", { provider: "openai", output: 5 }],
    ["no tokens", { provider: "openai", model: "gpt-4o" }],
  ])("as unknown with %s", (_name, told) => {
    expect(priceOf(told)).toEqual({ usd: Number.NaN, version: "" });
  });

  it("as reported only where no price is known, unless the project prefers it", () => {
    const known = { provider: "openai", model: "gpt-4o", output: MILLION, reportedCostUsd: 3 };
    const unknown = { ...known, model: "my-own-model" };
    expect(priceOf(known).usd).toBe(10);
    expect(priceOf(unknown)).toEqual({ usd: 3, version: "reported" });
    expect(priceOf(known, AT, PROJECT, bookWith([], true))).toEqual({ usd: 3, version: "reported" });
    expect(priceOf({ ...unknown, reportedCostUsd: -1 }).version).toBe("");
  });
});

describe("an override", () => {
  const span = { provider: "openai", model: "gpt-4o", inputUncached: MILLION };

  it("comes before the list price, in its project only", () => {
    const own = bookWith([override({ id: "mine", model: "gpt-4o" })]);
    expect(priceOf(span, AT, PROJECT, own)).toEqual({ usd: 1, version: "override:mine" });
    expect(priceOf(span, AT, OTHER_PROJECT, own).usd).toBe(2.5);
  });

  it("prices a model that nobody lists", () => {
    const own = bookWith([override({ model: "my-*" })]);
    expect(priceOf({ ...span, provider: "ollama", model: "my-own-model" }, AT, PROJECT, own).usd).toBe(1);
  });

  it("holds from its first moment to its last", () => {
    const own = bookWith([override({ validFromMs: AT, validToMs: AT + 1000 })]);
    const at = (ms: number) => priceOf(span, ms, PROJECT, own).usd;
    expect([at(AT - 1), at(AT), at(AT + 999), at(AT + 1000)]).toEqual([2.5, 1, 1, 2.5]);
  });

  it.each<[string, Partial<PriceOverride>, Partial<PriceOverride>]>([
    ["an exact name before a pattern", { model: "gpt-4o" }, { model: "gpt-4*", createdAtMs: 9 }],
    ["a longer pattern before a shorter", { model: "gpt-4*" }, { model: "gpt*", createdAtMs: 9 }],
    ["its provider before any", { provider: "openai" }, { createdAtMs: 9 }],
    ["its tier before any", { serviceTier: "batch" }, { model: "gpt-4o", createdAtMs: 9 }],
    ["the newer", { createdAtMs: 9 }, {}],
  ])("takes %s", (_name, winner, loser) => {
    const own = bookWith([override({ id: "loser", ...loser }), override({ id: "winner", ...winner })]);
    expect(priceOf({ ...span, serviceTier: "batch" }, AT, PROJECT, own).version).toBe("override:winner");
  });

  it("may have steps by context size, factors by tier and a price per request", () => {
    const own = bookWith([
      override({
        rates: { input: 1, output: 2, cache_read: 0.1, request: 0.5 },
        tiers: [{ above_input_tokens: 1000, rates: { input: 4, output: 8 } }],
        tierFactors: { batch: 0.5 },
        revision: 3,
      }),
    ]);
    expect(priceOf({ ...span, inputUncached: 1000 }, AT, PROJECT, own).usd).toBeCloseTo(0.501);
    expect(priceOf({ ...span, inputUncached: 1001 }, AT, PROJECT, own).usd).toBeCloseTo(0.504004);
    expect(priceOf({ ...span, serviceTier: "batch" }, AT, PROJECT, own)).toEqual({
      usd: expect.closeTo(2.25),
      version: "override:one.3",
    });
  });

  it("names its provider as OpenTelemetry or as the price list does", () => {
    const bedrock = {
      provider: "aws.bedrock",
      model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
      output: 1,
    };
    for (const provider of ["aws.bedrock", "aws", "AWS"]) {
      expect(priceOf(bedrock, AT, PROJECT, bookWith([override({ provider })])).version).toBe("override:one");
    }
  });
});

const count = fc.integer({ min: 0, max: 5_000_000 });
const buckets = fc.record({
  inputUncached: count,
  cacheRead: count,
  cacheWrite: count,
  cacheWriteLong: count,
  inputAudio: count,
  output: count,
  reasoning: count,
  outputAudio: count,
});
const models = fc.constantFrom(
  ["openai", "gpt-4o-realtime-preview"],
  ["anthropic", "claude-sonnet-4-5"],
  ["gcp.gemini", "gemini-2.5-flash"],
  ["perplexity", "sonar"],
);

describe("money is conserved", () => {
  it("in whole: a span costs what its buckets cost", () => {
    fc.assert(
      fc.property(buckets, (told) => {
        const table = compileRates({
          input_mtok: 2,
          output_mtok: 8,
          cache_read_mtok: 0.5,
          cache_write_mtok: 3,
          cache_write_1h_mtok: 5,
          input_audio_mtok: 40,
          output_audio_mtok: 80,
        });
        const each = Object.entries(told).map(([name, tokens]) =>
          priceFacts(table, factsOf({ [name]: tokens })),
        );
        const sum = each.reduce((total, usd) => total + usd, 0);
        expect(priceFacts(table, factsOf(told))).toBeCloseTo(sum, 6);
      }),
    );
  });

  it("between both ways of counting: parts inside their wholes, or beside them", () => {
    fc.assert(
      fc.property(buckets, models, (told, [provider, model]) => {
        const usage = {
          input_tokens:
            told.inputUncached + told.cacheRead + told.cacheWrite + told.cacheWriteLong + told.inputAudio,
          cache_read_tokens: told.cacheRead,
          cache_write_tokens: told.cacheWrite + told.cacheWriteLong,
          cache_write_1h_tokens: told.cacheWriteLong,
          input_audio_tokens: told.inputAudio,
          output_tokens: told.output + told.reasoning + told.outputAudio,
          output_reasoning_tokens: told.reasoning,
          output_audio_tokens: told.outputAudio,
        };
        const amounts = exclusiveAmounts(usage);
        expect(inclusiveUsage(amounts, Object.keys(usage))).toEqual(usage);
        const table = book.periodOf(PROJECT, provider!, model!, "", AT)!.table;
        expect(priceFacts(table, factsOf(told))).toBeCloseTo(priceAmounts(table, amounts).total, 6);
      }),
    );
  });

  it("in growth: more tokens never cost less", () => {
    fc.assert(
      fc.property(buckets, buckets, models, (told, more, [provider, model]) => {
        const both = Object.fromEntries(
          Object.entries(told).map(([name, tokens]) => [name, tokens + more[name as keyof typeof more]]),
        );
        const one = priceOf({ provider, model, ...told }).usd;
        const larger = priceOf({ provider, model, ...both }).usd;
        expect(Number.isNaN(one) || larger >= one - 1e-9).toBe(true);
      }),
    );
  });

  it("with hostile names and counts: a price is a number from 0, or unknown", () => {
    const born = fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "valueOf");
    const names = fc.oneof(fc.string(), born, fc.constantFrom("openai", "gpt-5-mini", "batch"));
    fc.assert(
      fc.property(names, names, names, buckets, (provider, model, serviceTier, told) => {
        const { usd, version } = priceOf({ provider, model, serviceTier, ...told });
        expect(Number.isNaN(usd) ? version === "" : usd >= 0 && usd < Infinity && version !== "").toBe(true);
      }),
    );
  });
});

describe("the catalogue", () => {
  it("has no price key that is not known here", async () => {
    const { unitOfPrice } = await import("./price-units.ts");
    const lists = catalogue.providers.flatMap(({ models: all }) =>
      all.flatMap(({ prices }) => (Array.isArray(prices) ? prices.map((one) => one.prices) : [prices])),
    );
    expect(lists.length).toBeGreaterThan(1000);
    const unknown = lists.flatMap(Object.keys).filter((key) => unitOfPrice(key) === undefined);
    expect([...new Set(unknown)]).toEqual([]);
  });
});
