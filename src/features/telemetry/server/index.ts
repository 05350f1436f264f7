/** What other features use of telemetry: the decoded span and its reading. */
export { Attributes, ValueKind } from "./attributes.ts";
export type { SpanFacts, SpanMessages, StoredSpan } from "./dialects/dialect.ts";
export { createFacts, isContentKey, readMessages, readSpanFacts } from "./dialects/registry.ts";
export { type SpanEvent, type SpanLink, type SpanOrigin, SpanView, StatusCode } from "./span-view.ts";
