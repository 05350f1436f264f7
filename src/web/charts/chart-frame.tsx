import { RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "../lib/cx.ts";
import { Button } from "../ui/button.tsx";
import { describeError } from "../ui/error-state.tsx";
import type { ChartState } from "./chart-types.ts";

/** Heading, actions and surface around a chart; `bare` leaves all but the content to the page. */
export function ChartFrame({
  title,
  bare,
  actions,
  className,
  children,
}: {
  title: string;
  bare?: boolean;
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  return (
    <section
      aria-label={title}
      className={cx("min-w-0", !bare && "rounded-lg border border-border bg-surface p-3", className)}
    >
      {(!bare || actions) && (
        <header className="mb-2 flex min-h-7 items-center justify-between gap-2">
          {bare ? <span /> : <h2 className="min-w-0 truncate px-1 text-sm font-medium">{title}</h2>}
          {actions && <div className="flex shrink-0 items-center gap-1">{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

/** A chart's skeleton, error or empty words at the chart's height; null when it is ready to be drawn. */
export function chartStateOf(
  state: ChartState,
  title: string,
  hasData: boolean,
  height: number,
): ReactNode | null {
  const box = "flex flex-col items-center justify-center gap-2 px-4 text-center text-text-muted";
  const failed = state.error !== undefined && state.error !== null && state.error !== false;
  if (failed && !hasData) {
    const { detail, code, requestId } = describeError(state.error);
    return (
      <div role="alert" className={box} style={{ minHeight: height }}>
        <p className="max-w-sm break-words text-danger">{detail}</p>
        <p className="font-mono text-2xs break-all text-text-faint">
          {code}
          {requestId && ` · request ${requestId}`}
        </p>
        {state.onRetry && (
          <Button size="sm" icon={<RotateCw aria-hidden size={13} />} onClick={() => state.onRetry?.()}>
            Try again
          </Button>
        )}
      </div>
    );
  }
  if (state.loading && !hasData) {
    return (
      <div role="status" style={{ height }}>
        <span className="sr-only">Loading {title}</span>
        <span aria-hidden className="skeleton block h-full w-full rounded-md" />
      </div>
    );
  }
  if (!hasData) {
    return (
      <div className={box} style={{ minHeight: height }}>
        {state.empty ?? "Nothing in this time range."}
      </div>
    );
  }
  return null;
}
