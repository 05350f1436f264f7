import { ChevronDown } from "lucide-react";
import { type ReactNode, type SelectHTMLAttributes, useId } from "react";
import { cx } from "../lib/cx.ts";
import { fieldClass } from "./input.tsx";

export interface SelectProps extends Omit<SelectHTMLAttributes<HTMLSelectElement>, "size"> {
  /** Shown above the field. Leave out only with `aria-label`. */
  label?: ReactNode;
  size?: "sm" | "md";
}

/** The browser's own select: works with every keyboard, screen reader and phone. */
export function Select({ label, size = "md", id, className, children, ...rest }: SelectProps) {
  const made = useId();
  const fieldId = id ?? made;
  return (
    <div className={cx("min-w-0", className)}>
      {label && (
        <label htmlFor={fieldId} className="mb-1 block font-medium">
          {label}
        </label>
      )}
      <div className="relative">
        <select
          id={fieldId}
          className={cx(
            fieldClass,
            "appearance-none truncate pr-7 pl-2.5",
            size === "sm" ? "h-7 text-xs" : "h-8 text-sm",
          )}
          {...rest}
        >
          {children}
        </select>
        <ChevronDown
          aria-hidden
          size={14}
          className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 text-text-faint"
        />
      </div>
    </div>
  );
}
