import { X } from "lucide-react";
import { formatDurationMs, formatTokens } from "#web/lib/format.ts";
import { Button } from "#web/ui/button.tsx";
import {
  activeFilters,
  MULTI_FILTERS,
  type MultiFilter,
  type TracesSearch,
  toggled,
} from "../model/traces-search.ts";
import { whereText } from "../model/where-filter.ts";
import type { PatchSearch } from "./use-traces-search.ts";

export interface Chip {
  key: string;
  name: string;
  value: string;
  /** The change that takes the filter off. */
  remove: Partial<TracesSearch>;
}

const NAMES: Partial<Record<keyof TracesSearch, string>> = {
  q: "search",
  session_id: "session",
  user_id: "user",
  has_errors: "any span failed",
  min_duration_ms: "longer than",
  max_duration_ms: "shorter than",
  min_tokens: "tokens from",
  error_type: "error type",
  agent_version: "version",
};

/** One chip per value in use; the search texts have their own fields and need none. */
export function chipsOf(search: TracesSearch): Chip[] {
  return activeFilters(search)
    .filter((key) => key !== "q" && key !== "message")
    .flatMap((key): Chip[] => {
      const name = NAMES[key] ?? key;
      const value = search[key];
      if (Array.isArray(value) && (MULTI_FILTERS as readonly string[]).includes(key)) {
        return value.map((item) => ({
          key: `${key} ${item}`,
          ...(key === "where" ? whereText(item) : { name, value: item }),
          remove: { [key]: toggled(search[key as MultiFilter], item) },
        }));
      }
      const text =
        key === "min_tokens"
          ? formatTokens(value as number)
          : typeof value === "number"
            ? formatDurationMs(value)
            : key === "has_errors"
              ? value === "true"
                ? "yes"
                : "no"
              : String(value);
      return [{ key, name, value: text, remove: { [key]: undefined } }];
    });
}

/** The filters in use, each with a way to take it off. */
export function FilterChips({
  search,
  patch,
  onClear,
}: {
  search: TracesSearch;
  patch: PatchSearch;
  onClear: () => void;
}) {
  const chips = chipsOf(search);
  if (chips.length === 0 && search.q === undefined && search.message === undefined) return null;
  return (
    <ul aria-label="Filters in use" className="flex flex-wrap items-center gap-1.5">
      {chips.map((chip) => (
        <li
          key={chip.key}
          className="inline-flex h-6 max-w-full items-center rounded-full border border-border bg-surface pl-2.5 text-xs"
        >
          <span className="mr-1 text-text-muted">{chip.name}</span>
          <span className="max-w-60 truncate font-medium" title={chip.value}>
            {chip.value}
          </span>
          <button
            type="button"
            aria-label={`Remove filter ${chip.name} ${chip.value}`}
            onClick={() => patch(chip.remove)}
            className="ml-0.5 inline-flex size-6 items-center justify-center rounded-full text-text-muted hover:bg-surface-hover hover:text-text"
          >
            <X aria-hidden size={12} />
          </button>
        </li>
      ))}
      <li>
        <Button variant="ghost" size="sm" onClick={onClear}>
          Clear filters
        </Button>
      </li>
    </ul>
  );
}
