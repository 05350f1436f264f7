import { useMemo } from "react";
import { cx } from "../lib/cx.ts";
import type { SparklineProps } from "./chart-types.ts";
import { trendOf } from "./model/describe.ts";
import { lookOf } from "./model/palette.ts";
import { extentOf } from "./model/series-data.ts";
import { sparkPath } from "./model/spark-path.ts";
import { formatValue } from "./model/units.ts";

/** A small line without axes; hundreds of them on a page cost little. */
export function Sparkline({
  values,
  label,
  unit = "count",
  color = 1,
  area = true,
  width = 96,
  height = 24,
  className,
}: SparklineProps) {
  const {
    line,
    area: filled,
    last,
  } = useMemo(() => sparkPath(values, width, height), [values, width, height]);
  const stroke = `var(--color-${lookOf(0, color, false).token})`;
  const [min, max] = label === undefined ? [0, 0] : extentOf([values]);
  const words =
    label === undefined
      ? undefined
      : `${label}: ${last === null ? "no values" : `from ${formatValue(min, unit)} to ${formatValue(max, unit)}, ${trendOf(values)}`}`;
  return (
    <svg
      role={words === undefined ? undefined : "img"}
      aria-label={words}
      aria-hidden={words === undefined ? true : undefined}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      preserveAspectRatio="none"
      className={cx("block overflow-visible", className)}
    >
      {area && <path d={filled} fill={stroke} fillOpacity={0.14} />}
      <path
        d={line}
        fill="none"
        stroke={stroke}
        strokeWidth={1.5}
        strokeLinejoin="round"
        strokeLinecap="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
