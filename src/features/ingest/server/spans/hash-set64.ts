const START_CAPACITY = 1 << 12;

/** A set of 64-bit hashes given as two unsigned 32-bit halves: open addressing, 8 bytes a slot, no objects. */
export class HashSet64 {
  size = 0;
  private highs = new Uint32Array(START_CAPACITY);
  private lows = new Uint32Array(START_CAPACITY);

  /** Whether the hash is in the set. */
  has(high: number, low: number): boolean {
    return this.lows[this.slotOf(high, low | 1)] !== 0;
  }

  /** Adds a hash; true when it was not in the set before. */
  add(high: number, low: number): boolean {
    // A low half of 0 marks a free slot, so the lowest bit is always set: 63 bits tell hashes apart.
    const marked = (low | 1) >>> 0;
    const slot = this.slotOf(high, marked);
    if (this.lows[slot] !== 0) return false;
    this.highs[slot] = high;
    this.lows[slot] = marked;
    if (++this.size * 2 > this.lows.length) this.grow();
    return true;
  }

  /** Index of the hash's slot, or of the free slot where it belongs. */
  private slotOf(high: number, markedLow: number): number {
    const mask = this.lows.length - 1;
    const low = markedLow >>> 0;
    let slot = (high ^ (low >>> 1)) & mask;
    while (this.lows[slot] !== 0 && (this.lows[slot] !== low || this.highs[slot] !== high))
      slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { highs, lows } = this;
    this.highs = new Uint32Array(lows.length * 2);
    this.lows = new Uint32Array(lows.length * 2);
    for (let i = 0; i < lows.length; i++) {
      if (lows[i] === 0) continue;
      const slot = this.slotOf(highs[i]!, lows[i]!);
      this.highs[slot] = highs[i]!;
      this.lows[slot] = lows[i]!;
    }
  }
}
