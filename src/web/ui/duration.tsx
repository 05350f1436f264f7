import { cx } from "../lib/cx.ts";
import { formatDurationMs } from "../lib/format.ts";

/** Milliseconds in readable units, aligned figures, the exact number on hover. */
export function Duration({ ms, className }: { ms: number; className?: string }) {
  return (
    <span title={`${ms} ms`} className={cx("whitespace-nowrap tabular-nums", className)}>
      {formatDurationMs(ms)}
    </span>
  );
}
