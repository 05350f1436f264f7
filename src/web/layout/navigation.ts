import {
  ArchiveX,
  Bot,
  ChartSpline,
  CirclePlay,
  KeyRound,
  LayoutDashboard,
  ListTree,
  type LucideIcon,
  MessagesSquare,
  Plug,
  ScrollText,
  Tags,
  Users,
  Wallet,
} from "lucide-react";

export interface NavigationItem {
  id: string;
  label: string;
  /** Route below `/p/$project`. */
  to:
    | "/p/$project/overview"
    | "/p/$project/agents"
    | "/p/$project/executions"
    | "/p/$project/traces"
    | "/p/$project/sessions"
    | "/p/$project/users"
    | "/p/$project/costs"
    | "/p/$project/logs"
    | "/p/$project/metrics"
    | "/p/$project/connect"
    | "/p/$project/settings/keys"
    | "/p/$project/settings/attribute-mapping"
    | "/p/$project/settings/retention";
  icon: LucideIcon;
  /** Sequence that goes there. */
  keys: string;
  section: "observe" | "set up";
  /** Other words the command palette finds it by. */
  words: string;
}

/**
 * The pages of the left navigation and the command palette, in their order: a feature adds a line. What is
 * observed: Overview, Agents (g a), Executions (g e), Traces, Sessions (g s), Users (g u), Costs (g d), Logs,
 * Metrics. What is set up: Connect, API keys, Attribute mapping (g n), Data retention (g r).
 */
export const NAVIGATION: readonly NavigationItem[] = [
  {
    id: "overview",
    label: "Overview",
    to: "/p/$project/overview",
    icon: LayoutDashboard,
    keys: "g o",
    section: "observe",
    words: "home dashboard health summary",
  },
  {
    id: "agents",
    label: "Agents",
    to: "/p/$project/agents",
    icon: Bot,
    keys: "g a",
    section: "observe",
    words: "fleet status health heartbeat configuration versions",
  },
  {
    id: "executions",
    label: "Executions",
    to: "/p/$project/executions",
    icon: CirclePlay,
    keys: "g e",
    section: "observe",
    words: "runs jobs invocations",
  },
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
    id: "sessions",
    label: "Sessions",
    to: "/p/$project/sessions",
    icon: MessagesSquare,
    keys: "g s",
    section: "observe",
    words: "conversations threads chat",
  },
  {
    id: "users",
    label: "Users",
    to: "/p/$project/users",
    icon: Users,
    keys: "g u",
    section: "observe",
    words: "end users people customers",
  },
  {
    id: "costs",
    label: "Costs",
    to: "/p/$project/costs",
    icon: Wallet,
    keys: "g d",
    section: "observe",
    words: "spend money price budget tokens usd",
  },
  {
    id: "logs",
    label: "Logs",
    to: "/p/$project/logs",
    icon: ScrollText,
    keys: "g l",
    section: "observe",
    words: "log records tail messages severity",
  },
  {
    id: "metrics",
    label: "Metrics",
    to: "/p/$project/metrics",
    icon: ChartSpline,
    keys: "g m",
    section: "observe",
    words: "series samples prometheus query explorer",
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
  {
    id: "attribute-mapping",
    label: "Attribute mapping",
    to: "/p/$project/settings/attribute-mapping",
    icon: Tags,
    keys: "g n",
    section: "set up",
    words: "settings attributes dialect names custom instrumentation paste span",
  },
  {
    id: "retention",
    label: "Data retention",
    to: "/p/$project/settings/retention",
    icon: ArchiveX,
    keys: "g r",
    section: "set up",
    words: "settings delete gdpr sampling storage ttl disk",
  },
];
