import { useMemo } from "react";
import { formatCount } from "../lib/format.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import type { ChartSeries, Unit } from "./chart-types.ts";
import { csvOf, tableOf } from "./model/table-rows.ts";

/** A chart's numbers, newest first, with all of them to copy as CSV. */
export function ChartTable({
  title,
  times,
  series,
  unit,
  timeZone,
  height,
}: {
  title: string;
  times: readonly number[];
  series: readonly ChartSeries[];
  unit: Unit;
  timeZone: string;
  height: number;
}) {
  const table = useMemo(() => tableOf(times, series, unit, timeZone), [times, series, unit, timeZone]);
  return (
    <>
      <section
        aria-label={`${title}, table`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        className="overflow-auto"
        style={{ height }}
      >
        <table className="w-full border-collapse text-xs tabular-nums">
          <caption className="sr-only">{title}</caption>
          <thead className="sticky top-0 bg-surface">
            <tr>
              {table.head.map((name, column) => (
                <th
                  key={name}
                  scope="col"
                  className={`border-b border-border px-2 py-1.5 font-medium whitespace-nowrap text-text-muted ${column === 0 ? "text-left" : "text-right"}`}
                >
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row) => (
              <tr key={row[0]} className="hover:bg-surface-hover">
                {row.map((cell, column) =>
                  column === 0 ? (
                    <th
                      key={table.head[column]}
                      scope="row"
                      className="px-2 py-1 text-left font-normal whitespace-nowrap text-text-muted"
                    >
                      {cell}
                    </th>
                  ) : (
                    <td key={table.head[column]} className="px-2 py-1 text-right whitespace-nowrap">
                      {cell}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <div className="mt-1 flex items-center justify-between gap-2 text-xs text-text-muted">
        <span>{table.cut > 0 ? `${formatCount(table.cut, "earlier row")} not shown` : ""}</span>
        <CopyButton text={() => csvOf(times, series)} label="Copy all as CSV" withLabel variant="ghost" />
      </div>
    </>
  );
}
