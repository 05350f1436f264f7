import type { Message, Operation } from "../../telemetry-contract.ts";
import type { SpanView } from "../span-view.ts";

/**
 * What a dialect reads from a span at ingest: the facts that lists, filters and sums need. One object is
 * reused for all spans; `resetFacts` empties it. Empty string and 0 mean "not told".
 */
export interface SpanFacts {
  operation: Operation | "";
  agentName: string;
  agentId: string;
  /** Version of the agent, else of the service that runs it. */
  agentVersion: string;
  /** The model that answered, else the one asked for. */
  model: string;
  requestModel: string;
  /** Provider in OTel's spelling: openai, anthropic, aws.bedrock, gcp.vertex_ai … */
  provider: string;
  /** The provider's tier of service, as it names it: `default`, `flex`, `priority`, `batch` … */
  serviceTier: string;
  toolName: string;
  sessionId: string;
  userId: string;
  environment: string;
  errorType: string;
  finishReason: string;
  /** Labels the sender gave; the array is reused, so copy what is kept. */
  tags: string[];
  /**
   * Exclusive token buckets of this span alone. A span that repeats the usage of its children (an agent
   * span, the outer span of the Vercel AI SDK) keeps them 0, so that a plain sum over a trace is right.
   */
  inputUncached: number;
  cacheRead: number;
  /** Written to a cache that lives for minutes; `cacheWriteLong` has what is written for an hour. */
  cacheWrite: number;
  cacheWriteLong: number;
  output: number;
  reasoning: number;
  inputAudio: number;
  outputAudio: number;
  /** What the sender says this call cost, in US dollars; NaN when it says nothing. */
  reportedCostUsd: number;
  /** Seconds until the first token of a stream, 0 when not told. */
  timeToFirstToken: number;
}

/** A span as it comes back from the store, for reading messages. Attribute lists and maps are parsed JSON. */
export interface StoredSpan {
  name: string;
  scopeName: string;
  operation: string;
  /** All attributes, content included; has no prototype. */
  attributes: Record<string, unknown>;
  events: readonly { name: string; attributes: Record<string, unknown> }[];
}

/** The chat a span carried, in canonical form. */
export interface SpanMessages {
  input: Message[];
  output: Message[];
}

/** One way of writing GenAI spans: one file, one line in the registry. */
export interface Dialect {
  /** Stable name, stored with each span. */
  readonly name: string;
  /** True when this dialect wrote the span; asked in the registry's order, the first that answers true reads it. */
  recognises(span: SpanView): boolean;
  /** Fills `facts` (already reset). Runs once per span on the hot path: no regular expressions over content, no JSON.parse of messages. */
  readFacts(span: SpanView, facts: SpanFacts): void;
  /**
   * Attribute keys (exact, or a prefix ending in `.`) that carry content: prompts, messages, tool payloads.
   * They are stored apart from the searchable attributes, so that lists never read them.
   */
  readonly contentKeys: readonly string[];
  /** The messages of a stored span. Unknown shapes become text or `generic` parts; never throws on hostile content. */
  readMessages(span: StoredSpan): SpanMessages;
}
