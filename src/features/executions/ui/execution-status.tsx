import { Ban, CircleAlert, CircleCheck, LoaderCircle, type LucideIcon } from "lucide-react";
import { cx } from "#web/lib/cx.ts";
import { Badge, type Tone } from "#web/ui/badge.tsx";
import type { ExecutionSource, ExecutionStatus } from "../execution-contract.ts";

/** Shape as well as colour tells them apart (WCAG 1.4.1). */
export const EXECUTION_LOOKS: Record<
  ExecutionStatus,
  { label: string; tone: Tone; Icon: LucideIcon; colour: string }
> = {
  running: { label: "Running", tone: "accent", Icon: LoaderCircle, colour: "text-accent" },
  succeeded: { label: "Succeeded", tone: "success", Icon: CircleCheck, colour: "text-success" },
  failed: { label: "Failed", tone: "danger", Icon: CircleAlert, colour: "text-danger" },
  cancelled: { label: "Cancelled", tone: "neutral", Icon: Ban, colour: "text-text-muted" },
};

/** How a run is. `compact` shows the shape only, with the word as its name. */
export function ExecutionStatusBadge({
  status,
  compact = false,
}: {
  status: ExecutionStatus;
  compact?: boolean;
}) {
  const { label, tone, Icon, colour } = EXECUTION_LOOKS[status];
  const spin = status === "running" ? "motion-safe:animate-spin" : "";
  if (compact) {
    return (
      <span role="img" aria-label={label} title={label} className={cx("inline-flex shrink-0", colour)}>
        <Icon aria-hidden size={14} className={spin} />
      </span>
    );
  }
  return (
    <Badge tone={tone} icon={<Icon aria-hidden size={12} className={cx("shrink-0", spin)} />}>
      {label}
    </Badge>
  );
}

/** Where a run is known from, in words. */
export const SOURCE_WORDS: Record<ExecutionSource, string> = {
  reported: "Reported",
  trace: "From its trace",
  both: "Reported, with its trace",
};
