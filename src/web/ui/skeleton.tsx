import { cx } from "../lib/cx.ts";

/** A grey block where content will be; give it a size by class, and the container one `Loading` for ears. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx("skeleton block h-4 rounded-sm", className)} />;
}

/** Several lines of skeleton, announced once as loading. */
export function SkeletonLines({ lines = 3, className }: { lines?: number; className?: string }) {
  return (
    <div role="status" className={cx("space-y-2.5", className)}>
      <span className="sr-only">Loading</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no identity
        <Skeleton key={line} className={["w-full", "w-11/12", "w-4/5"][line % 3]} />
      ))}
    </div>
  );
}
