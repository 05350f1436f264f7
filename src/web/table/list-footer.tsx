import { formatCount } from "../lib/format.ts";
import { Button } from "../ui/button.tsx";

/** Below a list that loads page by page: how much of it is there, and the way to more for those who do not scroll. */
export function ListFooter({
  count,
  noun,
  hasMore,
  busy,
  onMore,
}: {
  count: number;
  /** What is listed, in the singular. */
  noun: string;
  hasMore: boolean;
  busy: boolean;
  onMore: () => void;
}) {
  return (
    <div className="flex items-center justify-center gap-3 py-3 text-xs text-text-muted">
      <span className="tabular-nums">{formatCount(count, noun)}</span>
      {hasMore ? (
        <Button size="sm" busy={busy} onClick={onMore}>
          Load more
        </Button>
      ) : (
        <span>· end of the list</span>
      )}
    </div>
  );
}
