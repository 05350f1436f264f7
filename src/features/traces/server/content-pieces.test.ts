import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { newTraceId, type SpanInput, sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant, type Tenant } from "#test/support/tenant.ts";
import type { SpanDetail, TraceDetail } from "../trace-contract.ts";
import { CONTENT_LEFT_OUT, joinContent } from "./content-pieces.ts";

const KEY = "gen_ai.input.messages";

let test: TestApp;
let tenant: Tenant;
beforeAll(async () => {
  test = await createTestApp();
  tenant = await createTenant(test.context);
});
afterAll(() => test.close());

async function get<T>(url: string, of = tenant): Promise<T> {
  const response = await test.app.inject({ url: `/api/v1${url}`, headers: of.keyHeaders });
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json();
}
const detail = (span: SpanInput, of = tenant) =>
  get<SpanDetail>(`/spans/${span.spanId}?trace_id=${span.traceId}`, of);
const send = (spans: SpanInput[], of = tenant) => sendSpans(test.app, of.keyHeaders, spans);
const piecesOf = async (of: Tenant) =>
  (
    await test.context.stores.telemetry.queryProject<{ n: number }>(
      of.projectId,
      "SELECT uniqExact(hash) AS n FROM messages WHERE project_id = {project_id:UUID}",
    )
  )[0]!.n;
const say = (role: string, content: string) => ({ role, parts: [{ type: "text", content }] });
const chatSpan = (messages: unknown, given: Partial<SpanInput> = {}) =>
  testSpan({
    ...given,
    attributes: { "gen_ai.operation.name": "chat", [KEY]: JSON.stringify(messages) },
  });

describe("content", () => {
  it("comes back byte for byte, whatever it is", { timeout: 60_000 }, async () => {
    const anything = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 300 }),
      fc.string({ unit: "binary", maxLength: 300 }).map((text) => text.toWellFormed()),
      fc.json({ maxDepth: 5 }),
      fc
        .array(fc.constantFrom('"', "[", "]", "{", "}", ",", "\\", "\n\n", "x".repeat(80)), { maxLength: 60 })
        .map((parts) => `[${parts.join("")}`),
    );
    const values = fc.sample(anything, { numRuns: 300, seed: 11 }).filter((value) => value !== "");
    const traceId = newTraceId();
    const spans = values.map((value) =>
      testSpan({ traceId, attributes: { [KEY]: value, "input.value": value } }),
    );
    await send(spans);
    const trace = await get<TraceDetail>(`/traces/${traceId}?include=messages`);
    expect(trace.spans).toHaveLength(values.length);
    for (const [i, span] of spans.entries()) {
      if (i % 20 > 0) continue;
      const { attributes } = await detail(span);
      expect([attributes[KEY], attributes["input.value"]]).toEqual([values[i], values[i]]);
    }
  });

  it("shows the same messages in a trace and in a span, short and long, of any number of turns", async () => {
    const history = Array.from({ length: 30 }, (_, i) =>
      say("user", i % 3 === 0 ? "ok" : `turn ${i} `.repeat(20)),
    );
    const traceId = newTraceId();
    const spans = history.map((_, i) =>
      chatSpan(history.slice(0, i + 1), { traceId, startMs: Date.now() + i } as never),
    );
    await send(spans);
    const trace = await get<TraceDetail>(`/traces/${traceId}?include=messages`);
    const texts = (messages: readonly { content: unknown }[] | undefined) =>
      messages?.map(({ content }) => content);
    const wanted = history.map(({ parts }) => parts[0]!.content);
    for (const [i, span] of spans.entries()) {
      const listed = trace.spans.find(({ span_id }) => span_id === span.spanId);
      expect(texts(listed?.input_messages)).toEqual(wanted.slice(0, i + 1));
    }
    expect(texts((await detail(spans.at(-1)!)).input_messages)).toEqual(wanted);
  });

  it("is stored once per project, however often it is said", async () => {
    const [ours, theirs] = [await createTenant(test.context), await createTenant(test.context)];
    const history = Array.from({ length: 20 }, (_, i) => say("user", `said ${i} ${randomUUID()}`));
    for (let turn = 1; turn <= history.length; turn++) await send([chatSpan(history.slice(0, turn))], ours);
    // One piece for each message, and one for the bracket at the end.
    expect(await piecesOf(ours)).toBe(history.length + 1);
    expect(await piecesOf(theirs)).toBe(0);
    const span = chatSpan(history);
    await send([span], theirs);
    expect((await detail(span, theirs)).input_messages).toHaveLength(20);
  });

  it("of spans that were stored before there were pieces is read as ever", async () => {
    const [traceId, spanId] = [newTraceId(), "00f067aa0ba902b7"];
    const value = JSON.stringify([say("user", "long ago ".repeat(30))]);
    await test.context.stores.telemetry.command(
      `INSERT INTO spans (project_id, trace_id, span_id, is_root, start_time, received_at, name, operation, content)
       VALUES ('${tenant.projectId}', unhex('${traceId}'), unhex('${spanId}'), 1, now64(9), now64(3), 'old', 'chat',
         map('${KEY}', '${value}'))`,
    );
    const { input_messages } = await get<SpanDetail>(`/spans/${spanId}?trace_id=${traceId}`);
    expect(input_messages).toEqual([{ role: "user", content: "long ago ".repeat(30) }]);
  });

  it("is left out, and says so, where an answer would hold too much", async () => {
    const spans = Array.from({ length: 3 }, (_, i) => chatSpan([say("user", `${i}`.repeat(1000))]));
    await send(spans);
    const rows = await test.context.stores.telemetry.queryProject<Parameters<typeof joinContent>[2][number]>(
      tenant.projectId,
      `SELECT content, content_keys, content_counts,
         arrayMap(piece -> lower(hex(piece)), content_hashes) AS content_pieces
       FROM spans WHERE project_id = {project_id:UUID} AND has({ids:Array(String)}, lower(hex(span_id)))`,
      { ids: spans.map(({ spanId }) => spanId) },
    );
    await joinContent(
      test.context.stores.telemetry,
      tenant.projectId,
      rows,
      AbortSignal.timeout(10_000),
      3_500,
    );
    const lengths = rows.map((row) => row.content[KEY]!.length);
    expect(lengths.filter((length) => length > 1_000)).toHaveLength(3);
    for (const row of rows) row.content = {};
    await joinContent(
      test.context.stores.telemetry,
      tenant.projectId,
      rows,
      AbortSignal.timeout(10_000),
      2_500,
    );
    expect(rows.map((row) => row.content[KEY])).toContain(CONTENT_LEFT_OUT);
  });
});
