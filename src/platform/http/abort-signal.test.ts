import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import Fastify from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { abortSignalOf } from "./abort-signal.ts";

describe("the abort signal of a request", () => {
  const app = Fastify();
  const signals: AbortSignal[] = [];
  /** Listeners on the connection's socket at each quick request. */
  const listeners: number[] = [];
  let origin: string;

  beforeAll(async () => {
    app.get("/quick", async (request, reply) => {
      listeners.push(request.raw.socket.listenerCount("close"));
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
    for (let i = 0; i < 20; i++) {
      const [response] = (await once(get(`${origin}/quick`, { agent }), "response")) as [IncomingMessage];
      response.resume();
      await once(response, "end");
    }
    agent.destroy();
    expect(signals.filter((signal) => signal.aborted)).toEqual([]);
    expect(signals).toHaveLength(20);
    expect(listeners.at(-1)).toBe(listeners[0]);
  });
});
