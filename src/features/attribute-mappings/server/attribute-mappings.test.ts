import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant, signInAs } from "#test/support/tenant.ts";

let test: TestApp;
let admin: Record<string, string>;
beforeAll(async () => {
  test = await createTestApp();
  admin = await test.signIn();
});
afterAll(() => test.close());

const URL = "/api/v1/attribute-mappings";
const add = (payload: object, headers = admin) =>
  test.app.inject({ method: "POST", url: URL, payload, headers });
const preview = (payload: object, headers = admin) =>
  test.app.inject({ method: "POST", url: `${URL}/preview`, payload, headers });

describe("attribute mappings", () => {
  it("decide how the spans that follow are read", async () => {
    const rules = [
      { attribute: "acme.kind", target: "operation" },
      { attribute: "acme.conversation", target: "session_id" },
      { attribute: "acme.llm", target: "model" },
      { attribute: "acme.in", target: "input_tokens" },
      { attribute: "acme.out", target: "output_tokens" },
      { attribute: "acme.prompt", target: "input" },
    ];
    for (const rule of rules) expect((await add(rule)).statusCode).toBe(201);
    const span = testSpan({
      name: "answer",
      attributes: {
        "acme.kind": "llm",
        "acme.conversation": "c-1",
        "acme.llm": "gpt-4.1-mini",
        "acme.in": 812,
        "acme.out": 64,
        "acme.prompt": '[{"role":"user","content":"Where is my order?"}]',
      },
    });
    await sendSpans(test.app, test.keyHeaders, [span]);
    const response = await test.app.inject({
      url: `/api/v1/spans/${span.spanId}?trace_id=${span.traceId}`,
      headers: admin,
    });
    expect(response.json()).toMatchObject({
      operation: "chat",
      session_id: "c-1",
      model: "gpt-4.1-mini",
      usage: { input_uncached: 812, output: 64 },
      input_messages: [{ role: "user", content: "Where is my order?" }],
    });
  });

  it("are listed page by page, added once and removed", async () => {
    const first = (await test.app.inject({ url: `${URL}?limit=1`, headers: admin })).json();
    expect(first.data).toHaveLength(1);
    const rest = await test.app.inject({ url: `${URL}?cursor=${first.next_cursor}`, headers: admin });
    expect(rest.json().data.length).toBeGreaterThan(0);
    expect(rest.json().data).not.toContainEqual(first.data[0]);

    const again = await add({ attribute: "acme.kind", target: "operation" });
    expect([again.statusCode, again.json().code]).toEqual([409, "mapping_exists"]);
    const made = (await add({ attribute: "acme.team", target: "tags", mode: "override" })).json();
    const remove = () => test.app.inject({ method: "DELETE", url: `${URL}/${made.id}`, headers: admin });
    expect((await remove()).statusCode).toBe(204);
    expect([(await remove()).statusCode, (await remove()).json().code]).toEqual([404, "mapping_not_found"]);
  });

  it("are tried on a pasted span without storing anything", async () => {
    const span = JSON.stringify({ "acme.kind": "tool", "acme.tool": "search", "acme.cost": "0.25" });
    const response = await preview({
      span,
      rules: [
        { attribute: "acme.kind", target: "operation" },
        { attribute: "acme.tool", target: "tool_name" },
        { attribute: "acme.cost", target: "cost_usd" },
      ],
    });
    expect(response.statusCode).toBe(200);
    const [read] = response.json().spans;
    expect(read.before).toMatchObject({ operation: "", tool_name: "", cost_usd: null });
    expect(read.after).toMatchObject({ operation: "execute_tool", tool_name: "search", cost_usd: 0.25 });
    expect(read.attributes).toContainEqual({ key: "acme.kind", value: "tool" });
    expect((await preview({ span: "{" })).json()).toMatchObject({ status: 422, code: "unreadable_span" });
  });

  it("are the project's own", async () => {
    const other = await createTenant(test.context);
    const theirs = await signInAs(test, other);
    expect((await test.app.inject({ url: URL, headers: theirs })).json().data).toEqual([]);
    const [ours] = (await test.app.inject({ url: URL, headers: admin })).json().data;
    const remove = await test.app.inject({ method: "DELETE", url: `${URL}/${ours.id}`, headers: theirs });
    expect(remove.statusCode).toBe(404);
  });

  it("are seen by everyone and changed by administrators", async () => {
    const viewer = await signInAs(test, await createTenant(test.context, { role: "viewer" }));
    expect((await test.app.inject({ url: URL, headers: viewer })).statusCode).toBe(200);
    expect((await preview({ span: "{}" }, viewer)).statusCode).toBe(200);
    expect((await add({ attribute: "a", target: "tags" }, viewer)).statusCode).toBe(403);
    expect((await test.app.inject({ url: URL })).statusCode).toBe(401);
  });

  it.each([
    [{ attribute: "", target: "tags" }],
    [{ attribute: "a", target: "nothing" }],
    [{ attribute: "a", target: "tags", mode: "sometimes" }],
  ])("are refused as %j", async (rule) => {
    expect((await add(rule)).statusCode).toBe(400);
  });
});
