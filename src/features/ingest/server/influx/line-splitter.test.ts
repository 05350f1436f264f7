import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitLines } from "./line-splitter.ts";

const split = (text: string) => {
  const body = Buffer.from(text);
  return [...splitLines(body)].map(({ start, end, number }) => [number, body.toString("utf8", start, end)]);
};

describe("splitting line protocol", () => {
  it.each([
    [
      "m v=1\nm v=2\n",
      [
        [1, "m v=1"],
        [2, "m v=2"],
      ],
    ],
    ["\n\r\n  m v=1 5\r\n\n", [[3, "m v=1 5"]]],
    ['# a "comment\nm v=1', [[2, "m v=1"]]],
    [
      'm s="two\nlines",v=1 5\nn v=2',
      [
        [1, 'm s="two\nlines",v=1 5'],
        [3, "n v=2"],
      ],
    ],
    [
      'm s="a \\" b\nc"\nn v=2',
      [
        [1, 'm s="a \\" b\nc"'],
        [3, "n v=2"],
      ],
    ],
    [
      'm,tag="x v=1\nn v=2',
      [
        [1, 'm,tag="x v=1'],
        [2, "n v=2"],
      ],
    ],
    [
      'm s="open\nn v=2\no v=3',
      [
        [1, 'm s="open'],
        [2, "n v=2"],
        [3, "o v=3"],
      ],
    ],
    [
      "m\\ n,a\\ b=c v=1\nn v=2",
      [
        [1, "m\\ n,a\\ b=c v=1"],
        [2, "n v=2"],
      ],
    ],
    [
      "m v=1\\\nn v=2",
      [
        [1, "m v=1\\"],
        [2, "n v=2"],
      ],
    ],
    ["", []],
  ])("%j gives %j", (text, lines) => {
    expect(split(text)).toEqual(lines);
  });

  it("gives every line that has no strings, whatever stands around it", () => {
    const noise = fc.string({ unit: fc.constantFrom(..."a1,= \\#") });
    fc.assert(
      fc.property(fc.array(noise), (lines) => {
        const kept = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
        expect(split(lines.join("\n")).map(([, text]) => String(text).trim())).toEqual(kept);
      }),
    );
  });
});
