import type { ChartSeries } from "../chart-types.ts";

type Values = readonly (number | null)[];

/** Times and values with the buckets in between that nobody sent: a line must not run across a gap. */
export interface GappedData {
  times: number[];
  /** One list per series, in their order. */
  values: (number | null)[][];
  previous: ((number | null)[] | null)[];
}

/** The smallest distance between two times; 0 with fewer than two. */
export function smallestStep(times: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < times.length; i++) {
    const step = times[i]! - times[i - 1]!;
    if (step > 0 && step < least) least = step;
  }
  return Number.isFinite(least) ? least : 0;
}

/** Puts one empty bucket into each hole of more than one and a half steps. */
export function withGaps(
  times: readonly number[],
  series: readonly Pick<ChartSeries, "values" | "previous">[],
  stepMs = smallestStep(times),
): GappedData {
  const data: GappedData = {
    times: [],
    values: series.map(() => []),
    previous: series.map((each) => (each.previous ? [] : null)),
  };
  const put = (time: number, index: number | null) => {
    data.times.push(time);
    series.forEach((each, s) => {
      data.values[s]!.push(index === null ? null : finite(each.values[index]));
      data.previous[s]?.push(index === null ? null : finite(each.previous?.[index]));
    });
  };
  times.forEach((time, index) => {
    const before = times[index - 1];
    if (before !== undefined && stepMs > 0 && time - before > 1.5 * stepMs) put(before + stepMs, null);
    put(time, index);
  });
  return data;
}

const finite = (value: number | null | undefined): number | null =>
  value === undefined || value === null || !Number.isFinite(value) ? null : value;

/**
 * Running sums from the first series to the last. A missing value counts as nothing; where all are missing the
 * sum is missing too.
 */
export function stack(values: readonly Values[]): (number | null)[][] {
  const length = values[0]?.length ?? 0;
  const sums: (number | null)[] = new Array(length).fill(null);
  for (let i = 0; i < length; i++) if (values.some((list) => list[i] !== null)) sums[i] = 0;
  return values.map((list) => {
    for (let i = 0; i < length; i++) if (sums[i] !== null) sums[i] = sums[i]! + (list[i] ?? 0);
    return [...sums];
  });
}

/** All of several lists as one; missing where all are. */
export function sumOf(values: readonly Values[]): (number | null)[] {
  return stack(values).at(-1) ?? [];
}

/** Least and largest of all values; both NaN without any. */
export function extentOf(lists: readonly Values[]): [number, number] {
  let min = Number.NaN;
  let max = Number.NaN;
  for (const list of lists) {
    for (const value of list) {
      if (value === null) continue;
      if (!(value >= min)) min = value;
      if (!(value <= max)) max = value;
    }
  }
  return [min, max];
}

/** Whether there is anything to draw. */
export function hasData(series: readonly Pick<ChartSeries, "values">[]): boolean {
  return series.some((each) => each.values.some((value) => value !== null && Number.isFinite(value)));
}
