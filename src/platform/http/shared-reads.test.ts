import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { projectOf } from "./access.ts";
import type { HttpServer } from "./server.ts";
import { SharedReads } from "./shared-reads.ts";
import { createTestServer, testProject, testUser } from "./testing/test-server.ts";

/** A read that ends when the test says so, and counts how often it began. */
function controlledRead() {
  const runs: { end: (value: string) => void; fail: (error: unknown) => void }[] = [];
  const read = () => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    runs.push({ end: resolve, fail: reject });
    return promise;
  };
  return { read, runs };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("reads that callers share", () => {
  it("begin at once when none is under way", async () => {
    const { read, runs } = controlledRead();
    const answer = new SharedReads().run("a", read);
    runs[0]!.end("first");
    expect(await answer).toBe("first");
  });

  it("answer all who came meanwhile by one run that began after they asked", async () => {
    const reads = new SharedReads();
    const { read, runs } = controlledRead();
    const early = reads.run("a", read);
    const late = [reads.run("a", read), reads.run("a", read), reads.run("a", read)];
    expect(runs).toHaveLength(1);
    runs[0]!.end("old");
    expect(await early).toBe("old");
    await turn();
    expect(runs).toHaveLength(2);
    runs[1]!.end("new");
    expect(await Promise.all(late)).toEqual(["new", "new", "new"]);
  });

  it("of different keys do not wait for each other", async () => {
    const reads = new SharedReads();
    const { read, runs } = controlledRead();
    const answers = [reads.run("a", read), reads.run("b", read)];
    expect(runs).toHaveLength(2);
    runs[1]!.end("b");
    expect(await answers[1]).toBe("b");
    runs[0]!.end("a");
    expect(await answers[0]).toBe("a");
  });

  it("fail for all who waited, and are tried anew by the next", async () => {
    const reads = new SharedReads();
    const { read, runs } = controlledRead();
    const first = reads.run("a", read);
    const second = Promise.allSettled([reads.run("a", read), reads.run("a", read)]);
    runs[0]!.end("fine");
    await first;
    await turn();
    runs[1]!.fail(new Error("the store is away"));
    expect((await second).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    const third = reads.run("a", read);
    await turn();
    runs[2]!.end("back");
    expect(await third).toBe("back");
  });

  it("begin again for the others when the one who read for them hangs up", async () => {
    const reads = new SharedReads();
    const { read, runs } = controlledRead();
    const first = reads.run("a", read);
    const [gone, stays] = [reads.run("a", read), reads.run("a", read)];
    runs[0]!.end("first");
    await first;
    await turn();
    runs[1]!.fail(new FlightdeckError("gone", { code: "caller_has_gone", status: 499 }));
    await expect(gone).rejects.toThrow("gone");
    await turn();
    runs[2]!.end("second");
    expect(await stays).toBe("second");
  });

  it("do not begin for callers who have all left", async () => {
    const reads = new SharedReads();
    const { read, runs } = controlledRead();
    const first = reads.run("a", read);
    const left = reads.run("a", read, () => false);
    runs[0]!.end("first");
    await first;
    await expect(left).rejects.toMatchObject({ code: "caller_has_gone" });
    expect(runs).toHaveLength(1);
  });

  it("never answer with something older than the question, whatever the order of events", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("ask", "write", "finish"), { maxLength: 40 }),
        async (steps) => {
          const reads = new SharedReads();
          const open: (() => void)[] = [];
          const checks: Promise<void>[] = [];
          let written = 0;
          const read = () => {
            const seen = written;
            return new Promise<number>((resolve) => open.push(() => resolve(seen)));
          };
          const finish = async () => {
            open.shift()?.();
            await turn();
          };
          for (const step of steps) {
            if (step === "write") written++;
            else if (step === "finish") await finish();
            else {
              const asked = written;
              checks.push(reads.run("a", read).then((seen) => expect(seen).toBeGreaterThanOrEqual(asked)));
            }
            expect(open.length).toBeLessThanOrEqual(1);
          }
          while (open.length > 0) await finish();
          await Promise.all(checks);
        },
      ),
    );
  });
});

describe("routes that share answers", () => {
  let app: HttpServer;
  let runs = 0;
  const open: (() => void)[] = [];

  beforeAll(async () => {
    const reader = new Set(["things:read"] as const);
    const [first, second] = [testProject("first", reader), testProject("second", reader)];
    ({ app } = await createTestServer({
      ann: testUser("ann", [first]),
      bob: testUser("bob", [first]),
      eve: testUser("eve", [second]),
    }));
    app.get("/things", { config: { access: "things:read", shared: true } }, async (request) => {
      runs++;
      await new Promise<void>((resolve) => open.push(resolve));
      return { run: runs, project: projectOf(request).slug };
    });
    await app.ready();
  });
  afterAll(() => app.close());

  const ask = (principal: string, method: "GET" | "HEAD" = "GET") =>
    app.inject({ method, url: "/things", headers: { "x-principal": principal } });
  /** Lets reads end until all have their answers. */
  async function finish<T>(answers: Promise<T>): Promise<T> {
    let done = false;
    void answers.finally(() => {
      done = true;
    });
    while (!done) {
      open.shift()?.();
      await turn();
    }
    return answers;
  }

  it("answer callers of one project alike and those of another by their own", async () => {
    runs = 0;
    const answers = await finish(Promise.all([ask("ann"), ask("bob"), ask("ann"), ask("bob"), ask("eve")]));
    expect(answers.map((answer) => answer.json().project)).toEqual([...Array(4).fill("first"), "second"]);
    expect(runs).toBe(3);
  });

  it("answer HEAD too", async () => {
    expect((await finish(ask("ann", "HEAD"))).statusCode).toBe(200);
  });

  it("refuse strangers before they could share anything", async () => {
    expect((await ask("stranger")).statusCode).toBe(401);
  });
});
