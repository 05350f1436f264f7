import type { Labels } from "./metrics/metric-point.ts";

/** Label text of all points of one request: about a second of hashing, and far beyond any sender's batch. */
const MAX_LABEL_BYTES_PER_REQUEST = 256 * 1024 * 1024;

/** Why a point is refused that the budget has no room for. */
export const TOO_MUCH_LABEL_TEXT = "there is too much label text in one request: send smaller batches";

/**
 * Bounds the label text that one request can make the server hash. Labels that stand once in a request can
 * count for a million points, so the size of the body bounds nothing.
 */
export class LabelBudget {
  private left: number;
  private last: Labels | undefined;
  private lastLength = 0;

  constructor(bytes = MAX_LABEL_BYTES_PER_REQUEST) {
    this.left = bytes;
  }

  /** Takes what a point with these labels costs; false when that is more than is left. */
  take(labels: Labels): boolean {
    if (labels !== this.last) {
      this.last = labels;
      this.lastLength = labels.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
    }
    this.left -= this.lastLength;
    return this.left >= 0;
  }
}
