import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type ModelInfo, type Provider, waitForUpdate } from "@pydantic/genai-prices";
import { matches, spellings, withDashedDate } from "./model-match.ts";
import { compileRates, type RateList, type RateTable } from "./rate-table.ts";
import { tierFactor } from "./service-tiers.ts";

/** OpenTelemetry's names of providers (`gen_ai.provider.name`) and the catalogue's, where they differ. */
const CATALOGUE_IDS: ReadonlyMap<string, string> = new Map([
  ["azure.ai.openai", "azure"],
  ["azure.ai.inference", "azure"],
  ["aws.bedrock", "aws"],
  ["gcp.vertex_ai", "google"],
  ["gcp.gemini", "google"],
  ["gcp.gen_ai", "google"],
  ["google", "google"],
  ["gemini", "google"],
  ["x_ai", "x-ai"],
  ["xai", "x-ai"],
  ["mistral_ai", "mistral"],
  ["moonshot_ai", "moonshotai"],
  ["together-ai", "together"],
  ["together_ai", "together"],
  ["fireworks-ai", "fireworks"],
  ["fireworks_ai", "fireworks"],
  ["z-ai", "zai"],
]);

/** Those who run a model themselves pay no provider: a price found by the model's name would be invented. */
const SELF_HOSTED =
  /^(ollama|vllm|llama[._-]?cpp|lm[._-]?studio|localai|local|sglang|tgi|transformers|mlx|self[._-]hosted)/;

/** A stretch of time with one price list. */
export interface PricePeriod {
  fromMs: number;
  toMs: number;
  /** Seconds of the UTC day between which it holds; equal for the whole day. It may go over midnight. */
  dayFrom: number;
  dayTo: number;
  table: RateTable;
  /** Kept with each span priced by it. */
  version: string;
}

/** A model of the catalogue. */
export interface CatalogueModel {
  provider: Provider;
  model: ModelInfo;
}

/** The list prices of @pydantic/genai-prices, as shipped with this version of the product; nothing is fetched. */
export class PriceCatalogue {
  readonly providers: readonly Provider[];
  /** `genai-prices@<version>` */
  readonly version: string;

  private constructor(providers: readonly Provider[], version: string) {
    this.providers = providers;
    this.version = version;
  }

  static async load(): Promise<PriceCatalogue> {
    const providers = await waitForUpdate();
    return new PriceCatalogue(providers ?? [], `genai-prices@${installedVersion()}`);
  }

  /** The provider by the catalogue's id, OpenTelemetry's name, or a name its own rule takes. */
  provider(name: string): Provider | undefined {
    const wanted = CATALOGUE_IDS.get(name.toLowerCase()) ?? name.toLowerCase();
    if (wanted === "") return undefined;
    return (
      this.providers.find(({ id }) => id === wanted) ??
      this.providers.find(({ provider_match }) => provider_match && matches(provider_match, wanted))
    );
  }

  /**
   * The model a span names. A provider that lists it decides. Else a vendor before the name counts
   * (`openai/gpt-5` through a gateway), and then whoever the name belongs to; but not for a provider that is
   * listed and has prices of its own, unless it is "openai", which is what clients of compatible servers say.
   */
  find(providerName: string, model: string): CatalogueModel | undefined {
    if (model === "" || SELF_HOSTED.test(providerName.toLowerCase())) return undefined;
    const provider = this.provider(providerName);
    const own = provider && this.findAt(provider, spellings(model));
    if (own) return own;
    if (provider && provider.id !== "openai") return undefined;
    const slash = model.indexOf("/");
    const vendor = slash > 0 ? this.provider(model.slice(0, slash)) : undefined;
    const atVendor = vendor && this.findAt(vendor, spellings(model.slice(slash + 1)));
    if (atVendor) return atVendor;
    for (const name of spellings(model)) {
      const owner = this.providers.find(({ model_match }) => model_match && matches(model_match, name));
      const found = owner && this.findAt(owner, [name]);
      if (found) return found;
    }
    return undefined;
  }

  /** The model as a provider of this id lists it, by its name as it is or with its date written with dashes. */
  listed(providerId: string, model: string): CatalogueModel | undefined {
    const provider = this.providers.find(({ id }) => id === providerId);
    const name = model.trim().toLowerCase();
    return provider && this.findAt(provider, [name, withDashedDate(name)]);
  }

  /** The model at one provider, or at those whose models it resells at their price. */
  private findAt(provider: Provider, names: readonly string[]): CatalogueModel | undefined {
    const sellers = [provider.id, ...(provider.fallback_model_providers ?? [])];
    for (const name of names) {
      for (const id of sellers) {
        const seller = this.providers.find((one) => one.id === id);
        const found = seller?.models.find(({ match }) => matches(match, name));
        if (found) return { provider, model: found };
      }
    }
    return undefined;
  }

  /** A model's prices over time, the one that counts first: of several that hold, the last listed does. */
  periods({ provider, model }: CatalogueModel, serviceTier: string): PricePeriod[] {
    const factor = tierFactor(provider.id, serviceTier);
    const version = factor === 1 ? this.version : `${this.version}+${serviceTier}`;
    const compile = (list: RateList) => compileRates(list, factor);
    const always = {
      fromMs: Number.NEGATIVE_INFINITY,
      toMs: Number.POSITIVE_INFINITY,
      dayFrom: 0,
      dayTo: 0,
      version,
    };
    if (!Array.isArray(model.prices)) return [{ ...always, table: compile(model.prices) }];
    const listed = model.prices.map(({ constraint, prices }) => {
      const period = { ...always, table: compile(prices) };
      if (constraint?.type === "start_date") period.fromMs = Date.parse(constraint.start_date);
      else if (constraint?.type === "time_of_date") {
        period.dayFrom = secondOfDay(constraint.start_time);
        period.dayTo = secondOfDay(constraint.end_time);
      }
      return period;
    });
    // Before the first date the oldest price counts, as nothing better is known.
    return [...listed.reverse(), { ...always, table: listed.at(-1)!.table }];
  }
}

/** Whether a period has no bounds. */
export function holdsAlways({ fromMs, toMs, dayFrom, dayTo }: PricePeriod): boolean {
  return fromMs === Number.NEGATIVE_INFINITY && toMs === Number.POSITIVE_INFINITY && dayFrom === dayTo;
}

/** Whether a period holds at a moment. */
export function holdsAt(period: PricePeriod, atMs: number): boolean {
  if (atMs < period.fromMs || atMs >= period.toMs) return false;
  if (period.dayFrom === period.dayTo) return true;
  const second = (atMs / 1000) % 86_400;
  return period.dayFrom < period.dayTo
    ? second >= period.dayFrom && second < period.dayTo
    : second >= period.dayFrom || second < period.dayTo;
}

/** "16:30:00Z" or "16:30:00+02:00" in seconds of the UTC day. */
function secondOfDay(time: string): number {
  return (Date.parse(`1970-01-02T${time}`) / 1000) % 86_400;
}

function installedVersion(): string {
  const entry = createRequire(import.meta.url).resolve("@pydantic/genai-prices");
  const file = join(dirname(entry), "../package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
