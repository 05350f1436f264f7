import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { newTraceId, sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant, signInAs, type Tenant } from "#test/support/tenant.ts";
import { deletionJob } from "./deletion-job.ts";

let test: TestApp;
let tenant: Tenant;
let owner: Record<string, string>;
beforeAll(async () => {
  test = await createTestApp();
  tenant = await createTenant(test.context);
  owner = await signInAs(test, tenant);
});
afterAll(() => test.close());

const ask = (payload: object, headers = owner) =>
  test.app.inject({ method: "POST", url: "/api/v1/deletions", payload, headers });
const find = async (id: string) =>
  (await test.app.inject({ url: `/api/v1/deletions/${id}`, headers: owner })).json();

/** Carries out what is due, as the job does, without waiting for other processes. */
async function runDue(): Promise<void> {
  const { stores, deletions, contentEpochs, logger } = test.context;
  const job = deletionJob({
    store: stores.telemetry,
    deletions,
    epochs: contentEpochs,
    erasers: [],
    markDirty: async () => {},
    logger,
    epochSettlesMs: 0,
  });
  await job.run({}, new AbortController().signal);
}

/** Asks for a deletion whose time has come already. */
async function askNow(payload: object): Promise<string> {
  const response = await ask({ ...payload, grace_seconds: 1 });
  const { id } = response.json();
  await test.context.stores.pool.query(
    "UPDATE deletions SET run_after = now() - interval '1 second' WHERE id = $1",
    [id],
  );
  return id;
}

/** Every place of the telemetry store that holds a text, by table. */
async function tablesHolding(text: string): Promise<string[]> {
  const { telemetry } = test.context.stores;
  const tables = await telemetry.queryAll<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'",
  );
  const holding: string[] = [];
  for (const { name } of tables) {
    const [row] = await telemetry.queryAll<{ n: number }>(
      `SELECT countIf(position(formatRow('JSONEachRow', *), {text:String}) > 0) AS n FROM ${name}`,
      { text },
    );
    if (row!.n > 0) holding.push(name);
  }
  return holding;
}

const chat = (traceId: string, userId: string, said: string, shared: string) =>
  testSpan({
    traceId,
    name: "chat m",
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "m",
      "user.id": userId,
      "gen_ai.input.messages": JSON.stringify([
        { role: "system", parts: [{ type: "text", content: shared }] },
        { role: "user", parts: [{ type: "text", content: said }] },
      ]),
    },
  });

describe("a deletion", () => {
  it("removes a user's traces and words from every table, and leaves what others share", async () => {
    const shared = `You are a careful assistant of the shop ${"and polite ".repeat(20)}`;
    const secret = `my secret is swordfish ${"and more ".repeat(20)}`;
    const [theirs, others] = [newTraceId(), newTraceId()];
    await sendSpans(test.app, tenant.keyHeaders, [
      chat(theirs, "user-7", secret, shared),
      chat(others, "user-8", "hello there", shared),
    ]);
    expect(await tablesHolding("swordfish")).not.toEqual([]);

    const id = await askNow({ kind: "user", target: "user-7" });
    await runDue();
    expect(await find(id)).toMatchObject({ state: "done", progress: 1, target: "", deleted: { spans: 1 } });
    expect(await tablesHolding("swordfish")).toEqual([]);
    expect(await tablesHolding("user-7")).toEqual([]);
    const trace = await test.app.inject({ url: `/api/v1/traces/${theirs}`, headers: owner });
    expect(trace.statusCode).toBe(404);
    const rest = await test.app.inject({
      url: `/api/v1/traces/${others}?include=messages`,
      headers: owner,
    });
    expect(rest.json().spans[0].input_messages[0].content).toBe(shared);
  });

  it("lets what is said again afterwards be read: its pieces are written anew", async () => {
    const said = `a sentence that will be said twice ${"again ".repeat(30)}`;
    const [first, second] = [newTraceId(), newTraceId()];
    await sendSpans(test.app, tenant.keyHeaders, [chat(first, "user-9", said, said)]);
    await askNow({ kind: "trace", target: first });
    await runDue();
    await sendSpans(test.app, tenant.keyHeaders, [chat(second, "user-9", said, said)]);
    const trace = await test.app.inject({
      url: `/api/v1/traces/${second}?include=messages`,
      headers: owner,
    });
    expect(trace.json().spans[0].input_messages.map((each: { content: string }) => each.content)).toEqual([
      said,
      said,
    ]);
  });

  it("can be cancelled until its time has come", async () => {
    const { id } = (await ask({ kind: "session", target: "s-1", grace_seconds: 600 })).json();
    await runDue();
    expect((await find(id)).state).toBe("waiting");
    const cancel = () =>
      test.app.inject({ method: "DELETE", url: `/api/v1/deletions/${id}`, headers: owner });
    expect((await cancel()).json().state).toBe("cancelled");
    expect([(await cancel()).statusCode, (await cancel()).json().code]).toEqual([409, "deletion_has_begun"]);
    await test.context.stores.pool.query(
      "UPDATE deletions SET run_after = now() - interval '1 second' WHERE id = $1",
      [id],
    );
    await runDue();
    expect((await find(id)).state).toBe("cancelled");
  });

  it("goes on where it was cut off", async () => {
    const traceId = newTraceId();
    await sendSpans(test.app, tenant.keyHeaders, [chat(traceId, "user-3", "cut off", "x".repeat(200))]);
    const id = await askNow({ kind: "trace", target: traceId });
    await test.context.stores.pool.query("UPDATE deletions SET state = 'running' WHERE id = $1", [id]);
    await runDue();
    expect((await find(id)).state).toBe("done");
  });

  it("removes all telemetry of a project, and of no other", async () => {
    const other = await createTenant(test.context);
    const traceId = newTraceId();
    await sendSpans(test.app, other.keyHeaders, [chat(traceId, "user-1", "stays", "y".repeat(200))]);
    await sendSpans(test.app, tenant.keyHeaders, [chat(newTraceId(), "user-1", "goes", "z".repeat(200))]);
    await askNow({ kind: "project_data", target: tenant.slug });
    await runDue();
    const list = await test.app.inject({ url: "/api/v1/traces", headers: owner });
    expect(list.json().data).toEqual([]);
    expect(await tablesHolding("z".repeat(150))).toEqual([]);
    const kept = await test.app.inject({ url: `/api/v1/traces/${traceId}`, headers: other.keyHeaders });
    expect(kept.statusCode).toBe(200);
  });

  it.each([[{ kind: "trace", target: "no-id" }], [{ kind: "project_data", target: "another-slug" }]])(
    "is refused when its target makes no sense: %j",
    async (payload) => {
      expect((await ask(payload)).json()).toMatchObject({ status: 422, code: "invalid_target" });
    },
  );

  it("is for administrators of the project", async () => {
    const operator = await createTenant(test.context, { role: "operator" });
    const headers = await signInAs(test, operator);
    expect((await ask({ kind: "user", target: "u" }, headers)).statusCode).toBe(403);
    expect((await ask({ kind: "user", target: "u" }, {})).statusCode).toBe(401);
    const { id } = (await ask({ kind: "user", target: "u" })).json();
    expect((await test.app.inject({ url: `/api/v1/deletions/${id}`, headers })).statusCode).toBe(404);
    expect((await test.app.inject({ url: "/api/v1/deletions", headers })).json().data).toEqual([]);
  });
});
