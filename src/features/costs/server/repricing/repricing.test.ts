import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { type SpanInput, sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant, signInAs } from "#test/support/tenant.ts";
import { monthsOf } from "./repricing-range.ts";

let test: TestApp;
let admin: Record<string, string>;
let projectId: string;
beforeAll(async () => {
  test = await createTestApp();
  admin = await test.signIn();
  projectId = (await test.context.projects.firstProject())!.id;
});
afterAll(() => test.close());

const ask = (method: "GET" | "POST" | "PATCH" | "DELETE", url: string, payload?: object, headers = admin) =>
  test.app.inject({ method, url, headers, ...(payload ? { payload } : {}) });

const HOUR_MS = 3_600_000;
const NOW = Date.now();
const RANGE = { from: NOW - 40 * 24 * HOUR_MS, to: NOW + HOUR_MS };

/** A model call with what ingest reads its price from. */
function call(model: string, told: Record<string, string | number> = {}, startMs = NOW - HOUR_MS): SpanInput {
  return testSpan({
    startMs,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": model,
      "gen_ai.usage.input_tokens": 100_000,
      "gen_ai.usage.output_tokens": 10_000,
      ...told,
    },
  });
}

interface Costs {
  spans: number;
  usd: number | null;
  versions: string[];
}
/** What is stored of a model, from the spans. */
async function stored(model: string): Promise<Costs> {
  const rows = await test.context.stores.telemetry.queryProject<Costs>(
    projectId,
    `SELECT count() AS spans, sum(cost_usd) AS usd, arraySort(groupUniqArray(price_version)) AS versions
     FROM spans WHERE project_id = {project_id:UUID} AND request_model = {model:String}`,
    { model },
  );
  return rows[0]!;
}

/** All costs once from the rows and once from the projection that lists read. */
async function sums(): Promise<{ rows: number; projection: number }> {
  const { telemetry } = test.context.stores;
  const [rows] = await telemetry.queryProject<{ usd: number }>(
    projectId,
    "SELECT sum(cost_usd) AS usd FROM spans WHERE project_id = {project_id:UUID}",
    {},
    { settings: { optimize_use_projections: 0 } },
  );
  const [projection] = await telemetry.queryProject<{ usd: number }>(
    projectId,
    `SELECT sum(usd) AS usd FROM (
       SELECT project_id, toDate(start_time), trace_id, sum(cost_usd) AS usd
       FROM spans WHERE project_id = {project_id:UUID} GROUP BY project_id, toDate(start_time), trace_id)`,
    {},
    { settings: { force_optimize_projection_name: "trace_summaries" } },
  );
  return { rows: rows!.usd, projection: projection!.usd };
}

const preview = async (given: object = {}) =>
  (await ask("POST", "/api/v1/repricing/preview", { ...RANGE, ...given })).json();
const start = (given: object = {}) => ask("POST", "/api/v1/repricing", { ...RANGE, ...given });

