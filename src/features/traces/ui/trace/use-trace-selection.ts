import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { parseTraceSearch, type TraceSearch } from "../model/traces-search.ts";

/** Walking through rows settles for this long before the URL and the details follow. */
const SETTLE_MS = 120;

/**
 * How the active span changes: `local` leaves the URL alone, `walk` lets it follow when the keys rest,
 * `now` changes it at once, `push` also makes a step for the back button.
 */
export type ActiveChange = "local" | "walk" | "now" | "push";

export interface TraceSelection {
  search: TraceSearch;
  /** The span the keyboard stands on; runs ahead of `search.span` while keys are held. */
  activeId: string | undefined;
  setActive: (id: string | undefined, how: ActiveChange) => void;
  patch: (change: Partial<TraceSearch>, options?: { push?: boolean }) => void;
}

/** Span, tab and search text of the trace page, which live in the URL. */
export function useTraceSelection(): TraceSelection {
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => parseTraceSearch(raw), [raw]);
  const navigate = useNavigate();
  const patch = useCallback<TraceSelection["patch"]>(
    (change, options) => {
      navigate({
        to: ".",
        search: ((before: Record<string, unknown>) => ({ ...before, ...change })) as never,
        replace: !options?.push,
        resetScroll: false,
      });
    },
    [navigate],
  );

  const [activeId, setLocal] = useState(search.span);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    // The URL changed from outside: back, a pasted link. Without a span the place in the tree is kept.
    if (search.span !== undefined) setLocal(search.span);
  }, [search.span]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const setActive = useCallback<TraceSelection["setActive"]>(
    (id, how) => {
      if (id !== undefined) setLocal(id);
      clearTimeout(timer.current);
      if (how === "now" || how === "push") patch({ span: id }, { push: how === "push" });
      else if (how === "walk") timer.current = setTimeout(() => patch({ span: id }), SETTLE_MS);
    },
    [patch],
  );
  return { search, activeId, setActive, patch };
}
