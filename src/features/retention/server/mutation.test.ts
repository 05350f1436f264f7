import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { newTraceId, sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant } from "#test/support/tenant.ts";
import { deleteRows } from "./mutation.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

describe("removing rows", () => {
  it("takes them out of the spans and of the summaries that stand beside them", async () => {
    const tenant = await createTenant(test.context);
    const [gone, kept] = [newTraceId(), newTraceId()];
    await sendSpans(test.app, tenant.keyHeaders, [
      testSpan({ traceId: gone }),
      testSpan({ traceId: gone }),
      testSpan({ traceId: kept }),
    ]);
    const store = test.context.stores.telemetry;
    const shares: number[] = [];
    await deleteRows(store, "spans", `project_id = '${tenant.projectId}' AND trace_id = unhex('${gone}')`, {
      signal: new AbortController().signal,
      onProgress: async (share) => {
        shares.push(share);
      },
    });
    const list = await test.app.inject({ url: "/api/v1/traces", headers: tenant.keyHeaders });
    expect(list.json().data.map((trace: { trace_id: string }) => trace.trace_id)).toEqual([kept]);
    const count = async (projections: 0 | 1) =>
      store.queryProject<{ traces: number; spans: number }>(
        tenant.projectId,
        `SELECT uniqExact(trace_id) AS traces, sum(n) AS spans FROM (
           SELECT trace_id, count() AS n FROM spans
           WHERE project_id = {project_id:UUID}
           GROUP BY project_id, toDate(start_time), trace_id)`,
        {},
        { settings: { optimize_use_projections: projections } },
      );
    expect([await count(0), await count(1)]).toEqual([[{ traces: 1, spans: 1 }], [{ traces: 1, spans: 1 }]]);
  });

  it("says why when it cannot", async () => {
    const impossible = deleteRows(test.context.stores.telemetry, "spans", "throwIf(1, 'no') = 0", {
      signal: new AbortController().signal,
    });
    await expect(impossible).rejects.toThrow(/no/);
  });
});
