import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

/** Leads to a page of the project with filters; the time range comes along. */
export function PageLink({
  project,
  page,
  search = {},
  className,
  title,
  children,
}: {
  project: string;
  /** Path below the project: `traces`, `agents/7`. */
  page: string;
  search?: Record<string, string | string[] | undefined>;
  className?: string;
  title?: string;
  children: ReactNode;
}) {
  return (
    <Link
      to={`/p/${encodeURIComponent(project)}/${page}` as string}
      search={search as never}
      className={className ?? "text-text hover:text-accent hover:underline"}
      title={title}
    >
      {children}
    </Link>
  );
}
