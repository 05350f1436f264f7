import { ChevronDown } from "lucide-react";
import { useMemo, useState } from "react";
import { formatNumber } from "../lib/format.ts";
import { Button } from "./button.tsx";
import { Checkbox } from "./checkbox.tsx";
import { Input } from "./input.tsx";
import { Popover } from "./popover.tsx";

export interface FacetOption {
  value: string;
  label?: string;
  count?: number;
}

/** From this many options on there is a field to find one. */
const SEARCH_FROM = 8;
const MAX_SHOWN = 100;

/** What a menu lists: chosen values first, even those that nothing in the range has, then by count. */
export function facetOptions(
  options: readonly FacetOption[],
  chosen: readonly string[],
  find: string,
): FacetOption[] {
  const known = new Map(options.map((option) => [option.value, option]));
  const first = chosen.map((value) => known.get(value) ?? { value, count: 0 });
  const rest = options.filter((option) => !chosen.includes(option.value));
  const wanted = find.trim().toLowerCase();
  return [...first, ...rest]
    .filter((option) => (option.label ?? option.value).toLowerCase().includes(wanted))
    .slice(0, MAX_SHOWN);
}

/** A filter of several values: any of the ticked ones. */
export function FacetMenu({
  name,
  options,
  chosen,
  onToggle,
  onClear,
}: {
  name: string;
  options: readonly FacetOption[];
  chosen: readonly string[] | undefined;
  onToggle: (value: string) => void;
  onClear: () => void;
}) {
  const [find, setFind] = useState("");
  const picked = chosen ?? [];
  // The order is settled when the menu opens, so that ticking does not move what one is about to tick next.
  const [order, setOrder] = useState<readonly string[]>([]);
  const shown = useMemo(() => facetOptions(options, order, find), [options, order, find]);
  return (
    <Popover
      label={`Filter by ${name.toLowerCase()}`}
      className="w-72"
      onOpenChange={(open) => {
        if (!open) return;
        setFind("");
        setOrder(picked);
      }}
      trigger={(props) => (
        <Button {...props} size="sm" className={picked.length > 0 ? "border-accent! text-accent!" : ""}>
          {name}
          {picked.length > 0 && <span className="tabular-nums">· {picked.length}</span>}
          <ChevronDown aria-hidden size={13} className="-mr-0.5 opacity-70" />
        </Button>
      )}
    >
      {options.length >= SEARCH_FROM && (
        <div className="border-b border-border p-2">
          <Input
            size="sm"
            aria-label={`Find in ${name.toLowerCase()}`}
            placeholder="Find…"
            autoComplete="off"
            value={find}
            onChange={(event) => setFind(event.target.value)}
          />
        </div>
      )}
      <fieldset className="max-h-72 overflow-y-auto p-1">
        <legend className="sr-only">{name}</legend>
        {shown.map((option) => (
          <div key={option.value} className="flex items-center rounded-md px-2 hover:bg-surface-hover">
            <Checkbox
              className="h-8 min-w-0 flex-1"
              checked={picked.includes(option.value)}
              onChange={() => onToggle(option.value)}
              label={option.label ?? option.value}
            />
            {option.count !== undefined && (
              <span className="pl-2 text-xs text-text-muted tabular-nums">{formatNumber(option.count)}</span>
            )}
          </div>
        ))}
        {shown.length === 0 && (
          <p className="px-2 py-3 text-text-muted">
            {find ? "Nothing matches." : `No ${name.toLowerCase()} in this time range.`}
          </p>
        )}
      </fieldset>
      {picked.length > 0 && (
        <div className="border-t border-border p-1">
          <Button variant="ghost" size="sm" className="w-full" onClick={onClear}>
            Clear
          </Button>
        </div>
      )}
    </Popover>
  );
}
