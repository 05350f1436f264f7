import { ChartFrame, chartStateOf } from "./chart-frame.tsx";
import type { BarItem, BarListProps } from "./chart-types.ts";
import { DeltaBadge } from "./delta-badge.tsx";
import { lookOf } from "./model/palette.ts";
import { formatExact, formatValue } from "./model/units.ts";

const ROW_PX = 30;
/** Rows a skeleton stands for. */
const LIKELY_ROWS = 5;

/** The largest of something, each with a bar as long as its share of the largest. A table in all but looks. */
export function BarList({
  title,
  items,
  unit = "count",
  better,
  bare,
  actions,
  className,
  ...state
}: BarListProps) {
  const shown = chartStateOf(state, title, items.length > 0, LIKELY_ROWS * ROW_PX);
  const largest = Math.max(0, ...items.map((item) => item.value));
  const compared = items.some((item) => item.previous !== undefined && item.previous !== null);
  return (
    <ChartFrame title={title} bare={bare} actions={actions} className={className}>
      {shown ?? (
        <table className="w-full table-fixed border-collapse">
          <caption className="sr-only">{title}</caption>
          <colgroup>
            <col />
            <col className="w-20" />
            {compared && <col className="w-18" />}
          </colgroup>
          <thead className="sr-only">
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Value</th>
              {compared && <th scope="col">Change</th>}
            </tr>
          </thead>
          <tbody>
            {items.map((item, index) => (
              <tr key={item.id} className="group/bar">
                <th scope="row" className="relative h-7.5 p-0 text-left font-normal">
                  <span
                    aria-hidden
                    className="absolute inset-y-0.5 left-0 rounded-sm opacity-20 group-hover/bar:opacity-30"
                    style={{
                      width: `${largest > 0 ? Math.max(0, (item.value / largest) * 100) : 0}%`,
                      background: `var(--color-${lookOf(index, item.color ?? 1, false).token})`,
                    }}
                  />
                  <span className="relative flex items-baseline gap-2 px-2">
                    <span className="min-w-0 truncate">
                      <Label item={item} />
                    </span>
                    {item.hint && <span className="shrink-0 text-xs text-text-muted">{item.hint}</span>}
                  </span>
                </th>
                <td
                  title={formatExact(item.value, unit)}
                  className="p-0 pl-2 text-right font-medium whitespace-nowrap tabular-nums"
                >
                  {formatValue(item.value, unit)}
                </td>
                {compared && (
                  <td className="p-0 pl-2 text-right">
                    <DeltaBadge value={item.value} previous={item.previous} better={better} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </ChartFrame>
  );
}

function Label({ item }: { item: BarItem }) {
  if (item.link) return item.link(item.label);
  if (item.onClick) {
    return (
      <button type="button" onClick={item.onClick} className="max-w-full truncate text-left hover:underline">
        {item.label}
      </button>
    );
  }
  return <span title={item.name}>{item.label}</span>;
}
