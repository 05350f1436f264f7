import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { parseTracesSearch, type TracesSearch } from "../model/traces-search.ts";

/** Changes some search parameters; `replace` makes no step for the back button. */
export type PatchSearch = (patch: Partial<TracesSearch>, options?: { replace?: boolean }) => void;

/** The list's search parameters and how to change them: the URL is their only home. */
export function useTracesSearch(): [TracesSearch, PatchSearch] {
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => parseTracesSearch(raw), [raw]);
  const navigate = useNavigate();
  const patch = useCallback<PatchSearch>(
    (change, options) => {
      navigate({
        to: ".",
        search: ((before: Record<string, unknown>) => ({ ...before, ...change })) as never,
        replace: options?.replace ?? false,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return [search, patch];
}
