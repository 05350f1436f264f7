import { once } from "node:events";
import { Agent, get } from "node:http";
import type { AddressInfo } from "node:net";
import Fastify from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { abortSignalOf } from "./abort-signal.ts";

describe("the abort signal of a request", () => {
  const app = Fastify();
  const signals: AbortSignal[] = [];
  let origin: string;

  beforeAll(async () => {
    app.get("/quick", async (_request, reply) => {
      signals.push(abortSignalOf(reply));
      return "done";
    });
    app.get("/slow", async (_request, reply) => {
      const signal = abortSignalOf(reply);
      signals.push(signal);
      await once(signal, "abort");
      return "nobody reads this";
    });
    await app.listen({ port: 0, host: "127.0.0.1" });
    origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  });
  afterAll(() => app.close());

  it("aborts when the caller hangs up", async () => {
    const caller = new AbortController();
    const request = fetch(`${origin}/slow`, { signal: caller.signal });
    await expect.poll(() => signals.length).toBe(1);
    caller.abort();
    await expect(request).rejects.toThrow();
    await expect.poll(() => signals[0]!.aborted).toBe(true);
  });

  it("stays quiet after an answer, and leaves nothing behind on a connection that is used again", async () => {
    signals.length = 0;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const listeners = new Set<number>();
    app.addHook;
    for (let i = 0; i < 20; i++) {
      const request = get(`${origin}/quick`, { agent });
      const [response] = (await once(request, "response")) as [import("node:http").IncomingMessage];
      response.resume();
      await once(response, "end");
    }
    app.server.getConnections((_error, count) => listeners.add(count));
    agent.destroy();
    await expect.poll(() => listeners.size).toBe(1);
    expect(signals.filter((signal) => signal.aborted)).toEqual([]);
  });
});
