import { useRegisteredHotkeys, useSingleKeyShortcuts } from "../lib/hotkeys.ts";
import { Checkbox } from "../ui/checkbox.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { setOverlay, useOverlay } from "./shell-state.ts";

/** Every shortcut that works on this page, and the switch for single keys (WCAG 2.1.4). */
export function KeyboardHelp() {
  const open = useOverlay() === "keyboard";
  const hotkeys = useRegisteredHotkeys();
  const [on, setOn] = useSingleKeyShortcuts();
  const groups = Map.groupBy(hotkeys, (hotkey) => hotkey.group ?? "This page");
  return (
    <Dialog open={open} onClose={() => setOverlay(null)} title="Keyboard shortcuts" size="lg">
      <div className="grid gap-x-10 gap-y-6 sm:grid-cols-2">
        {[...groups].map(([group, list]) => (
          <section key={group}>
            <h3 className="mb-1.5 text-xs font-medium text-text-muted">{group}</h3>
            <ul>
              {[...new Map(list.map((hotkey) => [hotkey.keys, hotkey])).values()].map((hotkey) => (
                <li key={hotkey.keys} className="flex h-8 items-center justify-between gap-4">
                  <span className="truncate">{hotkey.label}</span>
                  <Kbd keys={hotkey.keys} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <div className="mt-5 border-t border-border pt-3">
        <Checkbox
          checked={on}
          onChange={(event) => setOn(event.target.checked)}
          label="Single-key shortcuts"
          className="max-w-full"
        />
        <p className="text-xs text-text-muted">
          Turn them off if you speak to your computer or use a switch. Shortcuts with Ctrl, Alt or ⌘ stay.
        </p>
      </div>
    </Dialog>
  );
}
