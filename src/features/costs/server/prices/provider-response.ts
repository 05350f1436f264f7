import type { ArrayMatch, ExtractPath, Provider } from "@pydantic/genai-prices";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { matches } from "./model-match.ts";
import { unitOfUsage } from "./price-units.ts";

/** What a provider's answer says of its model and of what it counted, with parts inside their wholes. */
export interface ReportedUsage {
  model: string | null;
  usage: Record<string, number>;
}

type JsonObject = Record<string, unknown>;

/**
 * Reads model and usage from a provider's own answer, by the catalogue's description of that answer. `flavor`
 * names one of the provider's APIs (`default`, `chat`, `responses` …). Counts that go to one unit are added up.
 * Throws `usage_not_found` when the answer has no usage of this flavour.
 */
export function readProviderResponse(provider: Provider, answer: unknown, flavor: string): ReportedUsage {
  const extractor = provider.extractors?.find(({ api_flavor }) => api_flavor === flavor);
  if (!extractor) {
    const known = provider.extractors?.map(({ api_flavor }) => api_flavor).join(", ") || "none";
    throw notFound(`${provider.name} has no API named "${flavor}"; there is: ${known}.`);
  }
  const model = valueAt(answer, extractor.model_path);
  const root = valueAt(answer, extractor.root);
  if (!isObject(root)) throw notFound(`The answer has no object "${pathText(extractor.root)}".`);
  const usage: Record<string, number> = {};
  for (const { dest, path, required } of extractor.mappings) {
    if (unitOfUsage(dest) === undefined) continue;
    const count = valueAt(root, path);
    if (typeof count !== "number") {
      if (required) throw notFound(`The usage has no number "${pathText(path)}".`);
      continue;
    }
    if (!(count >= 0 && count < Infinity)) throw notFound(`The usage "${pathText(path)}" is not a count.`);
    usage[dest] = (usage[dest] ?? 0) + count;
  }
  if (Object.keys(usage).length === 0) throw notFound("The answer's usage holds no known counts.");
  return { model: typeof model === "string" ? model : null, usage };
}

function valueAt(from: unknown, path: ExtractPath): unknown {
  let value: unknown = from;
  for (const step of typeof path === "string" ? [path] : path) {
    value = typeof step === "string" ? memberOf(value, step) : elementOf(value, step);
  }
  return value;
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function elementOf(value: unknown, { field, match }: ArrayMatch): unknown {
  if (!Array.isArray(value)) return undefined;
  return value.find((one: unknown) => {
    const text = memberOf(one, field);
    return typeof text === "string" && matches(match, text);
  });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function pathText(path: ExtractPath): string {
  return (typeof path === "string" ? [path] : path)
    .map((step) => (typeof step === "string" ? step : `${step.field}=…`))
    .join(".");
}

function notFound(detail: string): FlightdeckError {
  return new FlightdeckError(detail, { code: "usage_not_found", status: 400 });
}
