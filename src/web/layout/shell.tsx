import { Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { type ComponentType, useEffect, useState } from "react";
import { cx } from "../lib/cx.ts";
import { useHotkeys } from "../lib/hotkeys.ts";
import { lastProject } from "../lib/last-project.ts";
import { useStore } from "../lib/persistent-store.ts";
import { toast } from "../ui/toast.tsx";
import { KeyboardHelp } from "./keyboard-help.tsx";
import { NAVIGATION } from "./navigation.ts";
import { NavigationDrawer } from "./navigation-drawer.tsx";
import { RouteAnnouncer } from "./route-announcer.tsx";
import { openKeyboardHelp, railStore, setOverlay, useOverlay } from "./shell-state.ts";
import { Sidebar } from "./sidebar.tsx";
import { TopBar } from "./top-bar.tsx";

/** How long after the page the palette's code is loaded, in milliseconds: late enough not to compete. */
const PALETTE_MS = 1500;

/** The command palette once its code is here: soon after the page, or at once when it is asked for. */
function usePalette(wanted: boolean): ComponentType | null {
  const [palette, setPalette] = useState<{ Component: ComponentType } | null>(null);
  useEffect(() => {
    const load = () =>
      import("./command-palette.tsx").then(
        (module) => setPalette({ Component: module.CommandPalette }),
        () => wanted && toast("The command palette could not be loaded. Reload the page.", "danger"),
      );
    const timer = setTimeout(load, wanted ? 0 : PALETTE_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  return palette?.Component ?? null;
}

/** The frame of every page of a project. */
export function Shell() {
  const { project = "" } = useParams({ strict: false });
  const navigate = useNavigate();
  const rail = useStore(railStore);
  const overlay = useOverlay();
  const Palette = usePalette(overlay === "palette");

  useEffect(() => lastProject.set(project), [project]);

  useHotkeys([
    {
      keys: "mod+k",
      label: "Search and commands",
      group: "General",
      whenTyping: true,
      run: () => setOverlay(overlay === "palette" ? null : "palette"),
    },
    { keys: "?", label: "This list", group: "General", run: openKeyboardHelp },
    {
      keys: "mod+b",
      label: "Collapse or expand navigation",
      group: "General",
      whenTyping: true,
      run: () => railStore.set(!rail),
    },
    ...NAVIGATION.map((item) => ({
      keys: item.keys,
      label: `Go to ${item.label}`,
      group: "Go to",
      run: () => void navigate({ to: item.to, params: { project } }),
    })),
  ]);

  return (
    <div className="flex h-full min-h-0">
      {/* biome-ignore lint/a11y/useValidAnchor: a skip link is a link, and works as one without the handler */}
      <a
        href="#content"
        onClick={(event) => {
          // By hand, since a fragment would become part of every shared link.
          event.preventDefault();
          document.getElementById("content")?.focus();
        }}
        className="sr-only focus:not-sr-only focus:fixed! focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-accent-fill focus:px-3 focus:py-2 focus:text-on-accent"
      >
        Skip to content
      </a>
      <aside
        className={cx(
          "shrink-0 border-r border-border bg-surface max-md:hidden",
          rail ? "w-[3.25rem]" : "w-56",
        )}
      >
        <Sidebar rail={rail} />
      </aside>
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar />
        <main id="content" tabIndex={-1} className="min-h-0 flex-1 overflow-auto outline-none">
          <Outlet />
        </main>
      </div>
      <NavigationDrawer />
      <KeyboardHelp />
      <RouteAnnouncer />
      {Palette && <Palette />}
    </div>
  );
}
