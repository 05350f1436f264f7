import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { newTraceId, sendSpans, testSpan } from "#test/support/otlp.ts";
import { spansOfAgents } from "./agent-spans.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

describe("spans with the agents they worked for", () => {
  it("keep the agent they name, and take their trace's first where they name none", async () => {
    const startMs = Date.now() - 60_000;
    const [lonely, team, nameless] = [newTraceId(), newTraceId(), newTraceId()];
    const agent = (name: string) => ({ "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name });
    const chat = { "gen_ai.operation.name": "chat", "gen_ai.request.model": "m" };
    await sendSpans(test.app, test.keyHeaders, [
      testSpan({ traceId: lonely, startMs, attributes: agent("solo") }),
      testSpan({ traceId: lonely, startMs: startMs + 10, attributes: chat }),
      testSpan({ traceId: team, startMs, attributes: agent("lead") }),
      testSpan({ traceId: team, startMs: startMs + 5, attributes: agent("helper") }),
      testSpan({ traceId: team, startMs: startMs + 10, attributes: chat }),
      testSpan({ traceId: nameless, startMs, attributes: chat }),
    ]);
    const project = (await test.context.projects.firstProject())!;
    const rows = await test.context.stores.telemetry.queryProject<{
      agent: string;
      calls: number;
      all: number;
    }>(
      project.id,
      `SELECT toString(agent) AS agent, countIf(operation = 'chat') AS calls, count() AS all
       FROM ${spansOfAgents("spans.start_time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')", {
         from: "toDateTime({from:Int64} / 1000, 'UTC')",
         to: "now('UTC')",
       })}
       GROUP BY agent ORDER BY agent`,
      { from: startMs },
    );
    expect(rows).toEqual([
      { agent: "", calls: 1, all: 1 },
      { agent: "helper", calls: 0, all: 1 },
      { agent: "lead", calls: 1, all: 2 },
      { agent: "solo", calls: 1, all: 2 },
    ]);
  });
});
