import type { SpanFacts } from "#features/telemetry/server/index.ts";

/** What a span costs. One object is reused for all spans of a reader. */
export interface SpanPrice {
  /** US dollars; NaN when no price is known for the model. */
  usd: number;
  /**
   * Where the price is from: `genai-prices@<version>`, `override:<id>`, `reported` (the sender's own figure),
   * or "" when there is none.
   */
  version: string;
}

/**
 * Prices a span at ingest. Called once per span on the hot path: no I/O, and no allocation once a
 * (project, provider, model, tier) has been seen.
 */
export interface SpanPricer {
  /** Fills `out`. `startMs` is the span's start, which decides which of several dated prices counts. */
  price(projectId: string, facts: SpanFacts, startMs: number, out: SpanPrice): void;
}
