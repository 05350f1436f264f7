import type { Message } from "../telemetry-contract.ts";
import type { MappingRule, MappingTarget } from "../telemetry-mapping-contract.ts";
import { firstOfList } from "./dialects/attribute-lookup.ts";
import type { SpanFacts, SpanMessages, StoredSpan } from "./dialects/dialect.ts";
import { clipFacts } from "./dialects/facts.ts";
import { readMessagesJson } from "./dialects/messages-json.ts";
import { operationNamed } from "./dialects/otel-genai-operations.ts";
import { normaliseProvider } from "./dialects/providers.ts";
import { fillUsage } from "./dialects/token-buckets.ts";
import type { SpanView } from "./span-view.ts";

/** The text facts a mapping can fill. */
const TEXT_FACTS = {
  agent_name: "agentName",
  agent_id: "agentId",
  agent_version: "agentVersion",
  model: "model",
  tool_name: "toolName",
  session_id: "sessionId",
  user_id: "userId",
  environment: "environment",
} as const satisfies Partial<Record<MappingTarget, keyof SpanFacts>>;

const isTextTarget = (target: MappingTarget): target is keyof typeof TEXT_FACTS => target in TEXT_FACTS;

/**
 * A project's own attribute names, applied after the dialect has read a span. Rules that fill give way to what
 * the dialect found; rules that override do not. An attribute a span does not carry changes nothing.
 */
export class AttributeMapping {
  private readonly rules: readonly MappingRule[];
  private readonly usageRules: Map<MappingTarget, MappingRule>;
  private readonly contentKeys: ReadonlySet<string>;

  constructor(rules: readonly MappingRule[]) {
    this.rules = rules.filter((rule) => !isUsageTarget(rule.target));
    this.usageRules = new Map(
      rules.filter((rule) => isUsageTarget(rule.target)).map((rule) => [rule.target, rule]),
    );
    this.contentKeys = new Set(
      rules.filter(({ target }) => target === "input" || target === "output").map((rule) => rule.attribute),
    );
  }

  /** Whether an attribute carries content for this project, and belongs with the prompts and answers. */
  isContent(key: string): boolean {
    return this.contentKeys.has(key);
  }

  /** Changes facts that a dialect has filled. Runs once per span of a project that has mappings. */
  apply(span: SpanView, facts: SpanFacts): void {
    for (const rule of this.rules) applyRule(rule, span, facts);
    if (this.usageRules.size > 0) this.applyUsage(span, facts);
    clipFacts(facts);
  }

  /** The chat of a stored span: mapped attributes where a rule overrides, or where the dialects found nothing. */
  readMessages(span: StoredSpan, found: SpanMessages): SpanMessages {
    return {
      input: this.mappedMessages("input", "user", span, found.input),
      output: this.mappedMessages("output", "assistant", span, found.output),
    };
  }

  private mappedMessages(
    target: "input" | "output",
    role: string,
    span: StoredSpan,
    found: Message[],
  ): Message[] {
    for (const rule of this.rules) {
      if (rule.target !== target || (rule.mode === "fill" && found.length > 0)) continue;
      const messages = readMessagesJson(span.attributes[rule.attribute], role);
      if (messages.length > 0) return messages;
    }
    return found;
  }

  private applyUsage(span: SpanView, facts: SpanFacts): void {
    const { inputUncached, cacheRead: read, cacheWrite: write, output: visible } = facts;
    const split = facts.cacheWriteLong + facts.inputAudio + facts.reasoning + facts.outputAudio;
    const reported = inputUncached + read + write + visible + split > 0;
    const value = (target: MappingTarget) => {
      const rule = this.usageRules.get(target);
      if (rule === undefined || (rule.mode === "fill" && reported)) return undefined;
      return span.attributes.number(rule.attribute);
    };
    const input = value("input_tokens");
    const output = value("output_tokens");
    const cacheRead = value("cache_read_tokens");
    const cacheWrite = value("cache_write_tokens");
    const reasoning = value("reasoning_tokens");
    if ((input ?? output ?? cacheRead ?? cacheWrite ?? reasoning) === undefined) return;
    fillUsage(facts, input, output, cacheRead, cacheWrite, reasoning, undefined);
  }
}

function isUsageTarget(target: MappingTarget): boolean {
  return target.endsWith("_tokens");
}

function applyRule({ attribute, target, mode }: MappingRule, span: SpanView, facts: SpanFacts): void {
  const text = span.attributes.text(attribute) ?? span.origin.resource.get(attribute);
  if (text === undefined || text === "") return;
  const fills = mode === "fill";
  if (isTextTarget(target)) {
    const fact = TEXT_FACTS[target];
    if (!fills || facts[fact] === "") facts[fact] = text;
  } else if (target === "operation") {
    const operation = operationNamed(text);
    if (operation !== "" && (!fills || facts.operation === "")) facts.operation = operation;
  } else if (target === "provider") {
    if (!fills || facts.provider === "") facts.provider = normaliseProvider(text);
  } else if (target === "finish_reason") {
    if (!fills || facts.finishReason === "") facts.finishReason = firstOfList(text);
  } else if (target === "cost_usd") {
    const cost = Number(text);
    if (Number.isFinite(cost) && cost >= 0 && (!fills || Number.isNaN(facts.reportedCostUsd))) {
      facts.reportedCostUsd = cost;
    }
  } else if (target === "tags") {
    if (!fills || facts.tags.length === 0) facts.tags = tagsOf(text);
  }
}

/** Tags come as a JSON list or as words separated by commas. */
function tagsOf(text: string): string[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    list = text.split(",");
  }
  if (!Array.isArray(list)) list = [text];
  return (list as unknown[])
    .filter((tag) => typeof tag === "string" || typeof tag === "number")
    .map((tag) => String(tag).trim())
    .filter((tag) => tag !== "")
    .slice(0, 32);
}
