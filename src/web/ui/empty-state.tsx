import type { ReactNode } from "react";

/** A page or panel without content: what it is, why it is empty, and one thing to do. */
export function EmptyState({
  icon,
  title,
  why,
  action,
  level: Heading = "h2",
}: {
  icon?: ReactNode;
  title: ReactNode;
  why: ReactNode;
  action?: ReactNode;
  /** `h1` where it is the whole page. */
  level?: "h1" | "h2";
}) {
  return (
    <div className="mx-auto flex max-w-md flex-col items-center px-6 py-14 text-center">
      {icon && (
        <div
          aria-hidden
          className="mb-4 flex size-11 items-center justify-center rounded-lg border border-border bg-surface text-text-muted"
        >
          {icon}
        </div>
      )}
      <Heading className="text-lg font-semibold">{title}</Heading>
      <div className="mt-1 text-text-muted">{why}</div>
      {action && <div className="mt-5">{action}</div>}
    </div>
  );
}
