const FIRST_SLOTS = 1 << 12;
const WORDS = 4;
/** Slots are looked up by a mix with this, so that nobody can choose pieces that crowd one place. */
const SECRET = Math.floor(Math.random() * 0xffff_ffff) | 1;

/**
 * A set of 128-bit keys, whole: two pieces are never taken for one another because a part of their hashes is the
 * same. Open addressing, 16 bytes a slot, no objects.
 */
export class PieceSet {
  size = 0;
  private slots = new Uint32Array(FIRST_SLOTS * WORDS);

  has(a: number, b: number, c: number, d: number): boolean {
    const at = this.slotOf(a >>> 0, b >>> 0, c >>> 0, d >>> 0);
    return this.isTaken(at);
  }

  /** Adds a key; true when it was not in the set before. */
  add(a: number, b: number, c: number, d: number): boolean {
    const at = this.slotOf(a >>> 0, b >>> 0, c >>> 0, d >>> 0);
    if (this.isTaken(at)) return false;
    this.slots[at] = a;
    this.slots[at + 1] = b;
    this.slots[at + 2] = c;
    this.slots[at + 3] = d;
    if (++this.size * 2 * WORDS > this.slots.length) this.grow();
    return true;
  }

  /** Empties the set; its room is kept for as many again, not for many times more. */
  clear(): void {
    if (this.size === 0) return;
    const wanted = Math.max(FIRST_SLOTS, 8 * this.size) * WORDS;
    this.size = 0;
    if (this.slots.length > wanted) this.slots = new Uint32Array(FIRST_SLOTS * WORDS);
    else this.slots.fill(0);
  }

  /** A key of zeros alone marks a free slot; no hash is that. */
  private isTaken(at: number): boolean {
    const { slots } = this;
    return (slots[at]! | slots[at + 1]! | slots[at + 2]! | slots[at + 3]!) !== 0;
  }

  /** Index of the key's slot, or of the free one where it belongs. */
  private slotOf(a: number, b: number, c: number, d: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    let mixed = Math.imul(a ^ SECRET, 0x9e3779b1) ^ Math.imul(b, SECRET);
    mixed ^= mixed >>> 15;
    let at = (mixed * WORDS) & mask & ~(WORDS - 1);
    while (
      this.isTaken(at) &&
      (slots[at] !== a || slots[at + 1] !== b || slots[at + 2] !== c || slots[at + 3] !== d)
    )
      at = (at + WORDS) & mask;
    return at;
  }

  private grow(): void {
    const { slots } = this;
    this.slots = new Uint32Array(slots.length * 2);
    for (let i = 0; i < slots.length; i += WORDS) {
      const [a, b, c, d] = [slots[i]!, slots[i + 1]!, slots[i + 2]!, slots[i + 3]!];
      if ((a | b | c | d) === 0) continue;
      const at = this.slotOf(a, b, c, d);
      this.slots[at] = a;
      this.slots[at + 1] = b;
      this.slots[at + 2] = c;
      this.slots[at + 3] = d;
    }
  }
}
