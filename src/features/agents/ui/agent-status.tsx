import { CircleAlert, CircleCheck, CircleDashed, CirclePlay, type LucideIcon } from "lucide-react";
import { cx } from "#web/lib/cx.ts";
import { Badge, type Tone } from "#web/ui/badge.tsx";
import type { AgentStatus } from "../agent-contract.ts";

/** Shape as well as colour tells the statuses apart (WCAG 1.4.1). */
export const STATUS_LOOKS: Record<
  AgentStatus,
  { label: string; tone: Tone; Icon: LucideIcon; colour: string }
> = {
  running: { label: "Running", tone: "accent", Icon: CirclePlay, colour: "text-accent" },
  idle: { label: "Idle", tone: "success", Icon: CircleCheck, colour: "text-success" },
  degraded: { label: "Degraded", tone: "danger", Icon: CircleAlert, colour: "text-danger" },
  offline: { label: "Offline", tone: "neutral", Icon: CircleDashed, colour: "text-text-muted" },
};

/** An agent's status, with its reason on hover. `compact` shows the shape only. */
export function AgentStatusBadge({
  status,
  reason,
  compact = false,
}: {
  status: AgentStatus;
  reason?: string;
  compact?: boolean;
}) {
  const { label, tone, Icon, colour } = STATUS_LOOKS[status];
  if (compact) {
    return (
      <span
        role="img"
        aria-label={label}
        title={reason ?? label}
        className={cx("inline-flex shrink-0", colour)}
      >
        <Icon aria-hidden size={15} />
      </span>
    );
  }
  return (
    <Badge tone={tone} title={reason} icon={<Icon aria-hidden size={12} className="shrink-0" />}>
      {label}
    </Badge>
  );
}
