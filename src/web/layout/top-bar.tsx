import { useMatches } from "@tanstack/react-router";
import { Menu as MenuIcon, PanelLeft, Search } from "lucide-react";
import { useStore } from "../lib/persistent-store.ts";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { LiveToggle } from "./live-toggle.tsx";
import { RefreshMenu } from "./refresh-menu.tsx";
import { openPalette, railStore, setOverlay } from "./shell-state.ts";
import { TimePicker } from "./time-picker/time-picker.tsx";

/** Search, the time range where the page has one, and the switch between live and paused. */
export function TopBar() {
  const rail = useStore(railStore);
  const timed = useMatches({ select: (matches) => matches.some((match) => match.staticData.timeRange) });
  const comparable = useMatches({ select: (matches) => matches.some((match) => match.staticData.compare) });
  return (
    <header className="flex min-h-12 flex-wrap items-center gap-2 border-b border-border bg-bg px-3 py-1.5 md:px-4">
      <IconButton
        className="md:hidden"
        label="Open navigation"
        tooltip={false}
        icon={<MenuIcon aria-hidden size={18} />}
        onClick={() => setOverlay("navigation")}
      />
      <IconButton
        className="-ml-1.5 max-md:hidden"
        label={rail ? "Expand navigation" : "Collapse navigation"}
        keys="mod+b"
        icon={<PanelLeft aria-hidden size={16} />}
        onClick={() => railStore.set(!rail)}
      />
      <Button
        className="flex-1 justify-start! text-text-muted! sm:max-w-72"
        icon={<Search aria-hidden size={14} />}
        onClick={openPalette}
        aria-label="Search or jump to"
        aria-keyshortcuts="Control+K Meta+K"
      >
        <span className="min-w-0 flex-1 truncate text-left font-normal">Search or jump to…</span>
        <Kbd keys="mod+k" className="max-sm:hidden" />
      </Button>
      {timed && (
        <div className="flex items-center gap-2 max-sm:w-full sm:ml-auto">
          <LiveToggle />
          <TimePicker comparable={comparable} />
          <RefreshMenu />
        </div>
      )}
    </header>
  );
}
