/** What other features use of telemetry: the decoded span and its reading. */
export { Attributes, ValueKind } from "./attributes.ts";
export type { SpanFacts, StoredSpan } from "./dialects/dialect.ts";
export { createFacts, isContentKey, readMessages, readSpanFacts } from "./dialects/registry.ts";
export { type SpanOrigin, SpanView } from "./span-view.ts";
