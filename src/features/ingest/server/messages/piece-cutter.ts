/** Values of fewer bytes stay with their span: a hash and a row elsewhere would cost more than they do. */
export const LEAST_CUT_BYTES = 64;

/** A piece has at least this many bytes, and 1/512 of what stands before it, which bounds the number of pieces. */
const LEAST_PIECE_BYTES = 64;
const POSITION_SHIFT = 9;

/**
 * A string of so many bytes is a piece of its own, without its quotes: the same text may stand alone elsewhere, as a
 * tool's result does that becomes a message, or an answer that is sent back with the next call.
 */
const LONG_TEXT_BYTES = 1024;

/** Lists are looked into this deep: `{"request":{"messages":[[…]]}}` is the deepest that is known of producers. */
const DEEPEST = 4;

const Other = 0;
const Quote = 1;
const Open = 2;
const Close = 3;
const Comma = 4;

/** What each byte means outside of strings. */
const MEANING = new Uint8Array(256);
MEANING[0x22] = Quote;
MEANING[0x5b] = MEANING[0x7b] = Open;
MEANING[0x5d] = MEANING[0x7d] = Close;
MEANING[0x2c] = Comma;

const LIST = 0x5b;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
/** Strings longer than this are skipped by a search in native code. */
const LONG_STRING = 24;

/**
 * Cuts a value into pieces so that values which begin alike have the same first pieces, as the messages of an agent
 * do that sends its whole history with every call. Fills `ends` with the end of each piece; the pieces, one after
 * the other, are the value, byte for byte.
 *
 * JSON is cut before the commas and closing brackets of its outer lists and of the objects around them: each
 * message, with the comma before it, is a piece. An object in a list stays whole but for long strings, which are
 * pieces wherever they stand. Everything else is one piece. The bytes are looked through once and nothing is parsed, so broken JSON is cut somewhere, and that is all.
 * Where to cut follows from the bytes before alone.
 */
export function cutPieces(bytes: Buffer, start: number, end: number, ends: number[]): void {
  ends.length = 0;
  if (MEANING[bytes[start]!] === Open) cutJson(bytes, start, end, ends);
  ends.push(end);
}

function cutJson(bytes: Buffer, start: number, end: number, ends: number[]): void {
  let pieceStart = start;
  /** Open containers whose elements are told apart, and in bits which of them are lists, the innermost lowest. */
  let outer = 0;
  let lists = 0;
  /** Open containers inside those. */
  let inner = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    const meaning = MEANING[byte];
    if (meaning === Other) continue;
    if (meaning === Quote) {
      const open = i;
      i = endOfString(bytes, open, end);
      const length = i - open - 1;
      if (length >= LONG_TEXT_BYTES && length >= (open - start) >> POSITION_SHIFT && i < end) {
        ends.push(open + 1, i);
        pieceStart = i;
      }
      continue;
    }
    if (meaning === Open) {
      if (inner === 0 && outer < DEEPEST && (byte === LIST || (lists & 1) === 0)) {
        outer++;
        lists = (lists << 1) | (byte === LIST ? 1 : 0);
      } else inner++;
      continue;
    }
    if (inner > 0) {
      if (meaning === Close) inner--;
      continue;
    }
    if (i - pieceStart >= LEAST_PIECE_BYTES) {
      // White space goes with what comes after it: before a comma there is mostly none, before a bracket a line.
      let cut = i;
      while (bytes[cut - 1]! <= SPACE) cut--;
      const length = cut - pieceStart;
      if (length >= LEAST_PIECE_BYTES && length >= (cut - start) >> POSITION_SHIFT) {
        ends.push(cut);
        pieceStart = cut;
      }
    }
    if (meaning === Close) {
      outer--;
      lists >>= 1;
      if (outer === 0) return;
    }
  }
}

/** Index of the quote that ends the string whose opening quote stands at `open`; `end` when it never ends. */
function endOfString(bytes: Buffer, open: number, end: number): number {
  const near = Math.min(end, open + LONG_STRING);
  let i = open + 1;
  for (; i < near; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) return i;
    if (byte === BACKSLASH) i++;
  }
  while (i < end) {
    const quote = bytes.indexOf(QUOTE, i);
    if (quote < 0 || quote >= end) return end;
    let escapes = quote;
    while (escapes > i && bytes[escapes - 1] === BACKSLASH) escapes--;
    if (((quote - escapes) & 1) === 0) return quote;
    i = quote + 1;
  }
  return end;
}
