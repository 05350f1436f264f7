import { ChevronLeft, ChevronRight, Clock, GitCompareArrows, ZoomOut } from "lucide-react";
import { useState } from "react";
import { formatMinute } from "../../lib/format.ts";
import { useHotkeys } from "../../lib/hotkeys.ts";
import { describeRange, shiftRange, type TypedRange, zoomOut } from "../../lib/time-range.ts";
import { useTimeZone } from "../../lib/time-zone.ts";
import { useTimeRange } from "../../lib/use-time-range.ts";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Popover } from "../../ui/popover.tsx";
import { TimePanel } from "./time-panel.tsx";

/** The one time range of the page: its words, steps to either side, zoom, and a panel to change it. */
export function TimePicker({ comparable = false }: { comparable?: boolean }) {
  const { typed, setRange, compare, setShell } = useTimeRange();
  const timeZone = useTimeZone();
  const [open, setOpen] = useState(false);
  const shift = (step: -1 | 1) => setRange(shiftRange(typed, step, Date.now(), timeZone));
  const widen = () => setRange(zoomOut(typed, Date.now(), timeZone));
  const toggleCompare = () => setShell({ compare: compare ? undefined : "previous" });
  useHotkeys([
    { keys: "alt+,", label: "Earlier", group: "Time", run: () => shift(-1) },
    { keys: "alt+.", label: "Later", group: "Time", run: () => shift(1) },
    { keys: "alt+z", label: "Zoom out", group: "Time", run: widen },
    ...(comparable
      ? [{ keys: "alt+c", label: "Compare with the period before", group: "Time", run: toggleCompare }]
      : []),
    {
      keys: "alt+t",
      label: "Change the time range",
      group: "Time",
      whenTyping: true,
      run: () => setOpen(true),
    },
  ]);
  const apply = (range: TypedRange) => {
    setRange(range);
    setOpen(false);
  };
  const words = describeRange(typed, (ms) => formatMinute(ms, timeZone));
  // Beside the picker, or on a phone inside of it.
  const steps = (
    <>
      <IconButton label="Earlier" icon={<ChevronLeft aria-hidden size={16} />} onClick={() => shift(-1)} />
      <IconButton label="Later" icon={<ChevronRight aria-hidden size={16} />} onClick={() => shift(1)} />
      <IconButton label="Zoom out" icon={<ZoomOut aria-hidden size={16} />} keys="alt+z" onClick={widen} />
      {comparable && (
        <IconButton
          label="Compare with the period before"
          keys="alt+c"
          aria-pressed={compare}
          className={compare ? "bg-accent-soft! text-accent!" : ""}
          icon={<GitCompareArrows aria-hidden size={16} />}
          onClick={toggleCompare}
        />
      )}
    </>
  );
  return (
    <div className="flex min-w-0 items-center gap-1 max-sm:flex-1">
      <Popover
        label="Time range"
        align="end"
        open={open}
        onOpenChange={setOpen}
        className="w-[34rem]"
        trigger={(props) => (
          <Button
            {...props}
            aria-label={`Time range: ${words}`}
            className="min-w-0 shrink! max-sm:flex-1"
            icon={<Clock aria-hidden size={14} className="shrink-0 text-text-faint" />}
          >
            <span className="truncate tabular-nums">{words}</span>
          </Button>
        )}
      >
        <div className="flex flex-wrap gap-1 border-b border-border p-2 sm:hidden">{steps}</div>
        <TimePanel current={typed} onApply={apply} />
      </Popover>
      <div className="flex items-center gap-1 max-sm:hidden">{steps}</div>
    </div>
  );
}
