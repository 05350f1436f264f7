import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GroupCommit, type GroupLimits, GroupRefusedError } from "./group-commit.ts";

interface Batch {
  size: number;
  byteLength: number;
  name: string;
  fails?: boolean;
}
const batch = (name: string, size = 1, byteLength = 1): Batch => ({ name, size, byteLength });
const namesOf = (groups: readonly (readonly Batch[])[]) =>
  groups.map((group) => group.map((one) => one.name).join(""));

/** A commit whose writes end when the test says so. */
function heldCommit(given: Omit<GroupLimits, "maxWriteBytes"> & { maxWriteBytes?: number }) {
  const limits = { maxWriteBytes: given.maxBytes, ...given };
  const groups: (readonly Batch[])[] = [];
  const ends: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  const commit = new GroupCommit<Batch>(
    (group) =>
      new Promise<void>((resolve, reject) => {
        groups.push(group);
        ends.push({ resolve, reject });
      }),
    limits,
  );
  return { commit, groups, ends };
}
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const NEVER = 3_600_000;

describe("group commit", () => {
  it("writes what came within the delay together", async () => {
    const { commit, groups, ends } = heldCommit({ maxDelayMs: 10, maxRows: 100, maxBytes: 100 });
    const all = Promise.all([commit.submit(batch("a")), commit.submit(batch("b"))]);
    expect(groups).toEqual([]);
    await expect.poll(() => namesOf(groups)).toEqual(["ab"]);
    ends[0]!.resolve();
    await all;
  });

  it.each([
    ["rows", { maxRows: 10, maxBytes: 1e9 }, batch("a", 4), batch("b", 6)],
    ["bytes", { maxRows: 1e9, maxBytes: 10 }, batch("a", 1, 4), batch("b", 1, 6)],
  ])("does not wait for the delay once there are enough %s", async (_name, limits, first, second) => {
    const { commit, groups, ends } = heldCommit({ maxDelayMs: NEVER, ...limits });
    const all = [commit.submit(first)];
    expect(groups).toEqual([]);
    all.push(commit.submit(second));
    expect(namesOf(groups)).toEqual(["ab"]);
    ends[0]!.resolve();
    await Promise.all(all);
  });

  it("writes a batch that alone is over the limits", async () => {
    const { commit, groups, ends } = heldCommit({ maxDelayMs: NEVER, maxRows: 10, maxBytes: 10 });
    const stored = commit.submit(batch("a", 500, 500));
    expect(namesOf(groups)).toEqual(["a"]);
    ends[0]!.resolve();
    await stored;
  });

  it("fills the next group while one is being written, and writes it at once after", async () => {
    const { commit, groups, ends } = heldCommit({ maxDelayMs: 1, maxRows: 3, maxBytes: 100 });
    const all = [commit.submit(batch("a"))];
    await expect.poll(() => groups.length).toBe(1);
    for (const name of ["b", "c", "d", "e"]) all.push(commit.submit(batch(name)));
    await wait(10);
    expect(namesOf(groups)).toEqual(["a"]);
    ends[0]!.resolve();
    await expect.poll(() => namesOf(groups)).toEqual(["a", "bcd"]);
    ends[1]!.resolve();
    await expect.poll(() => namesOf(groups)).toEqual(["a", "bcd", "e"]);
    ends[2]!.resolve();
    await Promise.all(all);
  });

  it("waits after a long write for those it answered, and not when there is enough", async () => {
    const { commit, groups, ends } = heldCommit({
      maxDelayMs: 1,
      maxRows: 3,
      maxBytes: 100,
      maxGatherMs: 5000,
    });
    const all = [commit.submit(batch("a"))];
    await expect.poll(() => groups.length).toBe(1);
    all.push(commit.submit(batch("b")));
    await wait(400);
    ends[0]!.resolve();
    await all[0];
    all.push(commit.submit(batch("c")));
    await wait(20);
    expect(namesOf(groups)).toEqual(["a"]);
    await expect.poll(() => namesOf(groups)).toEqual(["a", "bc"]);
    all.push(commit.submit(batch("d", 3)));
    await wait(400);
    ends[1]!.resolve();
    await all[1];
    await wait(1);
    expect(namesOf(groups)).toEqual(["a", "bc", "d"]);
    ends[2]!.resolve();
    await Promise.all(all);
  });

  it("lets a group that gathered during a write grow further than one that waits", async () => {
    const { commit, groups, ends } = heldCommit({
      maxDelayMs: 1,
      maxRows: 100,
      maxBytes: 2,
      maxWriteBytes: 4,
    });
    const all = ["a", "b", "c", "d", "e", "f", "g"].map((name) => commit.submit(batch(name)));
    expect(namesOf(groups)).toEqual(["ab"]);
    ends[0]!.resolve();
    await expect.poll(() => namesOf(groups)).toEqual(["ab", "cdef"]);
    ends[1]!.resolve();
    await expect.poll(() => namesOf(groups)).toEqual(["ab", "cdef", "g"]);
    ends[2]!.resolve();
    await Promise.all(all);
  });

  it("tells a failure to all of the group and to nobody else", async () => {
    const { commit, groups, ends } = heldCommit({ maxDelayMs: 1, maxRows: 2, maxBytes: 100 });
    const outcomes = ["a", "b", "c"].map((name) => commit.submit(batch(name)).then(() => "stored", String));
    ends[0]!.reject(new Error("disk full"));
    await expect.poll(() => namesOf(groups)).toEqual(["ab", "c"]);
    ends[1]!.resolve();
    expect(await Promise.all(outcomes)).toEqual(["Error: disk full", "Error: disk full", "stored"]);
  });

  it("drains without waiting for the delay, and to the end", async () => {
    const { commit, groups, ends } = heldCommit({ maxDelayMs: NEVER, maxRows: 2, maxBytes: 100 });
    const outcomes = Promise.all(["a", "b", "c"].map((name) => commit.submit(batch(name))));
    let drained = false;
    const draining = commit.drain().then(() => {
      drained = true;
    });
    ends[0]!.resolve();
    await expect.poll(() => namesOf(groups)).toEqual(["ab", "c"]);
    expect(drained).toBe(false);
    ends[1]!.resolve();
    await Promise.all([draining, outcomes]);
  });

  it("has nothing to drain when idle", async () => {
    await heldCommit({ maxDelayMs: NEVER, maxRows: 2, maxBytes: 100 }).commit.drain();
  });

  it("keeps order and limits, writes one group at a time and answers each batch truly, whatever the timing", async () => {
    const limits = { maxDelayMs: 0, maxRows: 10, maxBytes: 60, maxWriteBytes: 100 };
    const batches = fc.array(
      fc.record({ size: fc.nat(14), byteLength: fc.nat(140), fails: fc.boolean(), name: fc.constant("") }),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), batches, async (scheduler, given) => {
        const submitted: Batch[] = [];
        const groups: (readonly Batch[])[] = [];
        let writing = 0;
        const commit = new GroupCommit<Batch>(async (group) => {
          expect(++writing).toBe(1);
          groups.push(group);
          await scheduler.schedule(Promise.resolve());
          writing--;
          if (group.some((one) => one.fails)) throw new Error("failed");
        }, limits);
        const outcomes = given.map(async (one) => {
          await scheduler.schedule(Promise.resolve());
          submitted.push(one);
          return commit.submit(one).then(
            () => "stored",
            () => "failed",
          );
        });
        const told = await scheduler.waitFor(Promise.all(outcomes));
        expect(groups.flat()).toEqual(submitted);
        for (const group of groups) {
          const sum = (of: "size" | "byteLength") => group.reduce((total, one) => total + one[of], 0);
          const fits = sum("size") <= limits.maxRows && sum("byteLength") <= limits.maxWriteBytes;
          expect(group.length === 1 || fits).toBe(true);
        }
        given.forEach((one, i) => {
          const group = groups.find((candidate) => candidate.includes(one))!;
          expect(told[i]).toBe(group.some((member) => member.fails) ? "failed" : "stored");
        });
      }),
      { numRuns: 60 },
    );
  });

  it("writes the batches of a refused group one by one, so that only the one at fault fails", async () => {
    const written: string[] = [];
    const commit = new GroupCommit<Batch>(
      async (group) => {
        if (group.some((one) => one.fails)) throw new GroupRefusedError(new Error("cannot parse"));
        written.push(...group.map((one) => one.name));
      },
      { maxDelayMs: 5, maxRows: 100, maxBytes: 100, maxWriteBytes: 100 },
    );
    const batches = [batch("a"), { ...batch("b"), fails: true }, batch("c")];
    const outcomes = await Promise.allSettled(batches.map((one) => commit.submit(one)));
    expect(outcomes.map((outcome) => outcome.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(outcomes[1]).toMatchObject({ reason: { message: "cannot parse" } });
    expect(written).toEqual(["a", "c"]);
  });
});
