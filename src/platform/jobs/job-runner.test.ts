import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stores } from "#src/context.ts";
import { openTestStores } from "#test/support/stores.ts";
import { JobRunner } from "./job-runner.ts";

describe("background jobs", () => {
  let stores: Stores;
  const runners: JobRunner[] = [];
  beforeAll(async () => {
    stores = await openTestStores({ migrated: false });
  });
  afterAll(async () => {
    for (const runner of runners) await runner.stop();
    await stores.close();
  });
  const runner = () => {
    const made = new JobRunner(stores.pool, pino({ level: "silent" }));
    runners.push(made);
    return made;
  };

  it("run what was sent, and again when it fails", async () => {
    const seen: unknown[] = [];
    const jobs = runner();
    jobs.define({
      name: "test.once",
      run: async (data: { n: number }) => {
        seen.push(data.n);
      },
    });
    let tries = 0;
    jobs.define({
      name: "test.flaky",
      run: async () => {
        tries++;
        if (tries === 1) throw new Error("not yet");
      },
    });
    await jobs.start();
    await jobs.send("test.once", { n: 7 });
    await jobs.send("test.flaky");
    await expect.poll(() => seen, { timeout: 10_000 }).toEqual([7]);
    await expect.poll(() => tries, { timeout: 30_000 }).toBe(2);
  });

  it("queue one of a key while it waits", async () => {
    const jobs = runner();
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    let runs = 0;
    jobs.define({
      name: "test.keyed",
      run: async () => {
        runs++;
        await gate;
      },
    });
    await jobs.start();
    expect(await jobs.send("test.keyed", {}, { key: "a" })).toEqual(expect.any(String));
    await expect.poll(() => runs, { timeout: 10_000 }).toBe(1);
    expect(await jobs.send("test.keyed", {}, { key: "a" })).toEqual(expect.any(String));
    expect(await jobs.send("test.keyed", {}, { key: "a" })).toBeNull();
    go();
    await expect.poll(() => runs, { timeout: 10_000 }).toBe(2);
  });

  it("run at once where no queue was started, and refuse names nobody defined", async () => {
    const jobs = runner();
    let ran = false;
    jobs.define({
      name: "test.now",
      run: async () => {
        ran = true;
      },
    });
    await jobs.send("test.now");
    expect(ran).toBe(true);
    await expect(jobs.send("test.unknown")).rejects.toThrow('no job "test.unknown"');
  });
});
