import { cx } from "../lib/cx.ts";
import { CopyButton } from "./copy-button.tsx";

/** Text in a fixed-width font, scrollable by keyboard, with a copy button. */
export function CodeBlock({
  code,
  title,
  label,
  wrap = false,
  copy = true,
  className,
}: {
  code: string;
  /** Shown above: a file name or language. */
  title?: string;
  /** Name of the region for screen readers; the title unless told. */
  label?: string;
  wrap?: boolean;
  copy?: boolean;
  className?: string;
}) {
  const body = (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset or section would not be scrollable by keyboard
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard (axe: scrollable-region-focusable)
      tabIndex={0}
      role="region"
      aria-label={label ?? title ?? "Code"}
      className={cx(
        "max-h-112 overflow-auto px-3.5 py-3 font-mono text-xs leading-5 -outline-offset-2! [tab-size:2]",
        wrap && "break-words whitespace-pre-wrap",
      )}
    >
      {code}
    </pre>
  );
  return (
    <div className={cx("relative min-w-0 rounded-md border border-border bg-bg", className)}>
      {title ? (
        <div className="flex items-center justify-between border-b border-border py-0.5 pr-1 pl-3.5">
          <span className="font-mono text-2xs text-text-muted">{title}</span>
          {copy && <CopyButton text={code} label={`Copy ${title}`} />}
        </div>
      ) : (
        copy && (
          <div className="absolute top-1 right-1 rounded-md bg-bg">
            <CopyButton text={code} label="Copy" />
          </div>
        )
      )}
      {body}
    </div>
  );
}
