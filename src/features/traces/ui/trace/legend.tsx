import { GROUP_LABEL, type OperationGroup } from "../model/operations.ts";
import { OperationIcon } from "./operation-icon.tsx";

/** What the icons, colours and marks of the waterfall mean; only of what this trace has. */
export function Legend({
  groups,
  firstToken,
  skew,
  missing,
  critical,
}: {
  groups: readonly OperationGroup[];
  firstToken: boolean;
  skew: boolean;
  missing: boolean;
  /** Share of the trace's time that the path explains, in words; null while it is not shown. */
  critical: string | null;
}) {
  return (
    <ul
      aria-label="Legend"
      className="flex shrink-0 flex-wrap gap-x-3.5 gap-y-1 border-t border-border px-3 py-1.5 text-2xs text-text-muted"
    >
      {groups.map((group) => (
        <li key={group} className="flex items-center gap-1">
          <OperationIcon group={group} size={12} />
          {GROUP_LABEL[group]}
        </li>
      ))}
      {firstToken && (
        <li className="flex items-center gap-1">
          <span aria-hidden className="relative h-2 w-4 rounded-sm bg-series-1">
            <span className="absolute inset-y-0 left-0 w-1.5 bg-surface/55" />
            <span className="absolute inset-y-0 left-1.5 w-0.5 bg-text" />
          </span>
          First token
        </li>
      )}
      {critical && (
        <li className="flex items-center gap-1">
          <span aria-hidden className="h-[3px] w-4 rounded-full bg-text" />
          Critical path {critical}
        </li>
      )}
      {skew && (
        <li
          className="flex items-center gap-1"
          title="Recorded before its parent: drawn at the parent's start, since the clocks disagree"
        >
          <span
            aria-hidden
            className="h-2 w-4 rounded-sm bg-series-8 bg-[repeating-linear-gradient(135deg,transparent_0_3px,var(--color-bg)_3px_5px)]"
          />
          Clock skew, moved
        </li>
      )}
      {missing && (
        <li className="flex items-center gap-1">
          <span aria-hidden className="h-2 w-4 rounded-sm border border-dashed border-border-strong" />
          Parent not received
        </li>
      )}
    </ul>
  );
}
