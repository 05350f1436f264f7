import { cx } from "../lib/cx.ts";
import { deltaOf } from "./model/delta.ts";

const TONES = { success: "text-success", danger: "text-danger", neutral: "text-text-muted" };

/** How a value compares with the period before; nothing where there is nothing to compare. */
export function DeltaBadge({
  value,
  previous,
  better,
  className,
}: {
  value: number | null | undefined;
  previous: number | null | undefined;
  better?: "up" | "down";
  className?: string;
}) {
  const delta = deltaOf(value, previous, better);
  if (delta === null) return null;
  return (
    <span
      title={delta.words}
      className={cx("text-xs whitespace-nowrap tabular-nums", TONES[delta.tone], className)}
    >
      <span aria-hidden>
        {delta.direction === "up" ? "▲ " : delta.direction === "down" ? "▼ " : ""}
        {delta.text}
      </span>
      <span className="sr-only">{delta.words}</span>
    </span>
  );
}
