import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { ChevronsUpDown } from "lucide-react";
import { profileQuery } from "#features/auth/ui/auth-api.ts";
import { cx } from "../lib/cx.ts";
import { Logo } from "../ui/logo.tsx";
import { Menu } from "../ui/menu.tsx";

/** Which project everything on the page belongs to, and the way to another. */
export function ProjectSwitcher({ rail }: { rail: boolean }) {
  const { project: slug = "" } = useParams({ strict: false });
  const { data } = useQuery(profileQuery);
  const navigate = useNavigate();
  const projects = data?.projects ?? [];
  const current = projects.find((each) => each.slug === slug);
  const name = current?.name ?? slug;
  return (
    <Menu
      label="Projects"
      items={projects.map((each) => ({
        id: each.id,
        label: each.name,
        checked: each.slug === slug,
        run: () => navigate({ to: "/p/$project/overview", params: { project: each.slug } }),
      }))}
      trigger={(props) => (
        <button
          type="button"
          {...props}
          aria-label={`Project: ${name}. Switch project`}
          className={cx(
            "flex items-center gap-2.5 rounded-md text-left hover:bg-surface-hover",
            rail ? "size-9 justify-center" : "h-10 w-full px-1.5",
          )}
        >
          <Logo size={24} />
          {!rail && (
            <>
              <span className="min-w-0 flex-1">
                <span className="block truncate leading-4 font-semibold">{name}</span>
                <span className="block text-2xs leading-3.5 text-text-faint">Flightdeck</span>
              </span>
              <ChevronsUpDown aria-hidden size={14} className="text-text-faint" />
            </>
          )}
        </button>
      )}
    />
  );
}
