import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { type SpanInput, sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant } from "#test/support/tenant.ts";
import { seriesOf, stepFor } from "./attribution-series.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
  await sendSpans(test.app, test.keyHeaders, [
    ...run("planner", "ann", ["beta", "mobile"], 100_000),
    ...run("planner", "ben", [], 100_000, "writer"),
    ...run("writer", "ann", ["beta"], 40_000),
  ]);
});
afterAll(() => test.close());

/** An agent's run with a model call that names neither agent nor user nor tags; `inner` is an agent it called. */
function run(agent: string, user: string, tags: string[], tokens: number, inner?: string): SpanInput[] {
  const root = testSpan({
    attributes: {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": agent,
      "user.id": user,
      "session.id": `session of ${user}`,
      ...(tags.length > 0 ? { "tag.tags": JSON.stringify(tags) } : {}),
      "openinference.span.kind": "AGENT",
    },
  });
  const call = (name: string | undefined) =>
    testSpan({
      traceId: root.traceId,
      parentSpanId: root.spanId,
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": tokens,
        "gen_ai.usage.cache_read.input_tokens": tokens / 2,
        ...(name ? { "gen_ai.agent.name": name } : {}),
      },
    });
  return [root, call(undefined), ...(inner ? [call(inner)] : [])];
}

const ask = async (url: string, headers = test.keyHeaders) =>
  (await test.app.inject({ url: `/api/v1/costs/${url}`, headers })).json();
/** Names with cents, the dearest first. */
const cents = async (by: string) =>
  ((await ask(`attribution?by=${by}`)).data as { name: string; usd: number }[]).map(
    ({ name, usd }) => `${name} ${(usd * 100).toFixed(2)}`,
  );

describe("cost", () => {
  // Half the input at 2.5, half from the cache at 1.25 per million: 18.75 cents for 100,000 tokens.
  it("is put down to agents, also for calls that do not name them", async () => {
    expect(await cents("agent")).toEqual(["planner 37.50", "writer 26.25"]);
  });

  it("is put down to users, sessions and tags of the trace", async () => {
    expect(await cents("user")).toEqual(["ben 37.50", "ann 26.25"]);
    expect(await cents("session")).toEqual(["session of ben 37.50", "session of ann 26.25"]);
    expect(await cents("tag")).toEqual([" 37.50", "beta 26.25", "mobile 18.75"]);
  });

  it.each(["agent", "user", "session", "tag"])("by %s adds up over time to the same", async (by) => {
    const { times, series } = (await ask(`attribution/series?by=${by}&limit=1`)) as {
      times: string[];
      series: { name: string; other: boolean; usd: number[] }[];
    };
    const total = (row: { usd: number[] }) => row.usd.reduce((sum, usd) => sum + usd, 0);
    const listed = (await ask(`attribution?by=${by}`)).data as { name: string; usd: number }[];
    expect(series.every(({ usd }) => usd.length === times.length)).toBe(true);
    expect(total(series[0]!)).toBeCloseTo(listed[0]!.usd);
    expect(series.reduce((sum, row) => sum + total(row), 0)).toBeCloseTo(
      listed.reduce((sum, row) => sum + row.usd, 0),
    );
    expect(series.map(({ other }) => other)).toEqual([false, true]);
  });

  it("is less by what caches saved", async () => {
    const savings = await ask("cache-savings");
    expect(savings).toMatchObject({ tokens_read: 170_000, tokens_written: 0, input_tokens: 340_000 });
    expect(savings.usd_saved).toBeCloseTo((170_000 * 1.25) / 1e6);
  });

  it("of another tenant is not seen", async () => {
    const stranger = await createTenant(test.context);
    expect((await ask("attribution?by=agent", stranger.keyHeaders)).data).toEqual([]);
    expect((await ask("cache-savings", stranger.keyHeaders)).usd_saved).toBe(0);
    expect((await ask("attribution?by=agent", {})).code).toBe("not_authenticated");
    const ingestOnly = await createTenant(test.context, { scope: "ingest" });
    expect((await ask("cache-savings", ingestOnly.keyHeaders)).code).toBe("permission_denied");
  });
});

describe("costs over time", () => {
  const HOUR_MS = 3_600_000;

  it.each([
    [HOUR_MS, 60_000],
    [24 * HOUR_MS, 30 * 60_000],
    [30 * 24 * HOUR_MS, 12 * HOUR_MS],
    [3650 * 24 * HOUR_MS, 46 * 24 * HOUR_MS],
  ])("of %d ms are in steps of %d ms", (length, step) => {
    expect(stepFor(0, length)).toBe(step);
  });

  it("lose no cent, whatever is summed up as other", () => {
    const cost = fc.record({
      bucket_ms: fc.integer({ min: 0, max: 9 }).map((hour) => hour * HOUR_MS),
      name: fc.constantFrom("a", "b", "c", "d", ""),
      usd: fc.double({ min: 0, max: 100, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(cost), fc.integer({ min: 1, max: 5 }), (costs, limit) => {
        const { series } = seriesOf(costs, { fromMs: 0, toMs: 10 * HOUR_MS, stepMs: HOUR_MS }, limit);
        const shown = series.flatMap(({ usd }) => usd).reduce((sum, usd) => sum + usd, 0);
        expect(shown).toBeCloseTo(costs.reduce((sum, { usd }) => sum + usd, 0));
        expect(series.length).toBeLessThanOrEqual(limit + 1);
      }),
    );
  });
});
