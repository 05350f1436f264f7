/** Value of a hexadecimal digit by its character code; 255 for any other character. */
const HEX = new Uint8Array(128).fill(255);
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** What an id in JSON turned out to be. */
export type IdKind = "given" | "zero" | "absent" | "invalid";

/**
 * Reads a trace or span id into `into`: hexadecimal in any case, as OTLP/JSON writes it, or base64 of the
 * right length, which emitters send that use proto3's general JSON mapping.
 */
export function readId(value: unknown, into: Buffer): IdKind {
  if (value === undefined || value === null || value === "") return "absent";
  if (typeof value !== "string") return "invalid";
  const read = value.length === into.length * 2 ? readHex(value, into) : readBase64(value, into);
  if (!read) return "invalid";
  return into.some((byte) => byte !== 0) ? "given" : "zero";
}

function readHex(text: string, into: Buffer): boolean {
  for (let i = 0; i < into.length; i++) {
    const high = HEX[text.charCodeAt(2 * i)] ?? 255;
    const low = HEX[text.charCodeAt(2 * i + 1)] ?? 255;
    if (high === 255 || low === 255) return false;
    into[i] = (high << 4) | low;
  }
  return true;
}

function readBase64(text: string, into: Buffer): boolean {
  const digits = text.replace(/=+$/, "");
  if (digits.length !== Math.ceil((into.length * 4) / 3) || !/^[A-Za-z0-9+/_-]+$/.test(digits)) return false;
  Buffer.from(digits, "base64").copy(into);
  return true;
}
