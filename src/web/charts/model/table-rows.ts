import { formatAbsoluteTime } from "../../lib/format.ts";
import type { ChartSeries, Unit } from "../chart-types.ts";
import { formatExact } from "./units.ts";

export interface ChartTable {
  head: string[];
  /** Newest first. */
  rows: string[][];
  /** Rows left out at the old end. */
  cut: number;
}

const MAX_ROWS = 500;

/** A chart as a table: a row for each time, newest first, and a column for each series and its period before. */
export function tableOf(
  times: readonly number[],
  series: readonly ChartSeries[],
  unit: Unit,
  timeZone: string,
): ChartTable {
  const head = ["Time"];
  for (const each of series) {
    head.push(each.label);
    if (each.previous) head.push(`${each.label}, period before`);
  }
  const rows: string[][] = [];
  for (let i = times.length - 1; i >= 0 && rows.length < MAX_ROWS; i--) {
    const row = [formatAbsoluteTime(times[i]!, timeZone).slice(0, 19)];
    for (const each of series) {
      row.push(formatExact(each.values[i], unit));
      if (each.previous) row.push(formatExact(each.previous[i], unit));
    }
    rows.push(row);
  }
  return { head, rows, cut: times.length - rows.length };
}

/** The whole chart as CSV (RFC 4180) with plain numbers, oldest first, times in RFC 3339. */
export function csvOf(times: readonly number[], series: readonly ChartSeries[]): string {
  const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const head = [
    "time",
    ...series.flatMap((each) => [each.label, ...(each.previous ? [`${each.label}, period before`] : [])]),
  ];
  const lines = times.map((time, i) => [
    new Date(time).toISOString(),
    ...series.flatMap((each) => [
      String(each.values[i] ?? ""),
      ...(each.previous ? [String(each.previous[i] ?? "")] : []),
    ]),
  ]);
  return `${[head, ...lines].map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}
