import type { ReactNode } from "react";

/** A page or panel without content: what it is, why it is empty, and one thing to do. */
export function EmptyState({
  icon,
  title,
  why,
  action,
}: {
  icon?: ReactNode;
  title: ReactNode;
  why: ReactNode;
  action?: ReactNode;
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
      <h2 className="text-lg font-semibold">{title}</h2>
      <div className="mt-1 text-text-muted">{why}</div>
      {action && <div className="mt-5">{action}</div>}
    </div>
  );
}
