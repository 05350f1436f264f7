import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutPieces } from "./piece-cutter.ts";

/** The pieces of a value that lies somewhere inside other bytes. */
function piecesOf(value: Buffer | string): string[] {
  const bytes = Buffer.concat([Buffer.from('["'), Buffer.from(value), Buffer.from('"],"')]);
  const ends: number[] = [];
  cutPieces(bytes, 2, bytes.length - 4, ends);
  let from = 2;
  return ends.map((end) => {
    const piece = bytes.toString("latin1", from, end);
    from = end;
    return piece;
  });
}

const latin1 = (value: Buffer | string) => Buffer.from(value).toString("latin1");
const say = (role: string, content: string) => ({ role, content });
const long = (word: string) => `${word} `.repeat(20);

const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme", minLength: 30 }));
const message = fc.oneof(
  fc.record({ role: fc.constantFrom("user", "assistant", "tool"), content: text }),
  fc.record({ role: fc.string(), parts: fc.array(fc.record({ type: fc.string(), content: fc.json() })) }),
);
/** Ways in which producers write a history. */
const writings: ((history: readonly unknown[]) => string)[] = [
  (history) => JSON.stringify(history),
  (history) => JSON.stringify({ system: "You are an agent.", messages: history }),
  (history) => JSON.stringify({ messages: [history] }),
  (history) => JSON.stringify({ request: { model: "m", messages: history }, stream: true }),
  (history) => JSON.stringify(history, null, 2),
];

describe("cutting a value into pieces", () => {
  it("loses and changes no byte, whatever the bytes are", () => {
    const structural = fc.constantFrom("[", "]", "{", "}", ",", '"', "\\", '\\"', ":", "x".repeat(70), "ä");
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
      fc.array(structural, { maxLength: 200 }).map((parts) => Buffer.from(`[${parts.join("")}`)),
      fc.json({ maxDepth: 8 }).map((json) => Buffer.from(json)),
      fc.array(message, { maxLength: 20 }).map((history) => Buffer.from(JSON.stringify(history))),
    );
    fc.assert(
      fc.property(value, (bytes) => {
        const pieces = piecesOf(bytes);
        expect(pieces.join("")).toBe(latin1(bytes));
        expect(pieces.length).toBeLessThan(3 + bytes.length / 64);
      }),
      { numRuns: 2_000 },
    );
  });

  it("gives values that begin alike the same pieces, as far as they are alike", () => {
    const histories = fc.tuple(
      fc.array(message, { minLength: 1, maxLength: 12 }),
      fc.array(message, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...writings),
    );
    fc.assert(
      fc.property(histories, ([before, more, write]) => {
        const early = latin1(write(before));
        const late = latin1(write([...before, ...more]));
        let alike = 0;
        while (early[alike] === late[alike]) alike++;
        const latePieces = piecesOf(Buffer.from(late, "latin1"));
        let end = 0;
        for (const [i, piece] of piecesOf(Buffer.from(early, "latin1")).entries()) {
          end += piece.length;
          // A cut is decided by the comma or bracket that follows, with white space before it.
          if (end + early.slice(end).search(/[^\0- ]/) >= alike) break;
          expect(latePieces[i]).toBe(piece);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(writings)(
    "shares all but the last of long messages with a history that is longer (%#)",
    (write) => {
      const history = Array.from({ length: 12 }, (_, i) => say("user", long(`word${i}`)));
      const early = piecesOf(write(history.slice(0, 8)));
      const late = piecesOf(write(history));
      expect(late.length).toBe(early.length + 4);
      expect(late.slice(0, 8)).toEqual(early.slice(0, 8));
    },
  );

  it("cuts between messages and not inside them", () => {
    const history = [say("user", long("one")), say("assistant", long("two")), say("user", long("three"))];
    const [one, two, three] = history.map((each) => JSON.stringify(each));
    expect(piecesOf(JSON.stringify(history))).toEqual([`[${one}`, `,${two}`, `,${three}`, "]"]);
    expect(piecesOf(JSON.stringify({ messages: [history] }))).toEqual([
      `{"messages":[[${one}`,
      `,${two}`,
      `,${three}`,
      "]]}",
    ]);
  });

  it("makes a long text one piece wherever it stands, and the same one where it stands alone", () => {
    const result = "found a page ".repeat(100);
    expect(piecesOf(result)).toEqual([result]);
    expect(piecesOf(JSON.stringify([say("tool", result), say("user", long("so"))]))).toEqual([
      '[{"role":"tool","content":"',
      result,
      `"},${JSON.stringify(say("user", long("so")))}`,
      "]",
    ]);
    expect(piecesOf(JSON.stringify({ text: result }))).toEqual(['{"text":"', result, '"}']);
  });

  it("parts a long system prompt from the messages after it", () => {
    const prompt = JSON.stringify({ system: long("rule"), messages: [say("user", long("hello"))] });
    expect(piecesOf(prompt)[0]).toBe(`{"system":${JSON.stringify(long("rule"))}`);
  });

  it.each([
    ["plain text", "So long, and thanks for all the fish, [they said], {twice}".repeat(3)],
    ["a text in quotes", JSON.stringify("a, b, [c], ".repeat(20))],
    [
      "an object in a list, however long",
      JSON.stringify([{ a: [long("x"), long("y")], b: long("z") }]).slice(0, -1),
    ],
    ["a string that never ends", `["${"a,[".repeat(100)}`],
  ])("leaves %s whole", (_what, value) => {
    expect(piecesOf(value)).toEqual([latin1(value)]);
  });

  it("makes few pieces of a list that is endless", () => {
    const numbers = JSON.stringify(Array.from({ length: 1_000_000 }, (_, i) => i));
    expect(piecesOf(numbers).length).toBeLessThan(4_000);
  });

  it("takes time in proportion to the bytes of hostile content", () => {
    const hostile = [
      `[${'"\\'.repeat(500_000)}`,
      "[".repeat(1_000_000),
      `[${'"",'.repeat(400_000)}`,
      `[${"}".repeat(1_000_000)}`,
      `{${'"\\\\'.repeat(400_000)}`,
    ];
    for (const value of hostile) {
      const startedAt = performance.now();
      expect(piecesOf(value).join("").length).toBe(value.length);
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    }
  });
});
