import {
  Bot,
  Box,
  CircleDashed,
  GitBranch,
  type LucideIcon,
  MessageSquare,
  Search,
  ShieldCheck,
  Wrench,
} from "lucide-react";
import { cx } from "#web/lib/cx.ts";
import type { OperationGroup } from "../model/operations.ts";

/** Icon and colour together tell groups apart; `token` is the colour's name for canvases; `missing` is the placeholder of a span not received. */
export const GROUP_STYLE: Record<
  OperationGroup | "missing",
  { Icon: LucideIcon; text: string; bar: string; token: string }
> = {
  agent: { Icon: Bot, text: "text-series-7", bar: "bg-series-7", token: "series-7" },
  llm: { Icon: MessageSquare, text: "text-series-1", bar: "bg-series-1", token: "series-1" },
  tool: { Icon: Wrench, text: "text-series-2", bar: "bg-series-2", token: "series-2" },
  retrieval: { Icon: Search, text: "text-series-3", bar: "bg-series-3", token: "series-3" },
  check: { Icon: ShieldCheck, text: "text-series-4", bar: "bg-series-4", token: "series-4" },
  chain: { Icon: GitBranch, text: "text-series-5", bar: "bg-series-5", token: "series-5" },
  other: { Icon: Box, text: "text-series-8", bar: "bg-series-8", token: "series-8" },
  missing: { Icon: CircleDashed, text: "text-text-faint", bar: "bg-transparent", token: "border-strong" },
};

export function OperationIcon({
  group,
  size = 14,
  className,
}: {
  group: OperationGroup | "missing";
  size?: number;
  className?: string;
}) {
  const { Icon, text } = GROUP_STYLE[group];
  return <Icon aria-hidden size={size} className={cx("shrink-0", text, className)} />;
}
