import { Link, useParams } from "@tanstack/react-router";
import { Fragment } from "react";
import { cx } from "../lib/cx.ts";
import { Tooltip } from "../ui/tooltip.tsx";
import { NAVIGATION, type NavigationItem } from "./navigation.ts";
import { ProjectSwitcher } from "./project-switcher.tsx";
import { UserMenu } from "./user-menu.tsx";

const SECTIONS: readonly NavigationItem["section"][] = ["observe", "set up"];

function NavigationLink({
  item,
  rail,
  onNavigate,
}: {
  item: NavigationItem;
  rail: boolean;
  onNavigate?: () => void;
}) {
  const { project = "" } = useParams({ strict: false });
  const Icon = item.icon;
  const link = (
    <Link
      to={item.to}
      params={{ project }}
      onClick={onNavigate}
      aria-label={rail ? item.label : undefined}
      className={cx(
        "flex h-8 items-center gap-2.5 rounded-md text-text-muted hover:bg-surface-hover hover:text-text",
        rail ? "w-8 justify-center" : "px-2.5",
      )}
      activeProps={{ className: "bg-surface-active! text-text! font-medium" }}
    >
      <Icon aria-hidden size={16} className="shrink-0" />
      {!rail && item.label}
    </Link>
  );
  return rail ? (
    <Tooltip text={item.label} keys={item.keys} side="right">
      {link}
    </Tooltip>
  ) : (
    link
  );
}

/** The left navigation; a rail of icons when collapsed. */
export function Sidebar({ rail = false, onNavigate }: { rail?: boolean; onNavigate?: () => void }) {
  return (
    <div className={cx("flex h-full flex-col gap-1 p-2", rail && "items-center")}>
      <ProjectSwitcher rail={rail} />
      <nav
        aria-label="Main"
        className={cx("mt-2 flex min-h-0 flex-1 flex-col gap-0.5 overflow-y-auto", rail && "items-center")}
      >
        {SECTIONS.map((section, index) => (
          <Fragment key={section}>
            {rail
              ? index > 0 && <hr className="my-2 w-6 border-border" />
              : index > 0 && (
                  <h2 className="mt-4 mb-1 px-2.5 text-2xs font-medium tracking-wide text-text-faint uppercase">
                    {section}
                  </h2>
                )}
            {NAVIGATION.filter((item) => item.section === section).map((item) => (
              <NavigationLink key={item.id} item={item} rail={rail} onNavigate={onNavigate} />
            ))}
          </Fragment>
        ))}
      </nav>
      <UserMenu rail={rail} />
    </div>
  );
}
