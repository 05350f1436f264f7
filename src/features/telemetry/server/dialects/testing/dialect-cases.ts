import { expect, it } from "vitest";
import type { Message } from "../../../telemetry-contract.ts";
import type { SpanFacts } from "../dialect.ts";
import { createFacts, readMessages, readSpanFacts } from "../registry.ts";
import { type TestSpanInput, testSpan } from "./otlp-json.ts";
import { toldFacts } from "./told-facts.ts";

interface FactsCase extends TestSpanInput {
  /** The facts that should be told; all others should be empty. */
  facts: Partial<SpanFacts>;
  /** The dialect that should read the span, if not the one under test; "" for none. */
  dialect?: string;
}

interface MessagesCase extends TestSpanInput {
  input?: Message[];
  output?: Message[];
}

/** The dialect that reads a span, and the facts it tells. */
function readFacts(span: TestSpanInput) {
  const all = createFacts();
  const dialect = readSpanFacts(testSpan(span).view, all);
  return { dialect, facts: toldFacts(all) };
}

/** One test per span: the dialect recognises it and tells exactly these facts. */
export function checkFacts(dialect: string, cases: Record<string, FactsCase>): void {
  it.each(Object.entries(cases))("%s", (_what, { facts, dialect: other, ...span }) => {
    expect(readFacts(span)).toEqual({ dialect: other ?? dialect, facts });
  });
}

/** One test per span: the dialect that reads it, its facts, and the messages read from it once it is stored. */
export function checkDialect(dialect: string, cases: Record<string, FactsCase & MessagesCase>): void {
  it.each(Object.entries(cases))("%s", (_what, { facts, input = [], output = [], ...span }) => {
    expect(readFacts(span)).toEqual({ dialect, facts });
    const stored = { ...testSpan(span).stored, operation: facts.operation ?? "" };
    expect(readMessages(dialect, stored)).toEqual({ input, output });
  });
}

/** One test per span: the messages of a span stored with this dialect are exactly these. */
export function checkMessages(dialect: string, cases: Record<string, MessagesCase>): void {
  it.each(Object.entries(cases))("%s", (_what, { input = [], output = [], ...span }) => {
    expect(readMessages(dialect, testSpan(span).stored)).toEqual({ input, output });
  });
}
