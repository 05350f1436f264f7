import { ChevronDown, ChevronRight, CircleAlert, TimerReset } from "lucide-react";
import { memo } from "react";
import { cx } from "#web/lib/cx.ts";
import { formatCost, formatDurationMs, formatTokens } from "#web/lib/format.ts";
import type { Span } from "../../trace-contract.ts";
import { type CriticalSegment, stretchesOn } from "../model/critical-path.ts";
import { groupOf } from "../model/operations.ts";
import type { Repeat } from "../model/repeats.ts";
import type { TreeNode } from "../model/trace-tree.ts";
import { barOf, INDENT_PX, indentPx, MAX_INDENT_LEVELS, type TimeDomain } from "../model/waterfall-layout.ts";
import { GROUP_STYLE, OperationIcon } from "./operation-icon.tsx";

export interface WaterfallRowProps {
  node: TreeNode<Span>;
  siblings: number;
  domain: TimeDomain;
  domId: string;
  top: number;
  height: number;
  /** The bar stands below the name instead of beside it. */
  stacked: boolean;
  open: boolean;
  active: boolean;
  match: boolean;
  /** The row stands at the head of a run of equal calls. */
  repeat: Repeat | undefined;
  /** Whether all calls of the run show. */
  unfolded: boolean;
  /** Stretches of the critical path that are this span's own. */
  critical: readonly CriticalSegment[] | undefined;
}

/** What a screen reader says for a row, since the bar is only a picture. */
function rowLabel({ node, repeat, unfolded, critical }: WaterfallRowProps): string {
  const { span, rollup, skewMs, loop } = node;
  if (!span) return `Parent span not received, ${rollup.spans} spans below`;
  const parts = [span.name || "(no name)", formatDurationMs(span.duration_ms)];
  if (repeat && !unfolded) {
    parts.push(`first of ${repeat.members.length} equal calls, ${formatDurationMs(repeat.totalMs)} in all`);
  }
  if (critical) parts.push("on the critical path");
  if (span.status === "error") parts.push("error");
  if (rollup.tokens > 0) parts.push(`${formatTokens(rollup.tokens)} tokens`);
  if (skewMs > 0) parts.push("clock skew");
  if (loop) parts.push("its parents form a loop");
  return parts.join(", ");
}

/** One span of the waterfall. Clicks are heard by the tree, which finds the node by `data-node`. */
export const WaterfallRow = memo(function WaterfallRow(props: WaterfallRowProps) {
  const { node, stacked, open, active, match, repeat, unfolded } = props;
  const folded = repeat !== undefined && !unfolded;
  const { span, depth, rollup } = node;
  const indent = indentPx(depth);
  const tokens = folded ? repeat.tokens : rollup.tokens;
  const cost = folded ? repeat.cost : rollup.cost;
  const group = span ? groupOf(span) : "missing";
  const detail = span ? (span.model || span.tool || "").trim() : "";
  const repeats = detail !== "" && span!.name.includes(detail);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree holds the focus and names the row by aria-activedescendant
    <div
      role="treeitem"
      id={props.domId}
      data-node={node.index}
      aria-level={depth + 1}
      aria-posinset={node.nth}
      aria-setsize={props.siblings}
      aria-expanded={folded ? false : node.childCount > 0 ? open : undefined}
      aria-selected={active}
      aria-label={rowLabel(props)}
      style={{ transform: `translateY(${props.top}px)`, height: props.height }}
      className={cx(
        "absolute inset-x-0 top-0 flex cursor-pointer text-xs [contain:layout_paint_style]",
        stacked && "flex-col justify-center gap-0.5 pr-3",
        active
          ? "bg-accent-soft group-focus-visible/tree:shadow-[inset_0_0_0_1.5px_var(--color-accent)]"
          : "hover:bg-surface-hover",
      )}
    >
      {depth > 0 && (
        <span
          aria-hidden
          className="pointer-events-none absolute inset-y-0 left-[13px]"
          style={{
            width: indent,
            backgroundImage: `repeating-linear-gradient(to right, var(--color-border) 0 1px, transparent 1px ${INDENT_PX}px)`,
          }}
        />
      )}
      <div
        className="relative flex min-w-0 items-center gap-1.5 pr-2"
        style={{ paddingLeft: indent + 6, width: stacked ? undefined : "var(--name-width)", flex: "none" }}
      >
        {node.childCount > 0 && !folded ? (
          <span
            data-toggle
            className="-ml-1 inline-flex size-6 shrink-0 items-center justify-center rounded-sm text-text-muted hover:bg-surface-active"
          >
            {open ? <ChevronDown aria-hidden size={13} /> : <ChevronRight aria-hidden size={13} />}
          </span>
        ) : (
          <span className="w-5 shrink-0" />
        )}
        {depth > MAX_INDENT_LEVELS && (
          <span className="shrink-0 rounded-sm bg-surface-active px-1 text-2xs text-text-muted tabular-nums">
            {depth}
          </span>
        )}
        <OperationIcon group={group} />
        {span ? (
          <span
            className={cx(
              "truncate",
              match && "rounded-sm bg-warning-soft",
              span.status === "error" && "text-danger",
            )}
          >
            {span.name || "(no name)"}
          </span>
        ) : (
          <span className="truncate text-text-muted italic">Parent not received</span>
        )}
        {repeat && (
          <span
            data-fold
            title={unfolded ? "Fold the equal calls into one row" : "Show each of the equal calls"}
            className={cx(
              "inline-flex h-5 shrink-0 items-center rounded-full border px-1.5 text-2xs font-medium tabular-nums",
              unfolded
                ? "border-border text-text-muted hover:bg-surface-active"
                : "border-accent bg-accent-soft text-accent",
            )}
          >
            ×{repeat.members.length}
          </span>
        )}
        {detail && !repeats && <span className="shrink-[4] truncate text-text-faint">{detail}</span>}
        {!span && (
          <span className="truncate font-mono text-2xs text-text-faint">
            {node.id.slice("missing:".length)}
          </span>
        )}
        {node.loop && (
          <span className="shrink-0 rounded-sm bg-warning-soft px-1 text-2xs text-warning">loop</span>
        )}
        <span className="ml-auto flex shrink-0 items-center gap-1.5 pl-1 text-2xs text-text-muted tabular-nums">
          {span?.status === "error" ? (
            <CircleAlert aria-hidden size={13} className="text-danger" />
          ) : (
            rollup.errors > 0 &&
            !open &&
            node.childCount > 0 && <span className="text-danger">{rollup.errors}!</span>
          )}
          {tokens > 0 && (
            <span title={`${tokens} tokens in this span and below`}>{formatTokens(tokens)} tok</span>
          )}
          {cost !== null && cost > 0 && !stacked && (
            <span className="max-xl:hidden" title="Cost of this span and below">
              {formatCost(cost)}
            </span>
          )}
          {stacked && (
            <span className="w-14 text-right">
              {formatDurationMs(folded ? repeat.totalMs : node.endMs - node.startMs)}
            </span>
          )}
        </span>
      </div>
      <Bar {...props} />
    </div>
  );
});

