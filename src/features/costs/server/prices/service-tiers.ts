/**
 * What providers charge for a service tier in parts of the list price, where that is one factor for all their
 * models. Sources: OpenAI "Batch API" and "Flex processing" (both half price), Anthropic "Message Batches"
 * (half), Google "Gemini batch mode" (half), Amazon Bedrock "batch inference" and "flex tier" (half), Azure
 * OpenAI "Global batch" (half), Groq "Batch" (half), Mistral "Batch" (half), xAI "Batch" (half).
 * Priority tiers have a price per model, or none in public: they count at the list price unless a project
 * sets its own.
 */
const HALF = 0.5;
const TIER_FACTORS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  openai: { batch: HALF, flex: HALF },
  azure: { batch: HALF },
  anthropic: { batch: HALF },
  google: { batch: HALF, flex: HALF },
  aws: { batch: HALF, flex: HALF },
  groq: { batch: HALF },
  mistral: { batch: HALF },
  "x-ai": { batch: HALF },
};

/** The factor of a tier at a provider of the catalogue; 1 where none is known. */
export function tierFactor(providerId: string, serviceTier: string): number {
  const factors = TIER_FACTORS[providerId];
  // The tier is the sender's word: what an object has by birth, such as `constructor`, is none.
  return factors !== undefined && Object.hasOwn(factors, serviceTier) ? factors[serviceTier]! : 1;
}

/** Names of tiers that mean "as listed"; all others are kept in lower case. */
const LISTED = new Set(["", "default", "standard", "auto", "on_demand", "standard_only"]);

/** A service tier as prices know it: "" for the listed price, else `batch`, `flex`, `priority` or the sender's word. */
export function normaliseTier(tier: string): string {
  const lower = tier.trim().toLowerCase();
  return LISTED.has(lower) ? "" : lower;
}
