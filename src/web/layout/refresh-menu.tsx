import { useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { RotateCw } from "lucide-react";
import { useEffect } from "react";
import { useLiveState } from "../lib/live.ts";
import { REFRESH_INTERVALS, type RefreshInterval, useTimeRange } from "../lib/use-time-range.ts";
import { Button } from "../ui/button.tsx";
import { Menu } from "../ui/menu.tsx";
import { refreshPage } from "./refresh-page.ts";

const WORDS: Record<RefreshInterval, string> = {
  "10s": "Every 10 seconds",
  "30s": "Every 30 seconds",
  "1m": "Every minute",
  "5m": "Every 5 minutes",
};

/** Reads the page's data again, now or by the clock; pausing live updates pauses it, and so does a hidden tab. */
export function RefreshMenu() {
  const client = useQueryClient();
  const { project = "" } = useParams({ strict: false });
  const { refresh, setShell } = useTimeRange();
  const { paused } = useLiveState(project);
  useEffect(() => {
    if (refresh === null || paused) return;
    const timer = setInterval(() => {
      if (!document.hidden) refreshPage(client, true);
    }, REFRESH_INTERVALS[refresh]);
    return () => clearInterval(timer);
  }, [client, refresh, paused]);
  return (
    <Menu
      label="Refresh"
      align="end"
      items={[
        { id: "now", label: "Refresh now", run: () => refreshPage(client, false) },
        {
          id: "off",
          label: "Do not refresh by the clock",
          checked: refresh === null,
          separated: true,
          run: () => setShell({ refresh: undefined }),
        },
        ...(Object.keys(REFRESH_INTERVALS) as RefreshInterval[]).map((interval) => ({
          id: interval,
          label: WORDS[interval],
          checked: refresh === interval,
          run: () => setShell({ refresh: interval }),
        })),
      ]}
      trigger={(props) => (
        <Button
          {...props}
          variant="ghost"
          className="min-w-8 px-2!"
          aria-label={refresh === null ? "Refresh" : `Refresh: ${WORDS[refresh].toLowerCase()}`}
          icon={<RotateCw aria-hidden size={14} />}
        >
          {refresh !== null && <span className="text-xs tabular-nums">{refresh}</span>}
        </Button>
      )}
    />
  );
}
