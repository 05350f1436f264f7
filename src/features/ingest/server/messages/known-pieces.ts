import { PieceSet } from "./piece-set.ts";
import { weekOf } from "./piece-week.ts";

/** Pieces per generation; two are kept, at 32 bytes a piece: 64 MB when both are full. */
const GENERATION_SIZE = 1_000_000;

/**
 * Remembers which pieces are certainly stored with this week's date, so that they need not be written again. What is
 * not remembered is written again, which is harmless. A piece in use stays: finding it in the older generation moves
 * it into the younger one. Keys are a piece's hash mixed with its project.
 */
export class KnownPieces {
  private young = new PieceSet();
  private old = new PieceSet();
  private week = 0;
  private readonly generationSize: number;

  constructor(generationSize = GENERATION_SIZE) {
    this.generationSize = generationSize;
  }

  /** To be called before a batch is looked up: with a new week all pieces are due again. */
  enterWeekOf(nowMs: number): void {
    const week = weekOf(nowMs);
    // A clock set back leaves what was written with a later date good enough.
    if (week <= this.week) return;
    this.week = week;
    this.young = new PieceSet();
    this.old = new PieceSet();
  }

  has(a: number, b: number, c: number, d: number): boolean {
    if (this.young.has(a, b, c, d)) return true;
    if (this.old.size === 0 || !this.old.has(a, b, c, d)) return false;
    this.add(a, b, c, d);
    return true;
  }

  add(a: number, b: number, c: number, d: number): void {
    if (this.young.size >= this.generationSize) {
      this.old = this.young;
      this.young = new PieceSet();
    }
    this.young.add(a, b, c, d);
  }
}
