import { type InfiniteData, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useLiveChanges } from "#web/lib/live.ts";
import {
  type ExecutionPageData,
  type ExecutionScope,
  executionsQuery,
  fetchExecutions,
} from "./executions-api.ts";
import { withFirstPage } from "./live-pages.ts";

/** Shortest time between two reads of the first page. */
const GAP_MS = 500;
/** How long a new row keeps its tint. */
const FRESH_MS = 2500;

/** Keeps the first page current while `enabled`; returns the ids of rows that have just appeared. */
export function useLiveExecutions(scope: ExecutionScope, enabled: boolean): ReadonlySet<string> {
  const client = useQueryClient();
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const current = useRef(scope);
  current.current = scope;
  const state = useRef({ busy: false, again: false });
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  useEffect(() => {
    const waiting = timers.current;
    return () => {
      for (const timer of waiting) clearTimeout(timer);
    };
  }, []);

  const refresh = async (): Promise<void> => {
    if (state.current.busy) {
      state.current.again = true;
      return;
    }
    state.current.busy = true;
    try {
      const page = await fetchExecutions(scope, null);
      // The filter may have changed while the answer was on its way.
      if (current.current !== scope) return;
      const key = executionsQuery(scope).queryKey;
      let added: string[] = [];
      client.setQueryData(key, (old: InfiniteData<ExecutionPageData, unknown> | undefined) => {
        if (!old) return old;
        const merged = withFirstPage(old.pages, page);
        added = merged.added;
        return { pages: merged.pages, pageParams: old.pageParams.slice(0, merged.pages.length) } as never;
      });
      if (added.length === 0) return;
      setFresh((before) => new Set([...before, ...added]));
      const timer = setTimeout(() => {
        timers.current.delete(timer);
        setFresh((before) => new Set([...before].filter((id) => !added.includes(id))));
      }, FRESH_MS);
      timers.current.add(timer);
    } catch {
      // The list stays as it is; the next announcement tries again, and the stream's state is on screen.
    } finally {
      state.current.busy = false;
      if (state.current.again) {
        state.current.again = false;
        void refresh();
      }
    }
  };
  useLiveChanges(
    scope.project,
    "executions",
    () => {
      if (enabled) void refresh();
    },
    GAP_MS,
  );
  return fresh;
}
