import { Table2 } from "lucide-react";
import { useState } from "react";
import { cx } from "../lib/cx.ts";
import { formatNumber } from "../lib/format.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { ChartFrame, chartStateOf } from "./chart-frame.tsx";
import type { HistogramBucket, HistogramProps, Unit } from "./chart-types.ts";
import { bucketName, histogramWords, markPlace } from "./model/histogram.ts";
import { formatValue } from "./model/units.ts";

const HEIGHT_PX = 140;

/** How often values of each size occur. Buckets have the same width on screen, whatever they cover. */
export function Histogram(props: HistogramProps) {
  const { title, buckets, unit = "number", height = HEIGHT_PX, marks = [], onSelect } = props;
  const [asTable, setAsTable] = useState(false);
  const most = Math.max(0, ...buckets.map((bucket) => bucket.count));
  const state = chartStateOf(props, title, most > 0, height);
  return (
    <ChartFrame
      title={title}
      bare={props.bare}
      className={props.className}
      actions={
        <>
          {props.actions}
          {most > 0 && (
            <IconButton
              size="sm"
              label={asTable ? `View ${title} as chart` : `View ${title} as table`}
              aria-pressed={asTable}
              icon={<Table2 aria-hidden size={14} />}
              onClick={() => setAsTable(!asTable)}
            />
          )}
        </>
      }
    >
      {state ??
        (asTable ? (
          <BucketTable title={title} buckets={buckets} unit={unit} height={height} />
        ) : (
          <figure aria-label={`${title}. ${histogramWords(buckets, unit)}`} className="m-0">
            <div className="relative flex items-end gap-px border-b border-border pt-4" style={{ height }}>
              {buckets.map((bucket) => (
                <Bar key={bucket.from} bucket={bucket} most={most} unit={unit} onSelect={onSelect} />
              ))}
              {marks.map((mark) => {
                const place = markPlace(buckets, mark.value);
                if (place === null) return null;
                return (
                  <span
                    key={mark.label}
                    aria-hidden
                    className="pointer-events-none absolute inset-y-0 border-l border-dashed border-text-muted pl-1 text-2xs text-text-muted"
                    style={{ left: `${place * 100}%` }}
                  >
                    {mark.label}
                  </span>
                );
              })}
            </div>
            <div aria-hidden className="mt-1 flex justify-between text-2xs text-text-muted tabular-nums">
              <span>{formatValue(buckets[0]?.from, unit)}</span>
              <span>{formatValue(buckets[Math.floor(buckets.length / 2)]?.from, unit)}</span>
              <span>
                {Number.isFinite(buckets.at(-1)?.to)
                  ? formatValue(buckets.at(-1)?.to, unit)
                  : `> ${formatValue(buckets.at(-1)?.from, unit)}`}
              </span>
            </div>
          </figure>
        ))}
    </ChartFrame>
  );
}

function Bar({
  bucket,
  most,
  unit,
  onSelect,
}: {
  bucket: HistogramBucket;
  most: number;
  unit: Unit;
  onSelect?: (bucket: HistogramBucket) => void;
}) {
  const words = `${bucketName(bucket, unit)}: ${formatNumber(bucket.count)}`;
  const bar = (
    <span
      aria-hidden
      className="block w-full rounded-t-sm bg-series-1 group-hover/bucket:brightness-110"
      style={{ height: `${bucket.count > 0 ? Math.max(1.5, (bucket.count / most) * 100) : 0}%` }}
    />
  );
  const box = "group/bucket flex h-full min-w-0 flex-1 items-end hover:bg-surface-hover";
  return onSelect ? (
    <button
      type="button"
      title={words}
      aria-label={words}
      onClick={() => onSelect(bucket)}
      className={cx(box, "p-0")}
    >
      {bar}
    </button>
  ) : (
    <span title={words} className={box}>
      {bar}
    </span>
  );
}

function BucketTable({
  title,
  buckets,
  unit,
  height,
}: {
  title: string;
  buckets: readonly HistogramBucket[];
  unit: Unit;
  height: number;
}) {
  return (
    <section
      aria-label={`${title}, table`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="overflow-auto"
      style={{ maxHeight: height + 24 }}
    >
      <table className="w-full text-xs tabular-nums">
        <caption className="sr-only">{title}</caption>
        <thead>
          <tr className="text-text-muted">
            <th scope="col" className="px-2 py-1 text-left font-medium">
              Range
            </th>
            <th scope="col" className="px-2 py-1 text-right font-medium">
              Count
            </th>
          </tr>
        </thead>
        <tbody>
          {buckets.map((bucket) => (
            <tr key={bucket.from}>
              <th scope="row" className="px-2 py-1 text-left font-normal">
                {bucketName(bucket, unit)}
              </th>
              <td className="px-2 py-1 text-right">{formatNumber(bucket.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
