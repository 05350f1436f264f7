import type { SpanFacts } from "./dialect.ts";

/** Empty facts, to be reused for every span of a reader. */
export function createFacts(): SpanFacts {
  return {
    operation: "",
    agentName: "",
    agentId: "",
    model: "",
    requestModel: "",
    provider: "",
    toolName: "",
    sessionId: "",
    userId: "",
    environment: "",
    errorType: "",
    finishReason: "",
    inputUncached: 0,
    cacheRead: 0,
    cacheWrite: 0,
    output: 0,
    reasoning: 0,
    timeToFirstToken: 0,
  };
}

/** Empties facts before the next span is read into them. */
export function resetFacts(facts: SpanFacts): void {
  facts.operation = "";
  facts.agentName = "";
  facts.agentId = "";
  facts.model = "";
  facts.requestModel = "";
  facts.provider = "";
  facts.toolName = "";
  facts.sessionId = "";
  facts.userId = "";
  facts.environment = "";
  facts.errorType = "";
  facts.finishReason = "";
  facts.inputUncached = 0;
  facts.cacheRead = 0;
  facts.cacheWrite = 0;
  facts.output = 0;
  facts.reasoning = 0;
  facts.timeToFirstToken = 0;
}

/** Facts fill dictionary-coded columns and filter menus; a longer value is a payload put in the wrong place. */
const MAX_FACT_LENGTH = 512;

/** Cuts facts that are too long; the attribute they came from keeps the whole value. */
export function clipFacts(facts: SpanFacts): void {
  facts.agentName = clip(facts.agentName);
  facts.agentId = clip(facts.agentId);
  facts.model = clip(facts.model);
  facts.requestModel = clip(facts.requestModel);
  facts.provider = clip(facts.provider);
  facts.toolName = clip(facts.toolName);
  facts.sessionId = clip(facts.sessionId);
  facts.userId = clip(facts.userId);
  facts.environment = clip(facts.environment);
  facts.errorType = clip(facts.errorType);
  facts.finishReason = clip(facts.finishReason);
}

function clip(text: string): string {
  return text.length <= MAX_FACT_LENGTH ? text : text.slice(0, MAX_FACT_LENGTH).toWellFormed();
}
