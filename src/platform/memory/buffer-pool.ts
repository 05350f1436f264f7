/** Smaller buffers are cheap to make and are left to the garbage collector. */
const LEAST_POOLED_BYTES = 64 * 1024;

/**
 * Keeps large buffers for their next use. Memory outside the heap makes V8 collect garbage early and often;
 * a busy ingest that allocated megabytes for every request would spend a tenth of its time there.
 * Buffers come in powers of two, so that they fit many uses, and hold whatever they held before.
 */
export class BufferPool {
  /** Bytes kept for later. */
  idleBytes = 0;
  private readonly maxIdleBytes: number;
  private readonly idle = new Map<number, Buffer[]>();

  /** `maxIdleBytes`: most bytes to keep while nobody uses them. */
  constructor(maxIdleBytes: number) {
    this.maxIdleBytes = maxIdleBytes;
  }

  /** A buffer of at least so many bytes. */
  take(bytes: number): Buffer {
    if (bytes < LEAST_POOLED_BYTES) return Buffer.allocUnsafeSlow(bytes);
    const size = 2 ** Math.ceil(Math.log2(bytes));
    const kept = this.idle.get(size)?.pop();
    if (!kept) return Buffer.allocUnsafeSlow(size);
    this.idleBytes -= size;
    return kept;
  }

  /** Takes a buffer back. The caller must not touch it, nor any view of it, afterwards. */
  giveBack(buffer: Buffer): void {
    const size = buffer.length;
    const pooled = size >= LEAST_POOLED_BYTES && Number.isInteger(Math.log2(size));
    if (!pooled || this.idleBytes + size > this.maxIdleBytes) return;
    const list = this.idle.get(size);
    if (list) list.push(buffer);
    else this.idle.set(size, [buffer]);
    this.idleBytes += size;
  }
}
