import { Check, Copy } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { copyText } from "../lib/clipboard.ts";
import { Button, type ButtonProps } from "./button.tsx";
import { IconButton } from "./icon-button.tsx";

export interface CopyButtonProps extends Omit<ButtonProps, "onClick" | "icon" | "children"> {
  /** The text, or how to make it when asked. */
  text: string | (() => string);
  /** What is copied: "Copy trace id". */
  label?: string;
  /** Shows the label beside the icon. */
  withLabel?: boolean;
}

/** Copies, and says so both to eyes and to screen readers. */
export function CopyButton({
  text,
  label = "Copy",
  withLabel = false,
  size = "sm",
  ...rest
}: CopyButtonProps) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const copy = async () => {
    setState((await copyText(typeof text === "function" ? text() : text)) ? "copied" : "failed");
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setState("idle"), 2000);
  };
  const icon =
    state === "copied" ? (
      <Check aria-hidden size={14} className="text-success" />
    ) : (
      <Copy aria-hidden size={14} />
    );
  const said = { idle: "", copied: "Copied", failed: "Could not copy: select the text and copy it yourself" }[
    state
  ];
  return (
    <>
      {withLabel ? (
        <Button size={size} icon={icon} onClick={copy} {...rest}>
          {state === "copied" ? "Copied" : label}
        </Button>
      ) : (
        <IconButton size={size} label={label} icon={icon} onClick={copy} {...rest} />
      )}
      <span role="status" className={state === "failed" ? "text-xs text-danger" : "sr-only"}>
        {said}
      </span>
    </>
  );
}
