import type uPlot from "uplot";
import { formatAbsoluteTime } from "../../lib/format.ts";
import { formatExact } from "../model/units.ts";
import { tooltipRows } from "./plot-model.ts";
import { tokenColour } from "./theme.ts";
import type { UplotChartProps } from "./uplot-chart.tsx";

const MAX_ROWS = 12;

function part(className: string, text = ""): HTMLElement {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}

/** The box beside the cursor. Built by hand: it moves with every pointer event, which is no work for React. */
export function createTooltip(
  element: HTMLElement,
  latest: () => UplotChartProps,
): { show(u: uPlot, index: number | null): void; remove(): void } {
  const box = document.createElement("div");
  box.className =
    "pointer-events-none absolute z-20 hidden w-max max-w-[min(22rem,90%)] rounded-md border border-border bg-surface " +
    "px-2.5 py-1.5 text-xs shadow-pop";
  box.setAttribute("aria-hidden", "true");
  element.append(box);
  let shownIndex: number | null = null;
  let shownModel: unknown = null;

  const fill = (index: number) => {
    const { model, unit, timeZone } = latest();
    if (shownIndex === index && shownModel === model) return;
    shownIndex = index;
    shownModel = model;
    const time = part(
      "mb-1 block text-text-muted tabular-nums",
      formatAbsoluteTime(model.times[index]!, timeZone).slice(0, 19),
    );
    const table = part("grid grid-cols-[auto_minmax(0,1fr)_auto_auto] items-center gap-x-2 gap-y-0.5");
    const { rows, cut } = tooltipRows(model, index, MAX_ROWS);
    for (const row of rows) {
      const mark = part("size-2 rounded-full");
      mark.style.background = tokenColour(row.look.token);
      table.append(
        mark,
        part("truncate", row.label),
        part("text-right font-medium tabular-nums", formatExact(row.value, unit)),
        part(
          "text-right text-text-muted tabular-nums",
          row.previous === undefined || row.previous === null ? "" : `was ${formatExact(row.previous, unit)}`,
        ),
      );
    }
    box.replaceChildren(time, table);
    if (rows.length === 0) box.append(part("text-text-muted", "No data"));
    if (cut > 0) box.append(part("mt-1 block text-text-muted", `and ${cut} more`));
  };

  return {
    show(u, index) {
      const { left = -1, top = -1, event } = u.cursor;
      // A cursor that follows another chart's has no event of its own.
      const own = event != null && element.contains(event.target as Node);
      if (index === null || left < 0 || !own) {
        box.style.display = "none";
        return;
      }
      fill(index);
      box.style.display = "block";
      const over = u.over.getBoundingClientRect();
      const outer = element.getBoundingClientRect();
      const x = left + over.left - outer.left;
      const width = box.offsetWidth;
      const place = x + 14 + width > outer.width ? x - 14 - width : x + 14;
      box.style.left = `${Math.max(0, place)}px`;
      box.style.top = `${Math.max(0, Math.min(top + 8, outer.height - box.offsetHeight))}px`;
    },
    remove: () => box.remove(),
  };
}
