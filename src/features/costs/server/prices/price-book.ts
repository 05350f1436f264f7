import type { SpanFacts } from "#features/telemetry/server/index.ts";
import type { SpanPrice, SpanPricer } from "../span-pricer.ts";
import { holdsAt, type PriceCatalogue, type PricePeriod } from "./price-catalogue.ts";
import { fittingOverrides, overridePeriod, type PriceOverride } from "./price-override.ts";
import { priceFacts } from "./rate-table.ts";
import { normaliseTier } from "./service-tiers.ts";

/** What a project decided about its prices. */
export interface ProjectPrices {
  overrides: readonly PriceOverride[];
  /** Whether a cost the sender reports comes before our own. */
  preferReported: boolean;
}

const NO_PRICES: ProjectPrices = { overrides: [], preferReported: false };

/** Prices that hold for one (provider, model, service tier), the first that holds at a span's start counts. */
type PriceEntry = readonly PricePeriod[];

/** Model names are sent by strangers: beyond this many per project the compiled prices are made anew. */
const MAX_ENTRIES = 5_000;

/** Version of a price that the sender reported. */
export const REPORTED = "reported";

class ProjectPriceBook {
  readonly prices: ProjectPrices;
  private readonly byProvider = new Map<string, Map<string, Map<string, PriceEntry>>>();
  private readonly catalogue: PriceCatalogue;
  private size = 0;

  constructor(catalogue: PriceCatalogue, prices: ProjectPrices) {
    this.catalogue = catalogue;
    this.prices = prices;
  }

  entry(provider: string, model: string, tier: string): PriceEntry {
    const known = this.byProvider.get(provider)?.get(model)?.get(tier);
    return known ?? this.compile(provider, model, tier);
  }

  private compile(provider: string, model: string, rawTier: string): PriceEntry {
    const serviceTier = normaliseTier(rawTier);
    const found = this.catalogue.find(provider, model);
    const providerNames = [provider, this.catalogue.provider(provider)?.id ?? "", found?.provider.id ?? ""]
      .filter((name) => name !== "")
      .map((name) => name.toLowerCase());
    const own = fittingOverrides(this.prices.overrides, { providerNames, model, serviceTier });
    const entry = [
      ...own.map((override) => overridePeriod(override, serviceTier)),
      ...(found ? this.catalogue.periods(found, serviceTier) : []),
    ].filter(({ table }) => table.pricesTokens);
    if (this.size >= MAX_ENTRIES) {
      this.byProvider.clear();
      this.size = 0;
    }
    const models = getOrSet(this.byProvider, provider);
    getOrSet(models, model).set(rawTier, entry);
    this.size++;
    return entry;
  }
}

/** The map under a key, made when it is missing. */
function getOrSet<V>(maps: Map<string, Map<string, V>>, key: string): Map<string, V> {
  let map = maps.get(key);
  if (!map) {
    map = new Map();
    maps.set(key, map);
  }
  return map;
}

/**
 * Prices spans from the catalogue and each project's overrides. Compiled per (project, provider, model, tier)
 * when first seen; after that a span costs a few map look-ups and multiplications.
 *
 * Whose figure counts: ours, from the tokens. The sender's is taken where we know no price, or where the project
 * prefers it, because senders' own price tables age and often leave out caches.
 */
export class PriceBook implements SpanPricer {
  readonly catalogue: PriceCatalogue;
  private readonly books = new Map<string, ProjectPriceBook>();
  private settings: ReadonlyMap<string, ProjectPrices> = new Map();
  /** Spans with tokens that no price was known for, since the process started. */
  unpricedSpans = 0;

  private lastProject = "";
  private lastBook: ProjectPriceBook | undefined;

  constructor(catalogue: PriceCatalogue) {
    this.catalogue = catalogue;
  }

  /** Replaces all projects' overrides and settings; spans priced from now on follow them. */
  use(settings: ReadonlyMap<string, ProjectPrices>): void {
    this.settings = settings;
    this.books.clear();
    this.lastProject = "";
    this.lastBook = undefined;
  }

  price(projectId: string, facts: SpanFacts, startMs: number, out: SpanPrice): void {
    const book = this.bookOf(projectId);
    const reported = facts.reportedCostUsd;
    const hasReported = reported >= 0 && reported < Infinity;
    if (hasReported && book.prices.preferReported) {
      out.usd = reported;
      out.version = REPORTED;
      return;
    }
    if (hasTokens(facts)) {
      const period = this.periodFor(book, facts, startMs);
      if (period) {
        out.usd = priceFacts(period.table, facts);
        out.version = period.version;
        return;
      }
      if (!hasReported) this.unpricedSpans++;
    }
    out.usd = hasReported ? reported : Number.NaN;
    out.version = hasReported ? REPORTED : "";
  }

  /** A project's own prices. */
  overridesOf(projectId: string): readonly PriceOverride[] {
    return this.bookOf(projectId).prices.overrides;
  }

  /** Whether a project takes reported costs before its own prices. */
  prefersReported(projectId: string): boolean {
    return this.bookOf(projectId).prices.preferReported;
  }

  /** All prices of a model over time; the first that holds at a span's start counts. */
  periodsOf(projectId: string, provider: string, model: string, serviceTier: string): readonly PricePeriod[] {
    return this.bookOf(projectId).entry(provider, model, serviceTier);
  }

  /** The price that holds for a model at a moment, undefined when none is known. */
  periodOf(
    projectId: string,
    provider: string,
    model: string,
    serviceTier: string,
    atMs: number,
  ): PricePeriod | undefined {
    return firstHolding(this.bookOf(projectId).entry(provider, model, serviceTier), atMs);
  }

  /** The list price of a model at a provider of the catalogue, without overrides, discounts or search elsewhere. */
  listedPeriod(providerId: string, model: string, atMs: number): PricePeriod | undefined {
    const found = this.catalogue.listed(providerId, model);
    return found && firstHolding(this.catalogue.periods(found, ""), atMs);
  }

  private periodFor(book: ProjectPriceBook, facts: SpanFacts, startMs: number): PricePeriod | undefined {
    const { provider, model, requestModel, serviceTier } = facts;
    const period = firstHolding(book.entry(provider, model, serviceTier), startMs);
    if (period || requestModel === "" || requestModel === model) return period;
    // A deployment may answer under a name of its own while the request names the model.
    return firstHolding(book.entry(provider, requestModel, serviceTier), startMs);
  }

  private bookOf(projectId: string): ProjectPriceBook {
    if (projectId === this.lastProject && this.lastBook) return this.lastBook;
    let book = this.books.get(projectId);
    if (!book) {
      book = new ProjectPriceBook(this.catalogue, this.settings.get(projectId) ?? NO_PRICES);
      this.books.set(projectId, book);
    }
    this.lastProject = projectId;
    this.lastBook = book;
    return book;
  }
}

function firstHolding(entry: PriceEntry, atMs: number): PricePeriod | undefined {
  for (let i = 0; i < entry.length; i++) {
    const period = entry[i]!;
    if (holdsAt(period, atMs)) return period;
  }
  return undefined;
}

function hasTokens(facts: SpanFacts): boolean {
  return (
    facts.inputUncached +
      facts.cacheRead +
      facts.cacheWrite +
      facts.cacheWriteLong +
      facts.inputAudio +
      facts.output +
      facts.reasoning +
      facts.outputAudio >
    0
  );
}
