import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { type LogsSearch, parseLogsSearch } from "./model/logs-search.ts";

/** Changes some search parameters; `replace` makes no step for the back button. */
export type PatchLogsSearch = (change: Partial<LogsSearch>, options?: { replace?: boolean }) => void;

/** The page's search parameters and how to change them: the URL is their only home. */
export function useLogsSearch(): [LogsSearch, PatchLogsSearch] {
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => parseLogsSearch(raw), [raw]);
  const navigate = useNavigate();
  const patch = useCallback<PatchLogsSearch>(
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
