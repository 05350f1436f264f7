import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { textParam } from "./search-params.ts";
import {
  DEFAULT_RANGE,
  followsNow,
  type ResolvedRange,
  rangeParams,
  resolveRange,
  type TypedRange,
} from "./time-range.ts";
import { currentTimeZone, useTimeZone } from "./time-zone.ts";

/** The time part of a URL's search; anything unreadable is left out. */
export function parseTimeSearch(search: Record<string, unknown>): Partial<TypedRange> {
  const from = textParam(search.from);
  const to = textParam(search.to);
  const tz = textParam(search.tz);
  if (from === undefined) return {};
  return { from, ...(to && { to }), ...(tz && isZone(tz) && { tz }) };
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** How often a page reads its data again, as the URL has it. */
export const REFRESH_INTERVALS = { "10s": 10_000, "30s": 30_000, "1m": 60_000, "5m": 300_000 } as const;
export type RefreshInterval = keyof typeof REFRESH_INTERVALS;

/** The part of a URL's search that goes with the user from page to page: the range, what it is compared with. */
export interface ShellSearch extends Partial<TypedRange> {
  /** Also show the period of the same length before. */
  compare?: "previous";
  refresh?: RefreshInterval;
}

/** Names of `ShellSearch`. */
export const SHELL_SEARCH_NAMES = ["from", "to", "tz", "compare", "refresh"] as const;

/** Reads what every page of a project has in its URL; anything unreadable is left out. */
export function parseShellSearch(search: Record<string, unknown>): ShellSearch {
  const refresh = textParam(search.refresh);
  return {
    ...parseTimeSearch(search),
    ...(textParam(search.compare) === "previous" && { compare: "previous" as const }),
    ...(refresh !== undefined &&
      Object.hasOwn(REFRESH_INTERVALS, refresh) && { refresh: refresh as RefreshInterval }),
  };
}

/** The range in the URL, or the default where there is none or it cannot be read. */
export function typedRangeOf(search: Record<string, unknown>): TypedRange {
  const { from, to, tz } = parseTimeSearch(search);
  if (from === undefined) return DEFAULT_RANGE;
  const range: TypedRange = { from, to, tz };
  return resolveRange(range, Date.now(), currentTimeZone()) === null ? DEFAULT_RANGE : range;
}

export interface TimeRangeState {
  /** As typed; put it into query keys, so that a cached list survives until the range changes. */
  typed: TypedRange;
  /** The instants it means at this moment; call it when fetching. */
  resolve: () => ResolvedRange;
  /** `{from, to}` in RFC 3339 as API parameters; call it when fetching. */
  apiParams: () => { from: string; to: string };
  /** Whether the range ends now, so that live data belongs into it. */
  live: boolean;
  setRange: (range: TypedRange) => void;
  /** Whether the period before is wanted too. */
  compare: boolean;
  /** How often to read again; null for never. */
  refresh: RefreshInterval | null;
  /** Changes `compare` and `refresh`; undefined takes one out of the URL. */
  setShell: (change: Pick<ShellSearch, "compare" | "refresh">) => void;
}

/** The global time range, kept in the URL. */
export function useTimeRange(): TimeRangeState {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const timeZone = useTimeZone();
  const { from, to, tz } = typedRangeOf(search);
  const { compare, refresh = null } = parseShellSearch(search);

  const setShell = useCallback(
    (change: Pick<ShellSearch, "compare" | "refresh">) => {
      navigate({
        to: ".",
        search: ((before: Record<string, unknown>) => ({ ...before, ...change })) as never,
        replace: true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  const setRange = useCallback(
    (range: TypedRange) => {
      navigate({
        to: ".",
        // `cursor` pages through the old range.
        search: ((before: Record<string, unknown>) => ({
          ...before,
          cursor: undefined,
          from: range.from,
          to: range.to,
          tz: range.tz,
        })) as never,
      });
    },
    [navigate],
  );

  return useMemo(() => {
    const typed: TypedRange = { from, to, tz };
    const resolve = () => {
      const now = Date.now();
      return resolveRange(typed, now, timeZone) ?? { from: now - 86_400_000, to: now };
    };
    return {
      typed,
      resolve,
      apiParams: () => rangeParams(resolve(), followsNow(typed, Date.now(), timeZone)),
      live: followsNow(typed, Date.now(), timeZone),
      setRange,
      compare: compare === "previous",
      refresh,
      setShell,
    };
  }, [from, to, tz, timeZone, setRange, compare, refresh, setShell]);
}