/** A mark within a bar of a few pixels would hide it. */
const MARKS_FROM_PERCENT = 1.5;

const HATCH =
  "repeating-linear-gradient(135deg, transparent 0 3px, color-mix(in srgb, var(--color-bg) 45%, transparent) 3px 6px)";

function Bar({ node, domain, stacked, repeat, unfolded, critical }: WaterfallRowProps) {
  const { span } = node;
  // A folded run is drawn from its first call's start to its last one's end.
  const drawn = repeat && !unfolded ? repeat : node;
  const folded = drawn !== node;
  const bar = barOf(drawn, domain, folded ? null : (span?.time_to_first_token_ms ?? null));
  const outside = drawn.endMs < domain.startMs || drawn.startMs > domain.endMs;
  const style = GROUP_STYLE[span ? groupOf(span) : "missing"];
  const failed = span?.status === "error";
  const tip = [
    formatDurationMs(node.endMs - node.startMs),
    folded && `${repeat!.members.length} calls, ${formatDurationMs(repeat!.totalMs)} in all`,
    bar.firstToken !== null && `first token after ${formatDurationMs(span!.time_to_first_token_ms!)}`,
    node.skewMs > 0 &&
      `recorded ${formatDurationMs(node.skewMs)} before its parent: the two clocks disagree, so it is drawn at the parent's start`,
  ];
  return (
    <div
      aria-hidden
      className={cx("relative min-w-0", stacked ? "ml-3 h-1.5" : "mr-16 flex-1")}
      title={tip.filter(Boolean).join(" · ")}
    >
      <div
        hidden={outside}
        className={cx(
          "absolute overflow-hidden rounded-[3px]",
          stacked ? "inset-y-0" : "inset-y-[7px]",
          style.bar,
          folded && "opacity-70",
          !span && "border border-dashed border-border-strong",
          failed && "ring-[1.5px] ring-danger ring-offset-1 ring-offset-surface",
        )}
        style={{ left: `${bar.left}%`, width: `${bar.width}%`, minWidth: 3 }}
      >
        {bar.firstToken !== null && bar.width > MARKS_FROM_PERCENT && (
          <>
            <span
              className="absolute inset-y-0 left-0 bg-surface/55"
              style={{ width: `${bar.firstToken}%` }}
            />
            <span className="absolute inset-y-0 w-0.5 bg-text" style={{ left: `${bar.firstToken}%` }} />
          </>
        )}
        {node.skewMs > 0 && <span className="absolute inset-0" style={{ backgroundImage: HATCH }} />}
      </div>
      {critical &&
        stretchesOn(critical, domain).map(({ left, width }) => (
          <span
            key={left}
            className={cx("absolute h-[3px] rounded-full bg-text", stacked ? "-bottom-0.5" : "bottom-[2px]")}
            style={{ left: `${left}%`, width: `${width}%`, minWidth: 2 }}
          />
        ))}
      {!stacked && !outside && (
        <span
          className="absolute inset-y-0 flex items-center gap-1 px-1.5 text-2xs whitespace-nowrap text-text-muted tabular-nums"
          style={{ left: `${bar.left + bar.width}%` }}
        >
          {node.skewMs > 0 && <TimerReset size={12} className="text-warning" />}
          {formatDurationMs(folded ? repeat!.totalMs : node.endMs - node.startMs)}
        </span>
      )}
    </div>
  );
}
