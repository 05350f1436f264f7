/** What other features use of telemetry: the decoded span and its reading. */
export { AttributeMapping } from "./attribute-mapping.ts";
export { Attributes, ValueKind } from "./attributes.ts";
export type { SpanFacts, SpanMessages, StoredSpan } from "./dialects/dialect.ts";
export { createFacts, isContentKey, readMessages, readSpanFacts } from "./dialects/registry.ts";
export { type SpanOrigin, SpanView } from "./span-view.ts";
