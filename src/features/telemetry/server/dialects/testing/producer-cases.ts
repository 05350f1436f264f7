import { expect, it } from "vitest";
import type { Message } from "../../../telemetry-contract.ts";
import type { SpanFacts } from "../dialect.ts";
import { createFacts, readMessages, readSpanFacts } from "../registry.ts";
import { type TestSpanInput, testSpan } from "./otlp-json.ts";

/** A span, and what should be read from it. */
export interface DialectCase extends TestSpanInput {
  /** The facts that should be told; all others should be empty. */
  facts: Partial<SpanFacts>;
  input?: Message[];
  output?: Message[];
}

/** One test per case: the dialect that reads the span, its facts, and (where it has content) its messages. */
export function checkDialect(dialect: string, cases: Record<string, DialectCase>): void {
  it.each(Object.entries(cases))("%s", (_what, { facts, input = [], output = [], ...given }) => {
    const span = testSpan(given);
    const all = createFacts();
    const name = readSpanFacts(span.view, all);
    const told = Object.entries(all).filter(([, value]) => value !== "" && value !== 0);
    expect({ dialect: name, facts: Object.fromEntries(told) }).toEqual({ dialect, facts });
    const stored = { ...span.stored, operation: all.operation };
    expect(readMessages(name, stored)).toEqual({ input, output });
  });
}
