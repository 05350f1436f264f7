import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Keyboard, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { profileQuery, signOut } from "#features/auth/ui/auth-api.ts";
import { cx } from "../lib/cx.ts";
import { setTheme, type ThemeChoice, useThemeChoice } from "../lib/theme.ts";
import { describeError } from "../ui/error-state.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { Menu } from "../ui/menu.tsx";
import { toast } from "../ui/toast.tsx";
import { openKeyboardHelp } from "./shell-state.ts";

const THEMES: readonly { id: ThemeChoice; label: string; Icon: typeof Sun }[] = [
  { id: "system", label: "System theme", Icon: Monitor },
  { id: "light", label: "Light theme", Icon: Sun },
  { id: "dark", label: "Dark theme", Icon: Moon },
];

/** Who is signed in; theme, keyboard help and sign-out. */
export function UserMenu({ rail }: { rail: boolean }) {
  const { data } = useQuery(profileQuery);
  const theme = useThemeChoice();
  const navigate = useNavigate();
  const client = useQueryClient();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      await navigate({ to: "/sign-in" });
      client.clear();
    },
    onError: (error) => toast(describeError(error).detail, "danger"),
  });
  const email = data?.user.email ?? "";
  const name = data?.user.name || email;
  return (
    <Menu
      label="Account"
      side="top"
      header={<p className="truncate text-xs text-text-muted">{email}</p>}
      items={[
        ...THEMES.map(({ id, label, Icon }) => ({
          id,
          label,
          icon: <Icon aria-hidden size={15} />,
          checked: theme === id,
          run: () => setTheme(id),
        })),
        {
          id: "keyboard",
          label: "Keyboard shortcuts",
          icon: <Keyboard aria-hidden size={15} />,
          hint: <Kbd keys="?" />,
          separated: true,
          run: openKeyboardHelp,
        },
        {
          id: "sign-out",
          label: "Sign out",
          icon: <LogOut aria-hidden size={15} />,
          separated: true,
          run: () => leave.mutate(),
        },
      ]}
      trigger={(props) => (
        <button
          type="button"
          {...props}
          aria-label={`Account: ${name}`}
          className={cx(
            "flex items-center gap-2.5 rounded-md text-left hover:bg-surface-hover",
            rail ? "size-9 justify-center" : "h-9 w-full px-1.5",
          )}
        >
          <span
            aria-hidden
            className="flex size-6 shrink-0 items-center justify-center rounded-full bg-accent-soft text-2xs font-semibold text-accent uppercase"
          >
            {name.slice(0, 1)}
          </span>
          {!rail && <span className="min-w-0 flex-1 truncate text-text-muted">{name}</span>}
        </button>
      )}
    />
  );
}
