import { epochMs, formatAbsoluteTime, formatRelativeTime } from "../lib/format.ts";
import { useTimeZone } from "../lib/time-zone.ts";
import { useNow } from "../lib/use-now.ts";

/** "5 min ago", kept up to date, with the exact time on hover and for machines. */
export function RelativeTime({ time, className }: { time: string; className?: string }) {
  const now = useNow();
  const timeZone = useTimeZone();
  const ms = epochMs(time);
  if (Number.isNaN(ms)) return <span className={className}>–</span>;
  return (
    <time
      dateTime={new Date(ms).toISOString()}
      title={formatAbsoluteTime(ms, timeZone)}
      className={className}
    >
      {formatRelativeTime(ms, Math.max(now, ms), timeZone)}
    </time>
  );
}
