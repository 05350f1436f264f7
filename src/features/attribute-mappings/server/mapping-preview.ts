import { readJsonTraces } from "#features/ingest/server/index.ts";
import {
  AttributeMapping,
  createFacts,
  readMessages,
  readSpanFacts,
  type SpanFacts,
  type SpanMessages,
  type SpanView,
  type StoredSpan,
  ValueKind,
} from "#features/telemetry/server/index.ts";
import type { MappingRule } from "#features/telemetry/telemetry-mapping-contract.ts";
import type { MappingPreview, ReadSpan } from "../attribute-mapping-contract.ts";
import { exportOfPaste } from "./pasted-span.ts";

const MAX_SPANS = 20;
const MAX_VALUE_LENGTH = 300;

/** How the spans of a paste read without the rules and with them, by the very code that ingest runs. */
export function previewMapping(text: string, rules: readonly MappingRule[], nowMs: number): MappingPreview {
  const mapping = new AttributeMapping(rules);
  const preview: MappingPreview = { spans: [], more: false };
  readJsonTraces(Buffer.from(exportOfPaste(text, nowMs)), nowMs, (span) => {
    if (preview.spans.length < MAX_SPANS) preview.spans.push(previewSpan(span, mapping));
    else preview.more = true;
  });
  return preview;
}

function previewSpan(span: SpanView, mapping: AttributeMapping): MappingPreview["spans"][number] {
  const facts = createFacts();
  const dialect = readSpanFacts(span, facts);
  const stored = storedSpan(span, facts);
  const found = readMessages(dialect, stored);
  const before = presentRead(facts, found);
  mapping.apply(span, facts);
  const after = presentRead(facts, mapping.readMessages(stored, found));
  const { attributes, origin } = span;
  return {
    name: span.name,
    dialect,
    attributes: [
      ...attributes.keys.slice(0, attributes.size).map((key, i) => ({ key, value: attributes.textAt(i) })),
      ...[...origin.resource].map(([key, value]) => ({ key, value })),
    ].map(({ key, value }) => ({ key, value: value.slice(0, MAX_VALUE_LENGTH) })),
    before,
    after,
  };
}

/** The span as it will come back from the store, where lists and maps are parsed. */
function storedSpan(span: SpanView, facts: SpanFacts): StoredSpan {
  const { attributes } = span;
  const values: Record<string, unknown> = Object.create(null);
  for (let i = 0; i < attributes.size; i++) {
    const kind = attributes.kinds[i];
    const text = attributes.textAt(i);
    const isNumber = kind === ValueKind.int || kind === ValueKind.double;
    if (kind === ValueKind.array || kind === ValueKind.map) values[attributes.keys[i]!] = JSON.parse(text);
    else values[attributes.keys[i]!] = isNumber ? attributes.numbers[i] : text;
  }
  return {
    name: span.name,
    scopeName: span.origin.scopeName,
    operation: facts.operation,
    attributes: values,
    events: span.events,
  };
}

function presentRead(facts: SpanFacts, messages: SpanMessages): ReadSpan {
  return {
    operation: facts.operation,
    agent_name: facts.agentName,
    agent_id: facts.agentId,
    agent_version: facts.agentVersion,
    model: facts.model,
    provider: facts.provider,
    tool_name: facts.toolName,
    session_id: facts.sessionId,
    user_id: facts.userId,
    environment: facts.environment,
    finish_reason: facts.finishReason,
    tags: [...facts.tags],
    cost_usd: Number.isNaN(facts.reportedCostUsd) ? null : facts.reportedCostUsd,
    usage: {
      input_uncached: facts.inputUncached,
      cache_read: facts.cacheRead,
      cache_write: facts.cacheWrite,
      output: facts.output,
      reasoning: facts.reasoning,
    },
    input_messages: messages.input,
    output_messages: messages.output,
  };
}
