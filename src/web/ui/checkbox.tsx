import { type InputHTMLAttributes, type ReactNode, useEffect, useRef } from "react";
import { cx } from "../lib/cx.ts";

export interface CheckboxProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "type"> {
  label: ReactNode;
  /** Neither on nor off: some of the rows below are selected. */
  indeterminate?: boolean;
  /** Keeps the label for screen readers only. */
  hideLabel?: boolean;
}

export function Checkbox({ label, indeterminate = false, hideLabel, className, ...rest }: CheckboxProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = indeterminate;
  }, [indeterminate]);
  return (
    <label className={cx("inline-flex min-h-6 min-w-6 items-center gap-2", className)}>
      <input ref={box} type="checkbox" className="size-3.5 shrink-0" {...rest} />
      <span className={hideLabel ? "sr-only" : "min-w-0 truncate"}>{label}</span>
    </label>
  );
}
