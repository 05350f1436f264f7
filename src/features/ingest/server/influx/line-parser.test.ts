import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineProblem, parseLine } from "./line-parser.ts";

/** Escapes as the documentation of line protocol says, independent of the parser. */
const escapeMeasurement = (text: string) => text.replace(/[, ]/g, "\\$&");
const escapeKey = (text: string) => text.replace(/[,= ]/g, "\\$&");
const quote = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;

/** Names; a backslash in them cannot be told from an escape where a special character follows, so they have none. */
const name = fc
  .string({ unit: "binary", minLength: 1, maxLength: 12 })
  .map((text) => text.replace(/[\\\n\r]/g, "_"));
const measurement = name.filter((text) => !/^[#\s]/.test(text));
const value = fc.oneof(
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((number) => ({ text: String(number), value: number })),
  fc.maxSafeInteger().map((number) => ({ text: `${number}i`, value: number })),
  fc.nat().map((number) => ({ text: `${number}u`, value: number })),
  fc.boolean().map((flag) => ({ text: String(flag), value: flag ? 1 : 0 })),
  fc.string({ unit: "binary" }).map((text) => ({ text: quote(text), value: text })),
);

describe("a line of line protocol", () => {
  it("is read back as it was written", () => {
    const line = fc.record({
      measurement,
      tags: fc.uniqueArray(fc.tuple(name, name), { selector: ([key]) => key, maxLength: 4 }),
      fields: fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 4 }),
      timestamp: fc.option(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), { nil: undefined }),
    });
    fc.assert(
      fc.property(line, ({ measurement, tags, fields, timestamp }) => {
        const text = [
          [escapeMeasurement(measurement), ...tags.map((tag) => tag.map(escapeKey).join("="))].join(","),
          fields.map(([key, { text }]) => `${escapeKey(key)}=${text}`).join(","),
          ...(timestamp === undefined ? [] : [timestamp]),
        ].join(" ");
        expect(parseLine(text)).toEqual({
          measurement,
          tags,
          fields: fields.map(([key, { value }]) => [key, value]),
          timestamp,
        });
      }),
    );
  });

  it("that is any text is read or refused", () => {
    const noise = fc.string({ unit: fc.constantFrom(...'a1.,= "\\it#\n-e') });
    fc.assert(
      fc.property(noise, (text) => {
        const line = parseLine(text);
        if (typeof line === "string") expect(Object.values(LineProblem)).toContain(line);
        else expect(line.fields.length).toBeGreaterThan(0);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ["m v=1", { measurement: "m", tags: [], fields: [["v", 1]], timestamp: undefined }],
    [
      "my\\ measure\\,ment,ta\\=g\\ a=val\\,ue v=-1.5e3,ok=T,off=f 12",
      {
        measurement: "my measure,ment",
        tags: [["ta=g a", "val,ue"]],
        fields: [
          ["v", -1500],
          ["ok", 1],
          ["off", 0],
        ],
        timestamp: 12n,
      },
    ],
    [
      'm s="a \\"b\\" c\\\\d, e=f",v=1i',
      {
        fields: [
          ["s", 'a "b" c\\d, e=f'],
          ["v", 1],
        ],
      },
    ],
    ["C:\\path\\x,a=b\\c v=1", { measurement: "C:\\path\\x", tags: [["a", "b\\c"]] }],
    ["m,a=b   v=1   -5  ", { tags: [["a", "b"]], timestamp: -5n }],
    [
      "m v=9223372036854775807i,u=18446744073709551615u",
      {
        fields: [
          ["v", 2 ** 63],
          ["u", 2 ** 64],
        ],
      },
    ],
    ["m=x v=1", { measurement: "m=x" }],
    ['m,tag="quoted" v=.5', { tags: [["tag", '"quoted"']], fields: [["v", 0.5]] }],
  ])("%s is understood", (line, expected) => {
    expect(parseLine(line)).toMatchObject(expected);
  });

  it.each([
    [",a=b v=1", LineProblem.measurement],
    ["m,a v=1", LineProblem.tag],
    ["m,=b v=1", LineProblem.tag],
    ["m,a= v=1", LineProblem.tag],
    ["m,a=b=c v=1", LineProblem.tag],
    ["m,a=1,a=2 v=1", LineProblem.tagTwice],
    ["m", LineProblem.fields],
    ["m ", LineProblem.fields],
    ["m 123", LineProblem.fields],
    ["m v=1,w", LineProblem.field],
    ["m v=1,", LineProblem.field],
    ['m s="a"b', LineProblem.field],
    ["m v=one", LineProblem.number],
    ["m v=NaN", LineProblem.number],
    ["m v=1.5i", LineProblem.number],
    ["m v=-1u", LineProblem.number],
    ["m v=", LineProblem.number],
    ["m v=9223372036854775808i", LineProblem.range],
    ["m v=18446744073709551616u", LineProblem.range],
    ['m s="open', LineProblem.string],
    ["m v=1 noon", LineProblem.timestamp],
    ["m v=1 1.5", LineProblem.timestamp],
    ["m v=1 1 2", LineProblem.timestamp],
  ])("%s is refused: %s", (line, problem) => {
    expect(parseLine(line)).toBe(problem);
  });
});
