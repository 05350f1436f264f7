import fc from "fast-check";
import type { Span } from "../../../trace-contract.ts";

const usage = { input_uncached: 0, cache_read: 0, cache_write: 0, output: 0, reasoning: 0 };
const DAY_MS = Date.UTC(2026, 0, 1);

/** A span that starts so many ms into a day and takes `durationMs`. */
export function testSpan(
  id: string,
  parent: string | null,
  startMs: number,
  durationMs = 10,
  more: Partial<Span> = {},
): Span {
  return {
    trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
    span_id: id,
    parent_span_id: parent,
    name: id,
    kind: "internal",
    operation: "",
    status: "unset",
    error: null,
    start_time: new Date(DAY_MS + startMs).toISOString(),
    end_time: new Date(DAY_MS + startMs + durationMs).toISOString(),
    duration_ms: durationMs,
    service: "api",
    agent: "",
    model: "",
    provider: "",
    tool: "",
    usage,
    cost_usd: null,
    session_id: "",
    user_id: "",
    time_to_first_token_ms: null,
    ...more,
  };
}

/** Traces of one to thirty spans whose parents came before them; overlaps, gaps and overruns included. */
export const arbitraryTrace: fc.Arbitrary<Span[]> = fc
  .array(
    fc.record({
      up: fc.nat(1_000),
      startMs: fc.nat(200),
      durationMs: fc.nat(300),
      name: fc.constantFrom("search", "chat", "step"),
      failed: fc.boolean(),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((drafts) =>
    drafts.map(({ up, startMs, durationMs, name, failed }, at) =>
      testSpan(`s${at}`, at === 0 ? null : `s${up % at}`, at === 0 ? 0 : startMs, durationMs, {
        name,
        status: failed ? "error" : "unset",
      }),
    ),
  );
