/** Encoded rows one after another, with where each begins. */
export interface EncodedRows {
  readonly size: number;
  readonly offsets: readonly number[];
  rows(): Buffer;
}

/** Appends a batch's rows without the ones left out, as few slices as possible. */
export function collectRows(
  batch: EncodedRows,
  leftOut: ReadonlySet<number> | undefined,
  chunks: Buffer[],
): void {
  if (batch.size === 0 || leftOut?.size === batch.size) return;
  const rows = batch.rows();
  let start = 0;
  for (const index of [...(leftOut ?? [])].sort((a, b) => a - b)) {
    const at = batch.offsets[index]!;
    if (at > start) chunks.push(rows.subarray(start, at));
    start = batch.offsets[index + 1] ?? rows.length;
  }
  if (start < rows.length) chunks.push(rows.subarray(start));
}
