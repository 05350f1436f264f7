import type { JsonRange } from "./json-scanner.ts";

/** Digits that may be more than a double holds; a match inside a string only costs time. */
const LONG_NUMBER = /[:,[]\s*-?\d{16}/;

/**
 * Parses the JSON value in a byte range. Integers beyond 2^53 that were sent as numbers become bigints,
 * since times and ids of some hand-written exporters are.
 * @throws SyntaxError when the text is not JSON
 */
export function parseExact(bytes: Buffer, range: JsonRange): unknown {
  const text = bytes.toString("utf8", range.start, range.end);
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  try {
    return JSON.parse(text, exactInteger);
  } catch (error) {
    // A reviver walks the value recursively, so deep nesting ends its stack where plain parsing would not.
    if (error instanceof RangeError) return JSON.parse(text);
    throw error;
  }
}

function exactInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? "";
  return /^-?\d{16,20}$/.test(source) ? BigInt(source) : value;
}
