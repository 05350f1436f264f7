import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from "react";
import { cx } from "../lib/cx.ts";

export const fieldClass =
  "w-full rounded-md border border-border-strong/60 bg-surface text-text placeholder:text-text-faint " +
  "hover:border-border-strong focus-visible:border-accent focus-visible:outline-offset-0 " +
  "aria-invalid:border-danger disabled:opacity-60";

export interface InputProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "size"> {
  /** Shown above the field. Leave out only with `aria-label`. */
  label?: ReactNode;
  hint?: ReactNode;
  /** Announced and tied to the field by aria-describedby. */
  error?: string | null;
  /** Before the text, such as a search icon. */
  leading?: ReactNode;
  /** After the text, such as a show-password button. */
  trailing?: ReactNode;
  size?: "sm" | "md" | "lg";
  ref?: Ref<HTMLInputElement>;
}

const HEIGHTS = { sm: "h-7 text-xs", md: "h-8 text-sm", lg: "h-10 text-base" };

export function Input({
  label,
  hint,
  error,
  leading,
  trailing,
  size = "md",
  id,
  className,
  "aria-describedby": describedBy,
  ...rest
}: InputProps) {
  const made = useId();
  const fieldId = id ?? made;
  const hintId = hint ? `${fieldId}-hint` : undefined;
  const errorId = error ? `${fieldId}-error` : undefined;
  return (
    <div className={cx("min-w-0", className)}>
      {label && (
        <label htmlFor={fieldId} className="mb-1 block font-medium">
          {label}
        </label>
      )}
      <div className="relative">
        {leading && (
          <span className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-text-faint">
            {leading}
          </span>
        )}
        <input
          id={fieldId}
          aria-invalid={error ? true : undefined}
          aria-describedby={[describedBy, errorId, hintId].filter(Boolean).join(" ") || undefined}
          className={cx(
            fieldClass,
            HEIGHTS[size],
            leading ? "pl-8" : "pl-2.5",
            trailing ? "pr-10" : "pr-2.5",
          )}
          {...rest}
        />
        {trailing && <span className="absolute inset-y-0 right-1 flex items-center">{trailing}</span>}
      </div>
      {hint && (
        <p id={hintId} className="mt-1 text-xs text-text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={errorId} role="alert" className="mt-1 text-xs text-danger">
          {error}
        </p>
      )}
    </div>
  );
}
