import type { SpanFacts } from "../dialect.ts";

/** The facts that a span told: without empty texts, zeros, empty lists and NaN. */
export function toldFacts(facts: SpanFacts): Partial<SpanFacts> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => isTold(value)));
}

function isTold(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== "" && value !== 0 && !Number.isNaN(value);
}
