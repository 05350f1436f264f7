/** Bytes that identify a span: project, trace, span. */
export const SPAN_KEY_BYTES = 40;

/** A 64-bit hash as two unsigned halves; reused, so read it before the next call. */
export interface KeyHash {
  high: number;
  low: number;
}

/**
 * Hashes the identity at `offset` (project, trace id, span id) into `out`. Two lanes of
 * MurmurHash3's 32-bit mixing, seeded per process so that ids cannot be chosen to collide.
 */
export function hashSpanKey(ids: Buffer, offset: number, seed: number, out: KeyHash): void {
  let a = seed | 0;
  let b = (seed ^ 0x9e3779b9) | 0;
  for (let i = 0; i < SPAN_KEY_BYTES; i += 4) {
    const word =
      ids[offset + i]! |
      (ids[offset + i + 1]! << 8) |
      (ids[offset + i + 2]! << 16) |
      (ids[offset + i + 3]! << 24);
    let k = Math.imul(word, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    a ^= k;
    a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
    let m = Math.imul(word, 0x85ebca6b);
    m = Math.imul((m << 16) | (m >>> 16), 0xc2b2ae35);
    b ^= m;
    b = (Math.imul((b << 11) | (b >>> 21), 5) + 0x561ccd1b) | 0;
  }
  out.high = finish(a);
  out.low = finish(b);
}

function finish(hash: number): number {
  let h = hash ^ SPAN_KEY_BYTES;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
