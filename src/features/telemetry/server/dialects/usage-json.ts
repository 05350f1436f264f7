import type { SpanFacts } from "./dialect.ts";
import { isRecord, type JsonRecord } from "./json-values.ts";
import { fillUsage, splitAudio, splitCacheWrite } from "./token-buckets.ts";

/** Longer answers hold media; searching them costs more than the counts are worth. */
const MAX_ANSWER_LENGTH = 1_000_000;

/** A usage object is a dozen numbers; anything longer is something else. */
const MAX_USAGE_LENGTH = 2_048;

/** An answer may hold several: the framework's own and the provider's inside it. */
const MAX_CANDIDATES = 4;

/**
 * Fills the buckets from the `usage` object inside an answer in JSON, without parsing the answer: the last
 * such object that counts tokens is cut out and parsed alone. What an assistant said cannot be mistaken for
 * it, since quotation marks inside a JSON text are escaped. Does nothing where there is none.
 */
export function fillUsageFromJson(facts: SpanFacts, answer: string | undefined): void {
  if (answer === undefined || answer.length > MAX_ANSWER_LENGTH) return;
  let from = answer.length;
  for (let candidate = 0; candidate < MAX_CANDIDATES && from >= 0; candidate++) {
    const found = answer.lastIndexOf('"usage":', from);
    if (found < 0) return;
    const open = answer.indexOf("{", found);
    if (open >= 0 && open - found <= '"usage":'.length + 1) {
      const usage = smallObjectAt(answer, open);
      if (usage !== undefined && fillUsageFromRecord(facts, usage, false)) return;
    }
    from = found - 1;
  }
}

/**
 * The same for a usage object that is an attribute of its own. `cachesBesideInput` states that cached tokens
 * are not part of the input, whatever the total says.
 */
export function fillUsageFromText(
  facts: SpanFacts,
  usage: string | undefined,
  cachesBesideInput: boolean,
): void {
  if (usage === undefined || !usage.startsWith("{")) return;
  const record = smallObjectAt(usage, 0);
  if (record !== undefined) fillUsageFromRecord(facts, record, cachesBesideInput);
}

/** Counts braces up to the end of the object; a brace inside a text makes the parse fail, nothing worse. */
function smallObjectAt(text: string, open: number): JsonRecord | undefined {
  const last = Math.min(text.length, open + MAX_USAGE_LENGTH);
  let depth = 0;
  for (let i = open; i < last; i++) {
    const code = text.charCodeAt(i);
    if (code === 123) depth++;
    else if (code === 125 && --depth === 0) return parseObject(text.slice(open, i + 1));
  }
  return undefined;
}

function parseObject(text: string): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the names of OpenAI (chat and responses), Anthropic, MLflow and Genkit, in that order; false where none is there. */
function fillUsageFromRecord(facts: SpanFacts, usage: JsonRecord, cachesBesideInput: boolean): boolean {
  const input = firstNumber(usage.prompt_tokens, usage.input_tokens, usage.inputTokens);
  const output = firstNumber(usage.completion_tokens, usage.output_tokens, usage.outputTokens);
  const total = firstNumber(usage.total_tokens, usage.totalTokens);
  if (input === undefined && output === undefined && total === undefined) return false;
  const inputDetails = detailsOf(usage.prompt_tokens_details ?? usage.input_tokens_details);
  const outputDetails = detailsOf(usage.completion_tokens_details ?? usage.output_tokens_details);
  const cacheRead = firstNumber(
    inputDetails.cached_tokens,
    usage.cache_read_input_tokens,
    usage.cachedContentTokens,
  );
  const cacheWrite = firstNumber(usage.cache_creation_input_tokens);
  fillUsage(
    facts,
    input,
    output,
    cacheRead,
    cacheWrite,
    firstNumber(outputDetails.reasoning_tokens, usage.thoughtsTokens),
    cachesBesideInput || total === undefined ? totalWithCaches(usage, input, output) : total,
  );
  splitCacheWrite(facts, firstNumber(detailsOf(usage.cache_creation).ephemeral_1h_input_tokens));
  splitAudio(facts, firstNumber(inputDetails.audio_tokens), firstNumber(outputDetails.audio_tokens));
  if (facts.serviceTier === "" && typeof usage.service_tier === "string")
    facts.serviceTier = usage.service_tier;
  return true;
}

/**
 * The total of counts in which cached tokens come beside the input, as Anthropic's API gives them, without a
 * total; it is what tells `fillUsage` so.
 */
function totalWithCaches(
  usage: JsonRecord,
  input: number | undefined,
  output: number | undefined,
): number | undefined {
  const read = firstNumber(usage.cache_read_input_tokens);
  const write = firstNumber(usage.cache_creation_input_tokens);
  if (read === undefined && write === undefined) return undefined;
  return (input ?? 0) + (output ?? 0) + (read ?? 0) + (write ?? 0);
}

function detailsOf(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

function firstNumber(...values: readonly unknown[]): number | undefined {
  for (const value of values) if (typeof value === "number") return value;
  return undefined;
}
