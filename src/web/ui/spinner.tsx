import { LoaderCircle } from "lucide-react";
import { cx } from "../lib/cx.ts";

/** A turning ring. With `label` it is announced; without, it decorates something that says it in words. */
export function Spinner({
  size = 14,
  label,
  className,
}: {
  size?: number;
  label?: string;
  className?: string;
}) {
  return (
    <span role={label ? "status" : undefined} className={cx("inline-flex items-center gap-2", className)}>
      <LoaderCircle aria-hidden size={size} className="animate-spin" />
      {label && <span>{label}</span>}
    </span>
  );
}
