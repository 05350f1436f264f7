import { formatMinute } from "../../lib/format.ts";
import type { ChartKind, ChartSeries, Unit } from "../chart-types.ts";
import { formatValue } from "./units.ts";

/** Series told one by one; the rest is counted. */
const MAX_TOLD = 6;
/** A change of less than this share is no trend. */
const STEADY = 0.1;

const KIND_WORDS: Record<ChartKind, string> = { line: "Line", area: "Area", bars: "Bar" };

/** Whether the last third of the values lies above the first, by their means. */
export function trendOf(values: readonly (number | null)[]): "rising" | "falling" | "steady" {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (known.length < 3) return "steady";
  const third = Math.max(1, Math.floor(known.length / 3));
  const mean = (list: number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const first = mean(known.slice(0, third));
  const last = mean(known.slice(-third));
  const change = (last - first) / Math.max(Math.abs(first), Math.abs(last), Number.MIN_VALUE);
  return change > STEADY ? "rising" : change < -STEADY ? "falling" : "steady";
}

/** `lowest 0, highest 12 (2026-11-20 14:05), last 3, falling`. */
function told(times: readonly number[], values: ChartSeries["values"], unit: Unit, timeZone: string): string {
  let low = -1;
  let high = -1;
  let last = -1;
  values.forEach((value, index) => {
    if (value === null || !Number.isFinite(value)) return;
    if (low < 0 || value < values[low]!) low = index;
    if (high < 0 || value > values[high]!) high = index;
    last = index;
  });
  if (last < 0) return "no values";
  const at = ` (${formatMinute(times[high] ?? Number.NaN, timeZone)})`;
  return [
    `lowest ${formatValue(values[low], unit)}`,
    `highest ${formatValue(values[high], unit)}${at}`,
    `last ${formatValue(values[last], unit)}`,
    trendOf(values),
  ].join(", ");
}

/** What a chart shows, for those who do not see it: the stretch of time, then each series in one sentence. */
export function describeChart(
  chart: {
    kind: ChartKind;
    stacked: boolean;
    times: readonly number[];
    series: readonly ChartSeries[];
    unit: Unit;
  },
  timeZone: string,
): string {
  const { times, series, unit } = chart;
  const sentences: string[] = [];
  const kind = `${chart.stacked && series.length > 1 ? "Stacked " : ""}${KIND_WORDS[chart.kind]} chart`;
  const name =
    chart.stacked && series.length > 1 ? kind.replace(/ (\w)/, (letter) => letter.toLowerCase()) : kind;
  sentences.push(
    times.length === 0
      ? `${name} without data.`
      : `${name} from ${formatMinute(times[0]!, timeZone)} to ${formatMinute(times.at(-1)!, timeZone)}.`,
  );
  for (const each of series.slice(0, MAX_TOLD)) {
    sentences.push(`${each.label}: ${told(times, each.values, unit, timeZone)}.`);
  }
  if (series.length > MAX_TOLD) sentences.push(`And ${series.length - MAX_TOLD} more series.`);
  return sentences.join(" ");
}
