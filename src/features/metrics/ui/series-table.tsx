import { formatExact } from "#web/charts/model/units.ts";
import { Sparkline } from "#web/charts/sparkline.tsx";
import { figuresOf, type MetricChart } from "./model/metric-chart.ts";

/** Every line of a chart with its figures. */
export function SeriesTable({ chart, title }: { chart: MetricChart; title: string }) {
  return (
    <section
      aria-label={`${title}, figures`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="max-h-80 overflow-auto rounded-lg border border-border bg-surface"
    >
      <table className="w-full text-xs tabular-nums">
        <caption className="sr-only">{title}, figures</caption>
        <thead className="sticky top-0 bg-surface text-text-muted">
          <tr>
            <th scope="col" className="px-3 py-2 text-left font-medium">
              Series
            </th>
            <th scope="col" className="px-3 py-2 text-left font-medium max-sm:hidden">
              Course
            </th>
            {["Last", "Lowest", "Average", "Highest"].map((name) => (
              <th key={name} scope="col" className="px-3 py-2 text-right font-medium">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {chart.series.map((each) => {
            const { last, min, avg, max } = figuresOf(each.values);
            return (
              <tr key={each.id} className="border-t border-border hover:bg-surface-hover">
                <th
                  scope="row"
                  className="max-w-60 truncate px-3 py-1.5 text-left font-normal"
                  title={each.label}
                >
                  {each.label}
                </th>
                <td className="px-3 py-1.5 max-sm:hidden">
                  <Sparkline values={each.values} area={false} />
                </td>
                <td className="px-3 py-1.5 text-right whitespace-nowrap">{formatExact(last, chart.unit)}</td>
                <td className="px-3 py-1.5 text-right whitespace-nowrap">{formatExact(min, chart.unit)}</td>
                <td className="px-3 py-1.5 text-right whitespace-nowrap">{formatExact(avg, chart.unit)}</td>
                <td className="px-3 py-1.5 text-right whitespace-nowrap">{formatExact(max, chart.unit)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
