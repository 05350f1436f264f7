import { ChevronLeft, ChevronRight, Clock, ZoomOut } from "lucide-react";
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
export function TimePicker() {
  const { typed, setRange } = useTimeRange();
  const timeZone = useTimeZone();
  const [open, setOpen] = useState(false);
  useHotkeys([
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
        <TimePanel current={typed} onApply={apply} />
      </Popover>
      <IconButton
        label="Earlier"
        icon={<ChevronLeft aria-hidden size={16} />}
        onClick={() => setRange(shiftRange(typed, -1, Date.now(), timeZone))}
      />
      <IconButton
        label="Later"
        icon={<ChevronRight aria-hidden size={16} />}
        onClick={() => setRange(shiftRange(typed, 1, Date.now(), timeZone))}
      />
      <IconButton
        label="Zoom out"
        icon={<ZoomOut aria-hidden size={16} />}
        onClick={() => setRange(zoomOut(typed, Date.now(), timeZone))}
      />
    </div>
  );
}
