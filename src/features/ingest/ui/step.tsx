import type { ReactNode } from "react";

/** One numbered step of the Connect page. */
export function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <li className="relative grid grid-cols-[1.75rem_minmax(0,1fr)] gap-x-3 pb-8 last:pb-0">
      <span
        aria-hidden
        className="flex size-7 items-center justify-center rounded-full border border-border bg-surface text-xs font-semibold tabular-nums"
      >
        {number}
      </span>
      <div className="min-w-0">
        <h2 className="mb-2 pt-1 text-base font-semibold">{title}</h2>
        {children}
      </div>
    </li>
  );
}
