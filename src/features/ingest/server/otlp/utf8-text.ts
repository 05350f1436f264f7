import { isUtf8 } from "node:buffer";

/** Below this length a loop in JavaScript beats the call into native code and the view it needs. */
const SHORT_BYTES = 96;

/** True when the bytes are valid UTF-8; short ASCII, the common case, is decided without a native call. */
export function isUtf8Range(bytes: Buffer, start: number, end: number): boolean {
  if (end - start <= SHORT_BYTES) {
    let pos = start;
    while (pos < end && bytes[pos]! < 0x80) pos++;
    if (pos === end) return true;
  }
  return isUtf8(bytes.subarray(start, end));
}

/** Largest offset ≤ `start + limit` that does not split a character. */
export function cutOffset(bytes: Buffer, start: number, end: number, limit: number): number {
  if (end - start <= limit) return end;
  let cut = start + limit;
  for (let back = 0; back < 3 && cut > start && (bytes[cut]! & 0xc0) === 0x80; back++) cut--;
  return cut;
}

/** Decodes at most `limit` bytes; invalid sequences become U+FFFD, what is cut off becomes `mark`. */
export function decodeText(bytes: Buffer, start: number, end: number, limit: number, mark = "…"): string {
  const cut = cutOffset(bytes, start, end, limit);
  const text = bytes.toString("utf8", start, cut);
  return cut === end ? text : text + mark;
}

/** The same limit for a text that is a string already; lone surrogates become U+FFFD, as in UTF-8. */
export function limitText(text: string, limit: number, mark = "…"): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  if (whole.length * 3 <= limit) return whole;
  const bytes = Buffer.from(whole);
  return bytes.length <= limit ? whole : decodeText(bytes, 0, bytes.length, limit, mark);
}
