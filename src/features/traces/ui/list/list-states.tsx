import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CalendarSearch, FilterX, Radio } from "lucide-react";
import { formatRelativeTime } from "#web/lib/format.ts";
import { describeRange } from "#web/lib/time-range.ts";
import type { TimeRangeState } from "#web/lib/use-time-range.ts";
import { Button, buttonClass } from "#web/ui/button.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import { rangeReaching } from "../model/trace-state.ts";
import { parseTimeMs } from "../model/trace-time.ts";
import { latestTraceQuery } from "../traces-api.ts";

/** Rows that are on their way. */
export function ListSkeleton({ what = "traces" }: { what?: string }) {
  return (
    <div role="status" className="flex-1 overflow-hidden">
      <span className="sr-only">Loading {what}</span>
      {Array.from({ length: 14 }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: skeletons have no identity
        <div key={row} className="flex h-10 items-center gap-4 border-b border-border px-4">
          <Skeleton className="w-24 max-sm:hidden" />
          <Skeleton className={row % 3 === 0 ? "w-64" : "w-48"} />
          <Skeleton className="ml-auto w-20" />
          <Skeleton className="w-14" />
          <Skeleton className="w-16 max-sm:hidden" />
        </div>
      ))}
    </div>
  );
}

/** Why the list is empty, and the one thing to do about it. */
export function EmptyList({
  project,
  filtered,
  range,
  onClear,
}: {
  project: string;
  filtered: boolean;
  range: TimeRangeState;
  onClear: () => void;
}) {
  const latest = useQuery({ ...latestTraceQuery(project), enabled: !filtered });
  if (filtered) {
    return (
      <EmptyState
        icon={<FilterX size={20} />}
        title="No trace matches"
        why="There may be traces in this time range, but none with these filters."
        action={
          <Button variant="primary" onClick={onClear}>
            Clear filters
          </Button>
        }
      />
    );
  }
  if (latest.isPending) return <ListSkeleton />;
  const newest = latest.data;
  if (newest) {
    const now = Date.now();
    const wider = rangeReaching(parseTimeMs(newest.start_time), now);
    return (
      <EmptyState
        icon={<CalendarSearch size={20} />}
        title="Nothing in this time range"
        why={`The newest trace is from ${formatRelativeTime(newest.start_time, now)}.`}
        action={
          <Button variant="primary" onClick={() => range.setRange({ from: wider })}>
            Show the {describeRange({ from: wider }, String).toLowerCase()}
          </Button>
        }
      />
    );
  }
  return (
    <EmptyState
      icon={<Radio size={20} />}
      title="Waiting for the first trace"
      why="Send OpenTelemetry spans from an agent and they appear here by themselves."
      action={
        <Link to="/p/$project/connect" params={{ project }} className={buttonClass("primary")}>
          Connect an agent
        </Link>
      }
    />
  );
}
