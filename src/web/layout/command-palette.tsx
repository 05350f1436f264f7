import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useRouter } from "@tanstack/react-router";
import { Command } from "cmdk";
import {
  BookOpen,
  Grid2x2,
  History,
  Keyboard,
  type LucideIcon,
  Monitor,
  Moon,
  PanelLeft,
  Search,
  Sun,
  Waypoints,
} from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { profileQuery } from "#features/auth/ui/auth-api.ts";
import { chartPatterns, useChartPatterns } from "../charts/pattern-preference.ts";
import { useRecentPages } from "../lib/recent-pages.ts";
import { setTheme } from "../lib/theme.ts";
import { Kbd } from "../ui/kbd.tsx";
import { NAVIGATION } from "./navigation.ts";
import { usePaletteObjects } from "./palette-objects.ts";
import { paletteScore } from "./palette-score.ts";
import { openKeyboardHelp, railStore, setOverlay, useOverlay } from "./shell-state.ts";
import { traceIdIn } from "./trace-id.ts";

const itemClass =
  "flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 aria-selected:bg-surface-active " +
  "aria-selected:text-text text-text-muted";
const groupClass =
  "[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2.5 [&_[cmdk-group-heading]]:pb-1 " +
  "[&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-text-faint";

function Item({
  icon: Icon,
  label,
  keys,
  words,
  value = label,
  run,
}: {
  icon: LucideIcon;
  label: string;
  keys?: string;
  words?: string;
  value?: string;
  run: () => void;
}) {
  return (
    <Command.Item
      value={value}
      keywords={words?.split(" ")}
      onSelect={() => {
        setOverlay(null);
        run();
      }}
      className={itemClass}
    >
      <Icon aria-hidden size={15} className="shrink-0" />
      <span className="min-w-0 flex-1 truncate">{label}</span>
      {keys && <Kbd keys={keys} />}
    </Command.Item>
  );
}

/** Ctrl/⌘ K: pages, actions, projects, recent pages; a pasted trace id leads to its trace. */
export function CommandPalette() {
  const open = useOverlay() === "palette";
  const box = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState("");
  useEffect(() => {
    if (open && !box.current?.open) {
      setText("");
      box.current?.showModal();
      box.current?.querySelector("input")?.focus();
    }
    if (!open && box.current?.open) box.current.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the keyboard's way; the click is on the backdrop
    <dialog
      ref={box}
      aria-label="Search and commands"
      onClose={() => open && setOverlay(null)}
      onClick={(event) => event.target === event.currentTarget && setOverlay(null)}
      className="mx-auto mt-[12vh] w-[36rem] max-w-[calc(100vw-1.5rem)] overflow-hidden rounded-lg bg-surface shadow-pop"
    >
      {open && <PaletteBody text={text} setText={setText} />}
    </dialog>
  );
}

function PaletteBody({ text, setText }: { text: string; setText: (text: string) => void }) {
  const { project = "" } = useParams({ strict: false });
  const navigate = useNavigate();
  const router = useRouter();
  const here = router.state.location.pathname;
  const recent = useRecentPages().filter((page) => page.path.split("?")[0] !== here);
  const { data: profile } = useQuery(profileQuery);
  const traceId = traceIdIn(text);
  const projects = profile?.projects ?? [];
  const patterns = useChartPatterns();
  const found = usePaletteObjects(project, text);

  return (
    <Command label="Search and commands" loop filter={paletteScore}>
      <div className="flex items-center gap-2.5 border-b border-border px-4">
        <Search aria-hidden size={16} className="shrink-0 text-text-faint" />
        <Command.Input
          value={text}
          onValueChange={setText}
          placeholder="Go to a page, an agent or a session, run a command, paste a trace id…"
          className="h-12 w-full bg-transparent text-base outline-none! placeholder:text-text-faint"
        />
      </div>
      <Command.List className="max-h-[min(26rem,60vh)] overflow-y-auto p-1.5">
        {traceId && (
          <Command.Group heading="Traces" className={groupClass}>
            <Item
              icon={Waypoints}
              label={`Go to trace ${traceId}`}
              value={`trace: ${text}`}
              run={() => navigate({ to: "/p/$project/traces/$traceId", params: { project, traceId } })}
            />
          </Command.Group>
        )}
        <Command.Group heading="Go to" className={groupClass}>
          {NAVIGATION.map((item) => (
            <Item
              key={item.id}
              icon={item.icon}
              label={item.label}
              keys={item.keys}
              words={item.words}
              run={() => navigate({ to: item.to, params: { project } })}
            />
          ))}
        </Command.Group>
        {found.groups.map((group) => (
          <Command.Group key={group.heading} heading={group.heading} className={groupClass}>
            {group.items.map((item) => (
              <Item
                key={item.id}
                icon={group.icon}
                label={item.label}
                value={`object: ${group.heading} ${item.id}`}
                run={() => router.history.push(item.path)}
              />
            ))}
          </Command.Group>
        ))}
        <Command.Group heading="Actions" className={groupClass}>
          <Item
            icon={Moon}
            label="Switch to the dark theme"
            words="appearance colour"
            run={() => setTheme("dark")}
          />
          <Item
            icon={Sun}
            label="Switch to the light theme"
            words="appearance colour"
            run={() => setTheme("light")}
          />
          <Item
            icon={Monitor}
            label="Follow the system's theme"
            words="appearance colour auto"
            run={() => setTheme("system")}
          />
          <Item
            icon={Grid2x2}
            label={patterns ? "Charts without patterns" : "Patterns in charts"}
            words="dash hatch colour blind contrast accessibility"
            run={() => chartPatterns.set(patterns ? "off" : "on")}
          />
          <Item
            icon={PanelLeft}
            label="Collapse or expand navigation"
            keys="mod+b"
            words="sidebar"
            run={() => railStore.set(!railStore.get())}
          />
          <Item
            icon={BookOpen}
            label="API documentation"
            words="docs help reference openapi rest"
            run={() => void window.open("/api/docs", "_blank", "noopener")}
          />
          <Item
            icon={Keyboard}
            label="Keyboard shortcuts"
            keys="?"
            words="help hotkeys"
            run={openKeyboardHelp}
          />
        </Command.Group>
        {projects.length > 1 && (
          <Command.Group heading="Projects" className={groupClass}>
            {projects
              .filter((each) => each.slug !== project)
              .map((each) => (
                <Item
                  key={each.id}
                  icon={Waypoints}
                  label={`Switch to ${each.name}`}
                  value={`Switch to ${each.name} ${each.slug}`}
                  run={() => navigate({ to: "/p/$project/overview", params: { project: each.slug } })}
                />
              ))}
          </Command.Group>
        )}
        {recent.length > 0 && (
          <Command.Group heading="Recent" className={groupClass}>
            {recent.map((page) => (
              <Item
                key={page.path}
                icon={History}
                label={page.title}
                value={`${page.title} ${page.path}`}
                run={() => router.history.push(page.path)}
              />
            ))}
          </Command.Group>
        )}
        {/* Last, so that Enter does what was typed the name of. */}
        {text.trim() !== "" && !traceId && (
          <Command.Group heading="Search" className={groupClass}>
            <Item
              icon={Search}
              label={`Search traces for “${text.trim()}”`}
              value={`search: ${text}`}
              run={() =>
                navigate({
                  to: "/p/$project/traces",
                  params: { project },
                  search: ((before: Record<string, unknown>) => ({ ...before, q: text.trim() })) as never,
                })
              }
            />
          </Command.Group>
        )}
      </Command.List>
    </Command>
  );
}
