import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { logRecord, logsExport, otlpAttributes, sendExport } from "#test/support/signals.ts";
import { createTenant, signInAs } from "#test/support/tenant.ts";
import type { Score, ScoresAccepted } from "../score-contract.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

const say = async (payload: object, headers: Record<string, string> = test.keyHeaders) => {
  const response = await test.app.inject({ method: "POST", url: "/api/v1/scores", headers, payload });
  return { status: response.statusCode, body: response.json() as ScoresAccepted & { code?: string } };
};
const list = async (query = "", headers: Record<string, string> = test.keyHeaders) => {
  const response = await test.app.inject({ url: `/api/v1/scores?${query}`, headers });
  return {
    status: response.statusCode,
    body: response.json() as { data: Score[]; next_cursor: string | null },
  };
};
const names = async (query: string) => (await list(query)).body.data.map((score) => score.name);

describe("saying scores", () => {
  it("stores one before it answers", async () => {
    const { status, body } = await say({
      name: "relevance",
      value: 0.8,
      label: "pass",
      explanation: "cites the right page",
      trace_id: TRACE.toUpperCase(),
      span_id: SPAN,
      metadata: { judge: "gpt-4o" },
    });
    expect({ status, body }).toMatchObject({ status: 200, body: { accepted: 1, rejected: 0, errors: [] } });
    const [score] = (await list(`trace_id=${TRACE}`)).body.data;
    expect(score).toMatchObject({
      id: body.ids[0],
      name: "relevance",
      value: 0.8,
      label: "pass",
      explanation: "cites the right page",
      source: "api",
      trace_id: TRACE,
      span_id: SPAN,
      session_id: "",
      metadata: { judge: "gpt-4o" },
    });
  });

  it("stores what is good of a batch and tells of the rest", async () => {
    const scores = [
      { name: "helpful", label: "yes", session_id: "batch" },
      { name: "nothing said", session_id: "batch" },
      { name: "about nothing", value: 1 },
      { name: "of no time", value: 1, session_id: "batch", time: "yesterday" },
      "nonsense",
      { name: "honest", value: null, label: "yes", session_id: "batch" },
    ];
    const { status, body } = await say({ scores });
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: 2, rejected: 4 });
    expect(body.errors.map(({ index, code }) => [index, code])).toEqual([
      [1, "invalid_score"],
      [2, "invalid_score"],
      [3, "invalid_time"],
      [4, "invalid_score"],
    ]);
    expect(body.ids.map((id) => id !== null)).toEqual([true, false, false, false, false, true]);
    expect((await names("session_id=batch")).sort()).toEqual(["helpful", "honest"]);
  });

  it("anew under the same id replaces what was said", async () => {
    await say({ id: "mine", name: "tone", value: 1, session_id: "anew" });
    await say({ id: "mine", name: "tone", value: 5, session_id: "anew" });
    expect((await list("session_id=anew")).body.data).toMatchObject([{ id: "mine", value: 5 }]);
  });

  it("is refused when nothing is right, for viewers' sessions and for strangers", async () => {
    expect(await say({ name: "x" })).toMatchObject({ status: 400, body: { code: "invalid_score" } });
    expect(await say({ scores: [] })).toMatchObject({ status: 400 });
    expect(await say({ name: "x", value: 1, session_id: "s" }, {})).toMatchObject({ status: 401 });
    const viewer = await createTenant(test.context, { role: "viewer", scope: "ingest" });
    const asViewer = await signInAs(test, viewer);
    expect(await say({ name: "x", value: 1, session_id: "s" }, asViewer)).toMatchObject({ status: 403 });
    expect((await list("", viewer.keyHeaders)).status).toBe(403);
    expect((await list("", asViewer)).status).toBe(200);
  });

  it("is for the project of the one who says it", async () => {
    const stranger = await createTenant(test.context);
    await say({ name: "theirs", value: 1, trace_id: TRACE }, stranger.keyHeaders);
    expect(await names(`trace_id=${TRACE}`)).not.toContain("theirs");
    expect(
      (await list(`trace_id=${TRACE}`, stranger.keyHeaders)).body.data.map((score) => score.name),
    ).toEqual(["theirs"]);
    expect((await list("", await signInAs(test, stranger))).body.data).toHaveLength(1);
  });
});

describe("the list of scores", () => {
  it("holds evaluation results that came as telemetry", async () => {
    const attributes = otlpAttributes({
      "gen_ai.evaluation.name": "groundedness",
      "gen_ai.evaluation.score.value": 0.25,
    });
    const record = logRecord("", Date.now(), {
      eventName: "gen_ai.evaluation.result",
      traceId: TRACE,
      spanId: SPAN,
      attributes,
    });
    await sendExport(test.app, test.keyHeaders, "logs", logsExport([record]));
    expect((await list("source=telemetry")).body.data).toMatchObject([
      { name: "groundedness", value: 0.25, trace_id: TRACE, span_id: SPAN, source: "telemetry" },
    ]);
  });

  it("can be asked for names and a range, and is paged without gaps or repeats", async () => {
    const time = "2026-01-05T10:00:00Z";
    await say({
      scores: [1, 2, 3, 4, 5].map((value) => ({ name: `n${value}`, value, session_id: "paged", time })),
    });
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const { body } = await list(
        `from=2026-01-05&to=2026-01-06&limit=2${cursor ? `&cursor=${cursor}` : ""}`,
      );
      seen.push(...body.data.map((score) => score.name));
      cursor = body.next_cursor;
    }
    expect(seen.sort()).toEqual(["n1", "n2", "n3", "n4", "n5"]);
    expect((await names("session_id=paged&name=n2&name=n4")).sort()).toEqual(["n2", "n4"]);
    expect(await names("name=n1")).toEqual([]);
  });

  it("refuses a cursor that is none, and strangers", async () => {
    expect((await list("cursor=nonsense")).status).toBe(400);
    expect((await list("trace_id=xyz")).status).toBe(400);
    expect((await list("", {})).status).toBe(401);
  });
});
