/** When a group is closed and written, whichever comes first, and how large it may have grown by then. */
export interface GroupLimits {
  /** Milliseconds the first batch waits for others. */
  maxDelayMs: number;
  /** Bytes and rows that end the wait. */
  maxBytes: number;
  maxRows: number;
  /** Most bytes of one write, when more gathered during the write before: fewer, larger parts merge for less. */
  maxWriteBytes: number;
  /**
   * Most milliseconds that what gathered during a write waits for more after it, which is otherwise a quarter of
   * what the write took: those it answered send again, and one write of all costs less than two of half. 0 unless told.
   */
  maxGatherMs?: number;
}

const GATHER_SHARE = 0.25;

export const DEFAULT_GROUP_LIMITS: GroupLimits = {
  maxDelayMs: 20,
  maxBytes: 5_000_000,
  maxRows: 20_000,
  maxWriteBytes: 16_000_000,
  maxGatherMs: 50,
};

/** What can be grouped: it has a size in rows and bytes. */
export interface Groupable {
  readonly size: number;
  readonly byteLength: number;
}

/**
 * Thrown by a write that the store will not take as it is. Which batch is at fault is not known, so each is
 * then written alone, and one bad batch does not cost its neighbours.
 */
export class GroupRefusedError extends Error {
  override readonly name = "GroupRefusedError";
  /** What the submitter of the batch at fault is told. */
  readonly reason: Error;

  constructor(reason: Error) {
    super(reason.message, { cause: reason });
    this.reason = reason;
  }
}

/**
 * Collects the batches of concurrent requests and writes them together, one group after another, because
 * a store's cost per insert is high and per row low. `submit` resolves when the group is durable. While a
 * group is being written the next one fills, so under load groups grow and the cost per row falls.
 */
export class GroupCommit<T extends Groupable> {
  private waiting: { batch: T; resolve: () => void; reject: (error: unknown) => void }[] = [];
  private waitingRows = 0;
  private waitingBytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private readonly write: (group: readonly T[]) => Promise<void>;
  private readonly limits: GroupLimits;

  constructor(write: (group: readonly T[]) => Promise<void>, limits: GroupLimits = DEFAULT_GROUP_LIMITS) {
    this.write = write;
    this.limits = limits;
  }

  /** Resolves when the batch is durable; rejects with the error of the write. */
  submit(batch: T): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.waiting.push({ batch, resolve, reject });
      this.waitingRows += batch.size;
      this.waitingBytes += batch.byteLength;
      this.schedule();
    });
  }

  /** Resolves when everything submitted so far has been written or has failed. */
  async drain(): Promise<void> {
    while (this.waiting.length > 0 || this.writing) {
      this.flush();
      await this.writing;
    }
  }

  private schedule(): void {
    if (this.writing) return;
    if (this.isFull()) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), this.limits.maxDelayMs);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.writing || this.waiting.length === 0) return;
    const group = this.takeGroup();
    const startedAt = performance.now();
    this.writing = this.writeGroup(group).finally(() => {
      this.writing = undefined;
      this.flushSoon(performance.now() - startedAt);
    });
  }

  /** What gathered during a write has waited already, and waits only as long as it is worth it. */
  private flushSoon(writeMs: number): void {
    const gatherMs = Math.min(this.limits.maxGatherMs ?? 0, writeMs * GATHER_SHARE);
    if (gatherMs < 1 || this.isFull()) this.flush();
    else if (this.waiting.length > 0) this.timer ??= setTimeout(() => this.flush(), gatherMs);
  }

  private isFull(): boolean {
    return this.waitingRows >= this.limits.maxRows || this.waitingBytes >= this.limits.maxBytes;
  }

  /** The oldest batches up to the limits, at least one. */
  private takeGroup(): typeof this.waiting {
    let rows = 0;
    let bytes = 0;
    let count = 0;
    while (count < this.waiting.length) {
      const { batch } = this.waiting[count]!;
      if (
        count > 0 &&
        (rows + batch.size > this.limits.maxRows || bytes + batch.byteLength > this.limits.maxWriteBytes)
      )
        break;
      rows += batch.size;
      bytes += batch.byteLength;
      count++;
    }
    this.waitingRows -= rows;
    this.waitingBytes -= bytes;
    return this.waiting.splice(0, count);
  }

  private async writeGroup(group: typeof this.waiting): Promise<void> {
    try {
      await this.write(group.map((entry) => entry.batch));
      for (const entry of group) entry.resolve();
    } catch (error) {
      if (group.length > 1 && error instanceof GroupRefusedError) {
        for (const entry of group) await this.writeGroup([entry]);
      } else {
        for (const entry of group) entry.reject(error instanceof GroupRefusedError ? error.reason : error);
      }
    }
  }
}
