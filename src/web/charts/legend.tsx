import { useState } from "react";
import { cx } from "../lib/cx.ts";
import type { ChartSeries, Unit } from "./chart-types.ts";
import { lookOf, type SeriesLook } from "./model/palette.ts";
import { formatValue } from "./model/units.ts";
import { type CursorStore, useCursorIndex } from "./plot/cursor-store.ts";
import type { PlotModel } from "./plot/plot-model.ts";

/** More than this many names are folded away. */
const SHOWN = 12;

/** What is hidden after a click on a name: that series; with Ctrl or ⌘ all others, or none if they were. */
export function hiddenAfter(
  ids: readonly string[],
  hidden: ReadonlySet<string>,
  id: string,
  alone: boolean,
): ReadonlySet<string> {
  if (alone) {
    const others = ids.filter((one) => one !== id);
    return others.every((one) => hidden.has(one)) && !hidden.has(id) ? new Set() : new Set(others);
  }
  const next = new Set(hidden);
  if (!next.delete(id)) next.add(id);
  // An empty chart tells nothing: hiding the last one shows all.
  return ids.every((one) => next.has(one)) ? new Set() : next;
}

interface LegendProps {
  title: string;
  times: readonly number[];
  series: readonly ChartSeries[];
  model: PlotModel;
  unit: Unit;
  patterns: boolean;
  hidden: ReadonlySet<string>;
  cursor: CursorStore;
  onHidden: (hidden: ReadonlySet<string>) => void;
  onFocus: (id: string | null) => void;
}

/** The names of the series: a click hides or shows one, Ctrl or ⌘ shows it alone, pointing at it fades the rest. */
export function Legend(props: LegendProps) {
  const { series, hidden, onHidden, onFocus } = props;
  const [all, setAll] = useState(false);
  const ids = series.map((each) => each.id);
  const shown = all ? series : series.slice(0, SHOWN);
  return (
    <ul
      aria-label={`Series of ${props.title}`}
      className="mt-1.5 flex flex-wrap gap-x-1 gap-y-0.5 px-1 text-xs"
    >
      {shown.map((each, index) => (
        <li key={each.id} className="min-w-0">
          <button
            type="button"
            aria-pressed={!hidden.has(each.id)}
            title="Hide or show; with Ctrl or ⌘ show alone"
            onClick={(event) => onHidden(hiddenAfter(ids, hidden, each.id, event.ctrlKey || event.metaKey))}
            onPointerEnter={() => onFocus(each.id)}
            onPointerLeave={() => onFocus(null)}
            onFocus={() => onFocus(each.id)}
            onBlur={() => onFocus(null)}
            className="flex h-6 max-w-full items-center gap-1.5 rounded-sm px-1.5 text-text-muted hover:bg-surface-hover"
          >
            <Mark look={lookOf(index, each.color, props.patterns)} off={hidden.has(each.id)} />
            <span className={cx("truncate", hidden.has(each.id) && "line-through")}>{each.label}</span>
            {!hidden.has(each.id) && <CursorValue {...props} id={each.id} />}
          </button>
        </li>
      ))}
      {series.length > SHOWN && (
        <li>
          <button
            type="button"
            aria-expanded={all}
            onClick={() => setAll(!all)}
            className="h-6 rounded-sm px-1.5 text-accent hover:underline"
          >
            {all ? "Fewer" : `${series.length - SHOWN} more`}
          </button>
        </li>
      )}
    </ul>
  );
}

/** The value under the cursor, in every chart that follows it. */
function CursorValue({ id, model, unit, cursor }: LegendProps & { id: string }) {
  const index = useCursorIndex(cursor);
  if (index === null) return null;
  const layer = model.layers.find((each) => each.role === "current" && each.id === id);
  return <span className="font-medium text-text tabular-nums">{formatValue(layer?.told[index], unit)}</span>;
}

/** A short piece of the line as it is drawn. */
function Mark({ look, off }: { look: SeriesLook; off: boolean }) {
  return (
    <svg aria-hidden="true" width="16" height="8" className={cx("shrink-0", off && "opacity-30")}>
      <line
        x1="1"
        x2="15"
        y1="4"
        y2="4"
        stroke={`var(--color-${look.token})`}
        strokeWidth="3"
        strokeLinecap={look.dash.length > 0 || look.hatch > 0 ? "butt" : "round"}
        strokeDasharray={look.dash.length > 0 ? look.dash.join(" ") : look.hatch > 0 ? "2 1.5" : undefined}
      />
    </svg>
  );
}
