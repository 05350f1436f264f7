import { KeyRound, ListTree, type LucideIcon, Plug } from "lucide-react";

export interface NavigationItem {
  id: string;
  label: string;
  /** Route below `/p/$project`. */
  to: "/p/$project/traces" | "/p/$project/connect" | "/p/$project/settings/keys";
  icon: LucideIcon;
  /** Sequence that goes there. */
  keys: string;
  section: "observe" | "set up";
  /** Other words the command palette finds it by. */
  words: string;
}

/** The pages of the left navigation and the command palette: a feature adds a line. */
export const NAVIGATION: readonly NavigationItem[] = [
  {
    id: "traces",
    label: "Traces",
    to: "/p/$project/traces",
    icon: ListTree,
    keys: "g t",
    section: "observe",
    words: "spans requests executions llm",
  },
  {
    id: "connect",
    label: "Connect",
    to: "/p/$project/connect",
    icon: Plug,
    keys: "g c",
    section: "set up",
    words: "onboarding setup otel opentelemetry snippet endpoint install",
  },
  {
    id: "keys",
    label: "API keys",
    to: "/p/$project/settings/keys",
    icon: KeyRound,
    keys: "g k",
    section: "set up",
    words: "token secret ingest settings",
  },
];
