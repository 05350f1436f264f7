import type { ReactNode } from "react";
import { cx } from "../lib/cx.ts";
import { Button, type ButtonProps } from "./button.tsx";
import { Tooltip } from "./tooltip.tsx";

export interface IconButtonProps extends Omit<ButtonProps, "icon" | "children"> {
  /** Name of the action: the accessible name, and the tooltip. */
  label: string;
  icon: ReactNode;
  /** Keys shown in the tooltip, such as `g t`. */
  keys?: string;
  tooltip?: boolean;
}

/** A square button with an icon only; at least 28 × 28 CSS px (WCAG 2.5.8 asks for 24). */
export function IconButton({
  label,
  icon,
  keys,
  tooltip = true,
  variant = "ghost",
  size = "md",
  className,
  ...rest
}: IconButtonProps) {
  const square = { sm: "w-7 px-0!", md: "w-8 px-0!", lg: "w-10 px-0!" }[size];
  const button = (
    <Button
      aria-label={label}
      variant={variant}
      size={size}
      className={cx(square, className)}
      icon={icon}
      {...rest}
    />
  );
  return tooltip ? (
    <Tooltip text={label} keys={keys}>
      {button}
    </Tooltip>
  ) : (
    button
  );
}