describe("pricing again", () => {
  it("changes nothing where prices stayed, whatever the spans are", async () => {
    await sendSpans(test.app, test.keyHeaders, [
      call("gpt-4o"),
      call("gpt-4o", { "gen_ai.usage.cache_read.input_tokens": 90_000 }),
      call("gpt-4o", { "openai.response.service_tier": "flex" }),
      call("gpt-4o", { "gen_ai.usage.cost": 0.5 }),
      call("nobody's-model"),
      call("o'brien\\'s model", { "gen_ai.usage.cost": 0.25 }),
      call("claude-sonnet-4-5", {
        "gen_ai.provider.name": "anthropic",
        "gen_ai.usage.cache_creation.input_tokens": 50_000,
      }),
      call("gemini-2.5-pro", { "gen_ai.provider.name": "gcp.gemini", "gen_ai.usage.input_tokens": 250_000 }),
      call("gemini-2.5-pro", { "gen_ai.provider.name": "gcp.gemini" }, NOW - 35 * 24 * HOUR_MS),
      call("deepseek-chat", { "gen_ai.provider.name": "deepseek" }, Date.UTC(2026, 10, 20, 12)),
      call("deepseek-chat", { "gen_ai.provider.name": "deepseek" }, Date.UTC(2026, 10, 20, 20)),
      call("sonar", { "gen_ai.provider.name": "perplexity" }),
      call("gpt-4o", { "gen_ai.response.model": "a-deployment", "gen_ai.provider.name": "azure.ai.openai" }),
      testSpan(),
    ]);
    expect((await stored("gemini-2.5-pro")).usd).toBeGreaterThan(0);
    expect((await stored("o'brien\\'s model")).versions).toEqual(["reported"]);
    expect(await preview()).toEqual({ spans_changed: 0, usd_before: 0, usd_after: 0, data: [] });
  });

  it("shows what it would change, does it, and is then done", async () => {
    const model = "gpt-4.1";
    await sendSpans(test.app, test.keyHeaders, [
      call(model),
      call(model),
      call(model, {}, NOW - 35 * 24 * HOUR_MS),
      call("gpt-4.1-mini"),
    ]);
    const others = await stored("gpt-4.1-mini");
    const before = await stored(model);
    expect(before.usd).toBeCloseTo(3 * (0.2 + 0.08));
    const created = (
      await ask("POST", "/api/v1/price-overrides", { model, rates: { input: 1, output: 1 } })
    ).json();
    expect(await stored(model)).toEqual(before);
    const shown = await preview({ model: "gpt-4.1*" });
    expect(shown).toMatchObject({ spans_changed: 3, data: [{ model, version: created.version }] });
    expect(shown.usd_before).toBeCloseTo(before.usd!);
    expect(shown.usd_after).toBeCloseTo(3 * 0.11);

    const run = (await start({ model: "gpt-4.1*" })).json();
    expect(run).toMatchObject({ state: "completed", months_total: 2, months_done: 2, spans_changed: 3 });
    expect(run.usd_after).toBeCloseTo(3 * 0.11);
    const after = await stored(model);
    expect(after).toMatchObject({ spans: 3, versions: [created.version] });
    expect(after.usd).toBeCloseTo(3 * 0.11);
    expect(await stored("gpt-4.1-mini")).toEqual(others);
    expect((await preview()).spans_changed).toBe(0);
    const { rows, projection } = await sums();
    expect(projection).toBeCloseTo(rows, 9);
  });

  it("takes back a price that is gone", async () => {
    const model = "in-house";
    const created = (
      await ask("POST", "/api/v1/price-overrides", { model, rates: { input: 1, output: 1 } })
    ).json();
    await sendSpans(test.app, test.keyHeaders, [call(model), call(model, { "gen_ai.usage.cost": 9 })]);
    expect((await stored(model)).usd).toBeCloseTo(0.22);
    await ask("DELETE", `/api/v1/price-overrides/${created.id}`);
    expect((await start({ model })).json().state).toBe("completed");
    // One sender told a cost itself; the other's is unknown now.
    expect(await stored(model)).toMatchObject({ usd: 9, versions: ["", "reported"] });
  });

  it("prefers reported costs when the project says so", async () => {
    await ask("PATCH", "/api/v1/cost-settings", { prefer_reported: true });
    const shown = await preview({ model: "gpt-4o" });
    expect(shown).toMatchObject({ spans_changed: 1, usd_after: 0.5, data: [{ version: "reported" }] });
    await ask("PATCH", "/api/v1/cost-settings", { prefer_reported: false });
  });

  it("goes on where it was cut off, and one run at a time", async () => {
    const model = "gpt-4.1-nano";
    await sendSpans(test.app, test.keyHeaders, [call(model), call(model, {}, NOW - 35 * 24 * HOUR_MS)]);
    const { pool } = test.context.stores;
    await ask("POST", "/api/v1/price-overrides", { model, rates: { input: 10, output: 10 } });
    // The span of the month that counts as done keeps the list price: 0.1 and 0.4 per million.
    const DONE_EARLIER = 0.1 * 0.1 + 0.4 * 0.01;
    const months = monthsOf(RANGE.from, RANGE.to).map(({ month }) => month);
    const { rows } = await pool.query(
      `INSERT INTO repricing_runs (id, project_id, from_time, to_time, model, state, months_total, months_done)
       VALUES ('019a9c60-1b7e-7d0a-b6a4-90f1c2d3e4f5', $1, $2, $3, $4, 'running', 2, 1) RETURNING id`,
      [projectId, new Date(RANGE.from), new Date(RANGE.to), model],
    );
    await pool.query(
      `INSERT INTO repricing_months (run_id, month, spans_changed, usd_before, usd_after, done_at) VALUES ($1, $2, 7, 1, 2, now())`,
      [rows[0].id, months[0]],
    );
    expect((await start()).json().code).toBe("repricing_under_way");
    await test.context.jobs.send("costs.reprice", { runId: rows[0].id });
    const run = (await ask("GET", `/api/v1/repricing/${rows[0].id}`)).json();
    expect(run).toMatchObject({ state: "completed", months_done: 2, spans_changed: 8 });
    expect((await stored(model)).usd).toBeCloseTo(10 * 0.11 + DONE_EARLIER);
  });

  it("comes to the same when it was cut off after the spans were changed", async () => {
    const model = "gpt-5-mini";
    await sendSpans(test.app, test.keyHeaders, [call(model)]);
    await ask("POST", "/api/v1/price-overrides", { model, rates: { input: 3, output: 3 } });
    const first = (await start({ model })).json();
    const after = await stored(model);
    const { pool } = test.context.stores;
    await pool.query("UPDATE repricing_runs SET state = 'running', months_done = 0 WHERE id = $1", [
      first.id,
    ]);
    await pool.query("UPDATE repricing_months SET done_at = NULL WHERE run_id = $1", [first.id]);
    await test.context.jobs.send("costs.reprice", { runId: first.id });
    const again = (await ask("GET", `/api/v1/repricing/${first.id}`)).json();
    expect({ ...again, finished_at: "" }).toEqual({ ...first, finished_at: "" });
    expect(await stored(model)).toEqual(after);
  });

  it("can be cancelled while it waits, and not when it is over", async () => {
    const { pool } = test.context.stores;
    const { rows } = await pool.query(
      `INSERT INTO repricing_runs (id, project_id, from_time, to_time) VALUES (gen_random_uuid(), $1, $2, $3) RETURNING id`,
      [projectId, new Date(RANGE.from), new Date(RANGE.to)],
    );
    const url = `/api/v1/repricing/${rows[0].id}/cancel`;
    expect((await ask("POST", url)).json()).toMatchObject({ state: "cancelled" });
    await test.context.jobs.send("costs.reprice", { runId: rows[0].id });
    expect((await ask("GET", `/api/v1/repricing/${rows[0].id}`)).json().state).toBe("cancelled");
    expect((await ask("POST", url)).json().code).toBe("repricing_over");
  });

  it("refuses ranges that are none, and those who may not", async () => {
    expect((await start({ from: NOW, to: NOW })).json().code).toBe("invalid_time");
    expect((await start({ from: "2001-01-01", to: "2026-01-01" })).json().code).toBe("range_too_long");
    const viewer = await signInAs(test, await createTenant(test.context, { role: "viewer" }));
    expect((await ask("POST", "/api/v1/repricing", RANGE, viewer)).json().code).toBe("permission_denied");
    expect((await ask("POST", "/api/v1/repricing", RANGE, {})).statusCode).toBe(401);
  });

  it("of another tenant is not found, and touches no spans of others", async () => {
    const model = "gpt-4o-mini";
    await sendSpans(test.app, test.keyHeaders, [call(model)]);
    const ours = await stored(model);
    const stranger = await createTenant(test.context);
    const headers = await signInAs(test, stranger);
    await sendSpans(test.app, stranger.keyHeaders, [call(model)]);
    await ask("POST", "/api/v1/price-overrides", { model, rates: { input: 99, output: 99 } }, headers);
    const run = await ask("POST", "/api/v1/repricing", RANGE, headers);
    expect(run.json()).toMatchObject({ state: "completed", spans_changed: 1 });
    expect(await stored(model)).toEqual(ours);
    expect((await ask("GET", `/api/v1/repricing/${run.json().id}`)).statusCode).toBe(404);
  });
});

describe("the months of a range", () => {
  it("are whole partitions cut to the range, newest first", () => {
    const from = Date.UTC(2025, 10, 30, 12);
    const to = Date.UTC(2026, 0, 1);
    expect(monthsOf(from, to)).toEqual([
      { month: "202512", fromMs: Date.UTC(2025, 11, 1), toMs: to },
      { month: "202511", fromMs: from, toMs: Date.UTC(2025, 11, 1) },
    ]);
  });
});
