import {
  ChevronDown,
  ChevronsDownUp,
  ChevronsUpDown,
  ChevronUp,
  CircleAlert,
  Route,
  Search,
  UnfoldVertical,
} from "lucide-react";
import type { RefObject } from "react";
import { formatNumber } from "#web/lib/format.ts";
import { Button } from "#web/ui/button.tsx";
import { IconButton } from "#web/ui/icon-button.tsx";
import { Input } from "#web/ui/input.tsx";

export interface WaterfallToolbarProps {
  find: string;
  onFind: (text: string) => void;
  field: RefObject<HTMLInputElement | null>;
  matchCount: number;
  /** Place of the active span among the matches, from 1; 0 when it is none of them. */
  matchAt: number;
  onMatch: (direction: 1 | -1) => void;
  errorCount: number;
  onError: () => void;
  allOpen: boolean;
  onToggleAll: () => void;
  /** Whether the view has rows to open and fold. */
  hasRows: boolean;
  criticalShown: boolean;
  onToggleCritical: () => void;
  /** Runs of equal calls, and whether they are folded; none, no button. */
  repeatCount: number;
  repeatsFolded: boolean;
  onToggleRepeats: () => void;
}

/** Finding one's way in a trace: search, errors, folding. */
export function WaterfallToolbar(props: WaterfallToolbarProps) {
  const searching = props.find.trim() !== "";
  return (
    <div className="flex flex-wrap items-center gap-1.5 border-b border-border px-3 py-1.5">
      <Input
        ref={props.field}
        type="search"
        size="sm"
        aria-label="Find in this trace"
        placeholder="Find in trace"
        autoComplete="off"
        spellCheck={false}
        className="min-w-32 flex-1 sm:max-w-64"
        leading={<Search aria-hidden size={13} />}
        value={props.find}
        onChange={(event) => props.onFind(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            props.onMatch(event.shiftKey ? -1 : 1);
          } else if (event.key === "Escape") {
            event.stopPropagation();
            if (props.find) props.onFind("");
            else event.currentTarget.blur();
          }
        }}
      />
      {searching && (
        <>
          <span role="status" className="text-xs text-text-muted tabular-nums">
            {props.matchCount === 0
              ? "no match"
              : `${props.matchAt > 0 ? `${formatNumber(props.matchAt)} of ` : ""}${formatNumber(props.matchCount)}`}
          </span>
          <IconButton
            size="sm"
            label="Previous match"
            keys="shift+enter"
            disabled={props.matchCount === 0}
            icon={<ChevronUp aria-hidden size={14} />}
            onClick={() => props.onMatch(-1)}
          />
          <IconButton
            size="sm"
            label="Next match"
            keys="enter"
            disabled={props.matchCount === 0}
            icon={<ChevronDown aria-hidden size={14} />}
            onClick={() => props.onMatch(1)}
          />
        </>
      )}
      <span className="ml-auto flex items-center gap-1.5">
        {props.errorCount > 0 && (
          <Button
            size="sm"
            className="text-danger!"
            icon={<CircleAlert aria-hidden size={13} />}
            aria-keyshortcuts="e"
            onClick={props.onError}
          >
            <span className="max-sm:sr-only">Next error</span>
            <span className="tabular-nums">{formatNumber(props.errorCount)}</span>
          </Button>
        )}
        <IconButton
          size="sm"
          label="Critical path"
          aria-pressed={props.criticalShown}
          className={props.criticalShown ? "bg-surface-active! text-text!" : ""}
          icon={<Route aria-hidden size={14} />}
          onClick={props.onToggleCritical}
        />
        {props.hasRows && props.repeatCount > 0 && (
          <IconButton
            size="sm"
            label={props.repeatsFolded ? "Show repeated calls" : "Fold repeated calls"}
            icon={<UnfoldVertical aria-hidden size={14} />}
            onClick={props.onToggleRepeats}
          />
        )}
        {props.hasRows && (
          <IconButton
            size="sm"
            label={props.allOpen ? "Collapse all" : "Expand all"}
            icon={
              props.allOpen ? (
                <ChevronsDownUp aria-hidden size={14} />
              ) : (
                <ChevronsUpDown aria-hidden size={14} />
              )
            }
            onClick={props.onToggleAll}
          />
        )}
      </span>
    </div>
  );
}
