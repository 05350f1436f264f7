import { useParams } from "@tanstack/react-router";
import { Pause } from "lucide-react";
import { cx } from "../lib/cx.ts";
import { formatTokens } from "../lib/format.ts";
import { type LiveState, setLivePaused, useLiveState } from "../lib/live.ts";
import { useTimeRange } from "../lib/use-time-range.ts";
import { Button } from "../ui/button.tsx";
import { Tooltip } from "../ui/tooltip.tsx";

function explain(state: LiveState): string {
  if (state.paused) return "Paused. New spans are counted and shown when you resume.";
  if (state.status === "open") return "Live. New spans appear as they arrive.";
  return "The live connection is down; trying again.";
}

/** Live or paused, for ranges that end now. */
export function LiveToggle() {
  const { project = "" } = useParams({ strict: false });
  const { live } = useTimeRange();
  const state = useLiveState(project);
  if (!live) return null;
  const open = state.status === "open";
  return (
    <Tooltip text={explain(state)}>
      <Button
        aria-pressed={!state.paused}
        aria-label={
          state.paused ? `Paused, ${state.buffered} new spans. Resume live updates` : "Live. Pause updates"
        }
        onClick={() => setLivePaused(project, !state.paused)}
        className="w-20 px-2!"
        icon={
          state.paused ? (
            <Pause aria-hidden size={13} className="text-warning" />
          ) : (
            <span
              aria-hidden
              className={cx(
                "relative size-2 rounded-full",
                open ? "pulse-dot bg-success" : "bg-border-strong",
              )}
            />
          )
        }
      >
        {state.paused
          ? state.buffered > 0
            ? `+${formatTokens(state.buffered)}`
            : "Paused"
          : open
            ? "Live"
            : "Offline"}
      </Button>
    </Tooltip>
  );
}
