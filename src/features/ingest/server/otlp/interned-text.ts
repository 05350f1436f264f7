import { decodeText } from "./utf8-text.ts";

/** Texts that share a hash may sit in so many places; a fuller set replaces one of them. */
const WAYS = 4;

/**
 * Gives the same short ASCII bytes the same JavaScript string again without decoding them: attribute keys
 * and span names repeat from span to span. A set-associative cache, so a sender with endless distinct keys,
 * or with colliding ones, costs a decode per key and never more memory than the table. Texts also tend to
 * come in the same order again: the one that followed last time is compared before anything is hashed.
 */
export class InternedText {
  private readonly entries: string[];
  private readonly mask: number;
  private readonly longest: number;
  /** By the index of a text: the index of the text that was read after it last time. */
  private readonly followers: Int32Array;
  private last = 0;
  private victim = 0;

  /** @param sets power of two; the table holds four texts per set, of at most `longest` bytes. */
  constructor(sets: number, longest: number) {
    this.entries = new Array<string>(sets * WAYS).fill("");
    this.followers = new Int32Array(sets * WAYS);
    this.mask = sets - 1;
    this.longest = longest;
  }

  /** The text between two offsets, which must not be longer than `limit` bytes to stay uncut. */
  read(bytes: Buffer, start: number, end: number, limit: number): string {
    const length = end - start;
    if (length === 0) return "";
    if (length > this.longest) return decodeText(bytes, start, end, limit);
    const follower = this.followers[this.last]!;
    const expected = this.entries[follower]!;
    if (expected.length === length && matches(expected, bytes, start)) {
      this.last = follower;
      return expected;
    }
    let hash = length;
    for (let pos = start; pos < end; pos++) hash = (Math.imul(hash, 31) + bytes[pos]!) | 0;
    hash ^= hash >>> 15;
    const set = (hash & this.mask) * WAYS;
    for (let way = 0; way < WAYS; way++) {
      const entry = this.entries[set + way]!;
      if (entry.length === length && matches(entry, bytes, start)) {
        this.follow(set + way);
        return entry;
      }
    }
    const text = decodeText(bytes, start, end, limit);
    if (text.length === length && isAscii(bytes, start, end)) this.keep(set, text);
    return text;
  }

  private keep(set: number, text: string): void {
    for (let way = 0; way < WAYS; way++) {
      if (this.entries[set + way] === "") {
        this.entries[set + way] = text;
        this.follow(set + way);
        return;
      }
    }
    this.victim = (this.victim + 1) % WAYS;
    this.entries[set + this.victim] = text;
    this.follow(set + this.victim);
  }

  private follow(index: number): void {
    this.followers[this.last] = index;
    this.last = index;
  }
}

/** True when an ASCII text of the same length has these bytes. */
function matches(text: string, bytes: Buffer, start: number): boolean {
  for (let i = text.length - 1; i >= 0; i--) {
    if (text.charCodeAt(i) !== bytes[start + i]) return false;
  }
  return true;
}

function isAscii(bytes: Buffer, start: number, end: number): boolean {
  for (let pos = start; pos < end; pos++) if (bytes[pos]! >= 0x80) return false;
  return true;
}

/** Attribute keys of every sender. */
export const attributeKeys = new InternedText(16_384, 256);
/** Names of spans, events, scopes and services. */
export const spanNames = new InternedText(4_096, 256);
/** Values of metric labels. */
export const labelValues = new InternedText(16_384, 128);
