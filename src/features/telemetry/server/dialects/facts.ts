import type { SpanFacts } from "./dialect.ts";

/** Empty facts, to be reused for every span of a reader. */
export function createFacts(): SpanFacts {
  return {
    operation: "",
    agentName: "",
    agentId: "",
    agentVersion: "",
    model: "",
    requestModel: "",
    provider: "",
    serviceTier: "",
    toolName: "",
    sessionId: "",
    userId: "",
    environment: "",
    errorType: "",
    finishReason: "",
    tags: [],
    inputUncached: 0,
    cacheRead: 0,
    cacheWrite: 0,
    cacheWriteLong: 0,
    output: 0,
    reasoning: 0,
    inputAudio: 0,
    outputAudio: 0,
    reportedCostUsd: Number.NaN,
    timeToFirstToken: 0,
  };
}

/** Empties facts before the next span is read into them. */
export function resetFacts(facts: SpanFacts): void {
  facts.operation = "";
  facts.agentName = "";
  facts.agentId = "";
  facts.agentVersion = "";
  facts.model = "";
  facts.requestModel = "";
  facts.provider = "";
  facts.serviceTier = "";
  facts.toolName = "";
  facts.sessionId = "";
  facts.userId = "";
  facts.environment = "";
  facts.errorType = "";
  facts.finishReason = "";
  facts.tags.length = 0;
  facts.inputUncached = 0;
  facts.cacheRead = 0;
  facts.cacheWrite = 0;
  facts.cacheWriteLong = 0;
  facts.output = 0;
  facts.reasoning = 0;
  facts.inputAudio = 0;
  facts.outputAudio = 0;
  facts.reportedCostUsd = Number.NaN;
  facts.timeToFirstToken = 0;
}

/** Facts fill dictionary-coded columns and filter menus; a longer value is a payload put in the wrong place. */
const MAX_FACT_LENGTH = 512;
const MAX_TAGS = 32;

/** Cuts facts that are too long; the attribute they came from keeps the whole value. */
export function clipFacts(facts: SpanFacts): void {
  facts.agentName = clip(facts.agentName);
  facts.agentId = clip(facts.agentId);
  facts.agentVersion = clip(facts.agentVersion);
  facts.model = clip(facts.model);
  facts.requestModel = clip(facts.requestModel);
  facts.provider = clip(facts.provider);
  facts.serviceTier = clip(facts.serviceTier);
  facts.toolName = clip(facts.toolName);
  facts.sessionId = clip(facts.sessionId);
  facts.userId = clip(facts.userId);
  facts.environment = clip(facts.environment);
  facts.errorType = clip(facts.errorType);
  facts.finishReason = clip(facts.finishReason);
  if (facts.tags.length > MAX_TAGS) facts.tags.length = MAX_TAGS;
  for (let i = 0; i < facts.tags.length; i++) facts.tags[i] = clip(facts.tags[i]!);
}

function clip(text: string): string {
  return text.length <= MAX_FACT_LENGTH ? text : text.slice(0, MAX_FACT_LENGTH).toWellFormed();
}
