import { CircleAlert, CircleCheck, CircleDashed, type LucideIcon } from "lucide-react";
import { cx } from "../lib/cx.ts";
import { Badge, type Tone } from "./badge.tsx";

export type Status = "ok" | "error" | "unset";

/** Shape as well as colour tells them apart (WCAG 1.4.1). */
const STATUSES: Record<Status, { label: string; tone: Tone; Icon: LucideIcon; colour: string }> = {
  ok: { label: "OK", tone: "success", Icon: CircleCheck, colour: "text-success" },
  error: { label: "Error", tone: "danger", Icon: CircleAlert, colour: "text-danger" },
  unset: { label: "Unset", tone: "neutral", Icon: CircleDashed, colour: "text-text-faint" },
};

/** A span's or trace's status. `compact` shows the shape only, with the word as its name. */
export function StatusBadge({
  status,
  compact = false,
  label,
}: {
  status: Status;
  compact?: boolean;
  label?: string;
}) {
  const { label: word, tone, Icon, colour } = STATUSES[status];
  const text = label ?? word;
  if (compact) {
    return (
      <span role="img" aria-label={text} title={text} className={cx("inline-flex", colour)}>
        <Icon aria-hidden size={14} />
      </span>
    );
  }
  return (
    <Badge tone={tone} icon={<Icon aria-hidden size={12} className="shrink-0" />}>
      {text}
    </Badge>
  );
}
