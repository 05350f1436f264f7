import { BufferPool } from "#platform/memory/buffer-pool.ts";
import { GrowingBytes } from "./growing-bytes.ts";
import type { NativeColumn } from "./native-column.ts";

/** Room that encoded blocks leave to the blocks after them. */
const POOLED_BYTES = 32 * 1024 * 1024;

const pool = new BufferPool(POOLED_BYTES);

/** A copy that may be longer than what it was made from; give it back when nobody reads it any more. */
export function pooledCopy(bytes: Buffer): Buffer {
  const copy = pool.take(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** Gives a `pooledCopy` to later ones. */
export function giveBack(copy: Buffer): void {
  pool.giveBack(copy);
}

/** Encoding is synchronous, so one buffer serves all blocks; each block is copied out of it once. */
const scratch = new GrowingBytes();

/** A block of rows in the Native format; several may follow one another in one insert. */
export class NativeBlock {
  private buffer: Buffer;
  private readonly size: number;

  /** Encodes columns of equal length, by name, and leaves them as they are. */
  constructor(columns: readonly (readonly [name: string, column: NativeColumn])[]) {
    scratch.clear();
    scratch.varint(columns.length);
    scratch.varint(columns[0]?.[1].rows ?? 0);
    for (const [name, column] of columns) {
      scratch.text(name);
      scratch.text(column.type);
      column.writePrefix(scratch);
      column.writeData(scratch);
    }
    this.size = scratch.length;
    this.buffer = pool.take(this.size);
    scratch.bytes.copy(this.buffer, 0, 0, this.size);
  }

  /** The encoded block; valid until `release`. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.size);
  }

  get byteLength(): number {
    return this.size;
  }

  /** Gives the memory to later blocks, once nobody reads `bytes()` any more. */
  release(): void {
    pool.giveBack(this.buffer);
    this.buffer = Buffer.alloc(0);
  }
}
