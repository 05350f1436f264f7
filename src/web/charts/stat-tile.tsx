import { cx } from "../lib/cx.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import type { StatTileProps } from "./chart-types.ts";
import { DeltaBadge } from "./delta-badge.tsx";
import { formatExact, formatValue } from "./model/units.ts";
import { Sparkline } from "./sparkline.tsx";

/** One number that matters: value, change against the period before, its course, and the way to what is behind it. */
export function StatTile({
  label,
  value,
  unit = "count",
  previous,
  better,
  values,
  color,
  hint,
  link,
  loading,
  error,
  className,
}: StatTileProps) {
  const known = value !== undefined && value !== null;
  const content = (
    <>
      <span className="block truncate text-xs text-text-muted">{label}</span>
      {loading && !known ? (
        <span className="mt-1 block">
          <span className="sr-only">Loading</span>
          <Skeleton className="h-7 w-20" />
        </span>
      ) : (
        <span className="mt-0.5 flex flex-wrap items-baseline gap-x-2">
          <span
            title={formatExact(value, unit)}
            className="text-xl leading-7 font-semibold tracking-tight tabular-nums"
          >
            {formatValue(value, unit)}
          </span>
          <DeltaBadge value={value} previous={previous} better={better} />
        </span>
      )}
      {error !== undefined && error !== null && !known && (
        <span className="block text-xs text-danger">Could not be read</span>
      )}
      {hint && <span className="mt-0.5 block truncate text-xs text-text-muted">{hint}</span>}
      {values && (
        <span className="mt-2 block h-7">
          <Sparkline values={values} color={color} width={160} height={28} className="h-7 w-full" />
        </span>
      )}
    </>
  );
  const box = cx(
    "block min-w-0 rounded-lg border border-border bg-surface px-3.5 py-2.5 text-left",
    className,
  );
  return link ? (
    link(content, cx(box, "hover:border-border-strong hover:bg-surface-hover"))
  ) : (
    <div className={box}>{content}</div>
  );
}
