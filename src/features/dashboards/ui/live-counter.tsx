import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { cx } from "#web/lib/cx.ts";
import { formatCount } from "#web/lib/format.ts";
import { useLiveSpans, useLiveState } from "#web/lib/live.ts";
import { useNow } from "#web/lib/use-now.ts";
import type { TimeRangeState } from "#web/lib/use-time-range.ts";
import { EMPTY_RATE, lastMinute, refreshWaitMs, withArrival } from "./model/live-rate.ts";

/** How many spans arrived within the last minute; also keeps the overview current while its range ends now. */
export function LiveCounter({ project, range }: { project: string; range: TimeRangeState }) {
  const client = useQueryClient();
  const state = useLiveState(project);
  const now = useNow();
  const [rate, setRate] = useState(EMPTY_RATE);
  const lastAt = useRef(Number.NEGATIVE_INFINITY);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLiveSpans(project, (batch) => {
    if (batch.spans > 0) setRate((before) => withArrival(before, batch.spans, Date.now()));
    if (!range.live || timer.current !== undefined) return;
    const { from, to } = range.resolve();
    const wait = refreshWaitMs(Date.now(), lastAt.current, to - from);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      lastAt.current = Date.now();
      void client.invalidateQueries({ queryKey: ["dashboards", project] });
      void client.invalidateQueries({ queryKey: ["analytics", project] });
    }, wait);
  });
  const count = lastMinute(rate, now);
  const open = state.status === "open" && !state.paused;
  return (
    <p className="flex items-center gap-2 text-xs text-text-muted" data-live-count={count}>
      <span
        aria-hidden
        className={cx(
          "relative size-2 shrink-0 rounded-full",
          open ? "bg-success" : "bg-border-strong",
          open && count > 0 && "pulse-dot",
        )}
      />
      {state.paused
        ? "Live updates are paused"
        : open
          ? `${formatCount(count, "span")} arrived in the last minute`
          : "Connecting to live updates…"}
    </p>
  );
}
