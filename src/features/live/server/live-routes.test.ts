import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { newTraceId, sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant } from "#test/support/tenant.ts";

interface Message {
  event?: string;
  id?: string;
  data?: string;
  retry?: string;
}

let test: TestApp;
let origin: string;
beforeAll(async () => {
  test = await createTestApp();
  origin = await test.app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(() => test.close());

/** Follows a project as a browser does; `messages` grows as events arrive. */
async function follow(headers: Record<string, string>) {
  const caller = new AbortController();
  const response = await fetch(`${origin}/api/v1/live`, { headers, signal: caller.signal });
  const messages: Message[] = [];
  let ended = false;
  const reading = (async () => {
    let rest = "";
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body!) {
        rest += decoder.decode(chunk as Uint8Array, { stream: true });
        const parts = rest.split("\n\n");
        rest = parts.pop()!;
        for (const part of parts) {
          messages.push(
            Object.fromEntries(part.split("\n").map((line) => line.split(/: (.*)/s, 2) as [string, string])),
          );
        }
      }
    } catch {
      // The test hung up.
    }
    ended = true;
  })();
  const events = () => messages.filter((message) => message.event !== undefined);
  return { response, messages, events, hasEnded: () => ended, stop: () => caller.abort(), reading };
}

describe("following live", () => {
  it("tells of runs and of agents' status within a second of the answer", async () => {
    const tenant = await createTenant(test.context);
    const stream = await follow(tenant.keyHeaders);
    const post = (url: string, payload: object) =>
      test.app.inject({ method: "POST", url: `/api/v1/${url}`, headers: tenant.keyHeaders, payload });
    await post("executions", { id: "seen-live", agent: "live-agent" });
    const beganMs = performance.now();
    const kinds = () => stream.events().map(({ event }) => event);
    await expect.poll(kinds, { interval: 10 }).toEqual(expect.arrayContaining(["executions", "agents"]));
    expect(performance.now() - beganMs).toBeLessThan(1000);
    const run = stream.events().find(({ event }) => event === "executions");
    expect(JSON.parse(run!.data!)).toMatchObject({ ids: ["seen-live"], more: false });
    const agents = () =>
      stream
        .events()
        .filter(({ event }) => event === "agents")
        .flatMap(({ data }) => JSON.parse(data!).agents);
    await expect
      .poll(agents)
      .toContainEqual(expect.objectContaining({ name: "live-agent", status: "running" }));
    await post("agents/live-agent/heartbeat", { status: "stopped" });
    await expect
      .poll(agents)
      .toContainEqual(expect.objectContaining({ name: "live-agent", status: "offline", change: "status" }));
    stream.stop();
  });

  it("tells of a span within a second of its arrival, and of others' never", async () => {
    const [ours, theirs] = [await createTenant(test.context), await createTenant(test.context)];
    const stream = await follow(ours.keyHeaders);
    expect(stream.response.status).toBe(200);
    expect(stream.response.headers.get("content-type")).toMatch(/^text\/event-stream/);
    expect(stream.response.headers.get("content-encoding")).toBeNull();
    expect(stream.response.headers.get("cache-control")).toContain("no-cache");
    expect(stream.response.headers.get("content-security-policy")).toContain("default-src 'none'");

    const traceId = newTraceId();
    await sendSpans(test.app, theirs.keyHeaders, [testSpan()]);
    const sentMs = performance.now();
    await sendSpans(test.app, ours.keyHeaders, [testSpan({ traceId }), testSpan({ traceId })]);
    await expect.poll(stream.events, { timeout: 5000, interval: 10 }).toHaveLength(1);
    const tookMs = performance.now() - sentMs;
    expect(tookMs).toBeLessThan(1000);
    const [message] = stream.events();
    expect(message).toMatchObject({ event: "spans", id: expect.any(String) });
    expect(JSON.parse(message!.data!)).toMatchObject({ spans: 2, trace_ids: [traceId], more: false });
    stream.stop();
  });

  it("goes on where it was when the connection broke, and begins afresh where it cannot", async () => {
    const tenant = await createTenant(test.context);
    const first = await follow(tenant.keyHeaders);
    await sendSpans(test.app, tenant.keyHeaders, [testSpan()]);
    await expect.poll(first.events).toHaveLength(1);
    first.stop();
    const missed = newTraceId();
    await sendSpans(test.app, tenant.keyHeaders, [testSpan({ traceId: missed })]);

    const second = await follow({ ...tenant.keyHeaders, "last-event-id": first.events()[0]!.id! });
    await expect.poll(second.events).toHaveLength(1);
    expect(JSON.parse(second.events()[0]!.data!).trace_ids).toEqual([missed]);
    second.stop();

    const afresh = await follow({ ...tenant.keyHeaders, "last-event-id": "00000000-7" });
    await expect.poll(afresh.events).toEqual([expect.objectContaining({ event: "reset" })]);
    afresh.stop();
  });

  it("frees a stream whose reader has gone", async () => {
    const tenant = await createTenant(test.context);
    await expect.poll(() => test.context.live.listenerCount).toBe(0);
    const streams = await Promise.all([1, 2, 3].map(() => follow(tenant.keyHeaders)));
    await expect.poll(() => test.context.live.listenerCount).toBe(3);
    for (const stream of streams) stream.stop();
    await expect.poll(() => test.context.live.listenerCount).toBe(0);
  });

  it("is for those who may read the project", async () => {
    const response = await fetch(`${origin}/api/v1/live`);
    expect(response.status).toBe(401);
    const { keyHeaders } = await createTenant(test.context, { scope: "ingest" });
    expect((await fetch(`${origin}/api/v1/live`, { headers: keyHeaders })).status).toBe(403);
  });

  it("ends at once when the server stops", async () => {
    const own = await createTestApp();
    const ownOrigin = await own.app.listen({ port: 0, host: "127.0.0.1" });
    const response = await fetch(`${ownOrigin}/api/v1/live`, { headers: own.keyHeaders });
    const reader = response.body!.getReader();
    await reader.read();
    const startMs = Date.now();
    const closed = own.app.close();
    while (!(await reader.read()).done);
    await closed;
    expect(Date.now() - startMs).toBeLessThan(3000);
    await own.close();
  });
});
