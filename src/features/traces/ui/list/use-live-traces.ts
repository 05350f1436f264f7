import type { InfiniteData } from "@tanstack/react-query";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLiveSpans } from "#web/lib/live.ts";
import { mergeFirstPage, newIds, updateInPlace } from "../model/live-merge.ts";
import { fetchTraces, type TraceListScope, type TracePageData, tracesQuery } from "../traces-api.ts";

/** Shortest time between two reads of the first page. */
const MIN_GAP_MS = 500;
/** How long a new row keeps its tint. */
const FRESH_MS = 2_500;

export interface LiveTraces {
  /** Ids of rows that have just appeared. */
  fresh: ReadonlySet<string>;
  /** New traces that wait while the list is held still. */
  waiting: number;
  /** Puts the waiting ones on top. */
  release: () => void;
}

/**
 * Keeps the first page current: an announcement of new spans leads to a read of the first page, at most one
 * at a time, which is laid over the list by trace id. While `held`, only figures of rows on screen change and
 * new traces are counted.
 */
export function useLiveTraces(scope: TraceListScope, enabled: boolean, held: boolean): LiveTraces {
  const client = useQueryClient();
  const key = useMemo(() => tracesQuery(scope).queryKey, [scope]);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const [waiting, setWaiting] = useState<TracePageData | null>(null);
  const state = useRef({ held, enabled, busy: false, again: false, lastAt: 0 });
  state.current.held = held;
  state.current.enabled = enabled;

  const lay = useCallback(
    (page: TracePageData) => {
      let added: string[] = [];
      client.setQueryData(key, (old: InfiniteData<TracePageData, unknown> | undefined) => {
        if (!old) return old;
        const merged = mergeFirstPage(old.pages, page);
        added = merged.added;
        return { pages: merged.pages, pageParams: old.pageParams.slice(0, merged.pages.length) } as never;
      });
      setWaiting(null);
      if (added.length === 0) return;
      setFresh((before) => new Set([...before, ...added]));
      setTimeout(() => {
        setFresh((before) => new Set([...before].filter((id) => !added.includes(id))));
      }, FRESH_MS);
    },
    [client, key],
  );

  const refresh = useCallback(async () => {
    const now = state.current;
    if (!now.enabled) return;
    if (now.busy) {
      now.again = true;
      return;
    }
    now.busy = true;
    try {
      const wait = now.lastAt + MIN_GAP_MS - Date.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      now.lastAt = Date.now();
      const page = await fetchTraces(scope, null);
      if (now.held) {
        client.setQueryData(key, (old: InfiniteData<TracePageData, unknown> | undefined) =>
          old ? ({ ...old, pages: updateInPlace(old.pages, page.data) } as never) : old,
        );
        setWaiting(page);
      } else lay(page);
    } catch {
      // The list stays as it is; the next announcement tries again, and the stream's state is on screen.
    } finally {
      now.busy = false;
      if (now.again) {
        now.again = false;
        refresh();
      }
    }
  }, [client, key, lay, scope]);

  useLiveSpans(scope.project, () => void refresh());

  // biome-ignore lint/correctness/useExhaustiveDependencies: what waited belongs to the scope before
  useEffect(() => setWaiting(null), [key]);
  useEffect(() => {
    if (!held && waiting) lay(waiting);
  }, [held, waiting, lay]);

  const pages = client.getQueryData<InfiniteData<TracePageData>>(key)?.pages ?? [];
  const count = waiting ? newIds(pages, waiting.data).length : 0;
  const release = useCallback(() => {
    if (waiting) lay(waiting);
  }, [waiting, lay]);
  return { fresh, waiting: count, release };
}
