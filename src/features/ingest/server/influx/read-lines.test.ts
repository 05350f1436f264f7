import { describe, expect, it } from "vitest";
import { metricName, RefusedLine, readLines } from "./read-lines.ts";

const NOW_MS = Date.parse("2026-11-21T12:00:00Z");
const PROJECT = "00000000-0000-4000-8000-000000000001";
const read = (text: string | Buffer, precision: "ns" | "us" | "ms" | "s" = "ns") =>
  readLines(Buffer.from(text), precision, PROJECT, NOW_MS);

describe("reading lines", () => {
  it.each([
    ["cpu", "usage_idle", "cpu_usage_idle"],
    ["load", "value", "load"],
  ])("names the metric of %s, %s: %s", (measurement, field, name) => {
    expect(metricName(measurement, field)).toBe(name);
  });

  it("makes a point of every number and passes over strings", async () => {
    const outcome = await read('sys,host=a load1=0.5,up=true,since="noon"\nsys,host=b uptime_format="1 day"');
    expect(outcome.batch.size).toBe(2);
    expect([...outcome.batch.seriesKeys()].map((key) => outcome.batch.metricOf(key))).toEqual([
      "sys_load1",
      "sys_up",
    ]);
    expect(outcome).toMatchObject({ stringFields: 2, lines: { accepted: 2, rejected: 0 } });
  });

  it.each([
    ["ns", 1n],
    ["us", 1_000n],
    ["ms", 1_000_000n],
    ["s", 1_000_000_000n],
  ] as const)("takes timestamps in %s", async (precision, unit) => {
    const { batch } = await read(`m v=1 ${(BigInt(NOW_MS) * 1_000_000n) / unit}`, precision);
    expect(batch.timesNs).toEqual([NOW_MS * 1e6]);
  });

  it("takes a line without a time as measured now", async () => {
    expect((await read("m v=1")).batch.timesNs).toEqual([NOW_MS * 1e6]);
  });

  it("keeps the good lines of a body and says which others were refused", async () => {
    const outcome = await read(
      Buffer.concat([
        Buffer.from("good v=1\nbad v=\n# a comment\n"),
        Buffer.from([0xff, 0x20, 0x76, 0x3d, 0x31, 0x0a]),
        Buffer.from(`early v=1 5\nlate v=1 ${BigInt(NOW_MS + 25 * 3_600_000) * 1_000_000n}\ngood v=2`),
      ]),
    );
    expect(outcome.batch.size).toBe(2);
    expect(outcome.lines).toMatchObject({ accepted: 2, rejected: 4 });
    expect(outcome.errors).toEqual([
      { line: 2, reason: expect.stringContaining("not a number") },
      { line: 4, reason: RefusedLine.notUtf8 },
      { line: 5, reason: RefusedLine.tooEarly },
      { line: 6, reason: RefusedLine.tooLate },
    ]);
  });

  it("bounds what one line with long tags and many fields can cost", async () => {
    const fields = Array.from({ length: 300 }, (_, i) => `f${i}=1`).join(",");
    const outcome = await read(`m,tag=${"x".repeat(1_000_000)} ${fields}\ngood v=1`);
    expect(outcome.lines).toMatchObject({ accepted: 0, rejected: 2 });
    expect(outcome.batch.size).toBeLessThan(300);
  });
});
