const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const EQUALS = 0x3d;
const HASH = 0x23;

/** One line of a body: where it lies, and the number a person would give it. */
export interface LineRange {
  start: number;
  end: number;
  number: number;
}

/**
 * Splits line protocol into lines, without blank ones and comments. A string field may hold line breaks, so
 * quotes count where a field's value begins; one that is never closed ends with its line, and costs no other.
 */
export function* splitLines(body: Buffer): Generator<LineRange> {
  let start = 0;
  let number = 1;
  while (start < body.length) {
    const { end, breaks } = endOfLine(body, start);
    const first = skipBlanks(body, start, end);
    if (first < end && body[first] !== HASH) yield { start: first, end: trimEnd(body, first, end), number };
    start = end + 1;
    number += breaks + 1;
  }
}

/** Offset of the line break that ends the line, or of the end of the body, and how many breaks its strings hold. */
function endOfLine(body: Buffer, start: number): { end: number; breaks: number } {
  let firstBreak = -1;
  let breaks = 0;
  let inFields = false;
  let inString = false;
  const first = skipBlanks(body, start, body.length);
  const isComment = body[first] === HASH;
  for (let pos = start; pos < body.length; pos++) {
    const byte = body[pos]!;
    if (byte === NEWLINE) {
      if (!inString) return { end: pos, breaks };
      if (firstBreak < 0) firstBreak = pos;
      breaks++;
    } else if (isComment) continue;
    else if (byte === BACKSLASH && body[pos + 1] !== NEWLINE) pos++;
    else if (byte === SPACE && pos > first) inFields = true;
    else if (byte === QUOTE && inString) inString = false;
    else if (byte === QUOTE && inFields && body[pos - 1] === EQUALS) inString = true;
  }
  return inString && firstBreak >= 0 ? { end: firstBreak, breaks: 0 } : { end: body.length, breaks };
}

function skipBlanks(body: Buffer, start: number, end: number): number {
  let pos = start;
  while (pos < end && (body[pos] === SPACE || body[pos] === 0x09 || body[pos] === 0x0d)) pos++;
  return pos;
}

function trimEnd(body: Buffer, start: number, end: number): number {
  let stop = end;
  while (stop > start && (body[stop - 1] === SPACE || body[stop - 1] === 0x0d)) stop--;
  return stop;
}
