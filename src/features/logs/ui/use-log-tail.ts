import { useEffect, useRef, useState } from "react";
import type { LogFilter, LogTailEvent } from "../logs-contract.ts";
import { fetchLogsSince, logTailUrl } from "./logs-api.ts";
import { EMPTY_TAIL, released, type TailState, withTailEvent } from "./model/tail-buffer.ts";

export type TailStatus = "connecting" | "open" | "reconnecting";

/** A browser gives up for good on an HTTP error; we try again, less and less often. */
const RETRY_MS = [1000, 2000, 5000, 10_000];
/** Events are shown at most this often. */
const SHOW_MS = 150;
/** Records arrive a little after they happened: catching up begins this long before the last event. */
const OVERLAP_MS = 10_000;

/**
 * The live tail: records as they arrive, newest first. While `held` they are counted and kept. A lost
 * connection is taken up again where it broke.
 */
export function useLogTail(
  project: string,
  filter: LogFilter,
  enabled: boolean,
  held: boolean,
): TailState & { status: TailStatus; release: () => void } {
  const [state, setState] = useState(EMPTY_TAIL);
  const [status, setStatus] = useState<TailStatus>("connecting");
  const holding = useRef(held);
  holding.current = held;
  const url = enabled ? logTailUrl(project, filter) : null;
  const latest = useRef({ project, filter });
  latest.current = { project, filter };

  useEffect(() => {
    if (!held) setState(released);
  }, [held]);

  useEffect(() => {
    if (url === null) return;
    setState(EMPTY_TAIL);
    setStatus("connecting");
    let source: EventSource | null = null;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    let closed = false;
    let lastAt = Date.now();
    let pending: LogTailEvent[] = [];
    const show = () => {
      timer = undefined;
      const events = pending;
      pending = [];
      setState((before) => events.reduce((now, event) => withTailEvent(now, event, holding.current), before));
    };
    const take = (event: LogTailEvent) => {
      lastAt = Date.now();
      pending.push(event);
      timer ??= setTimeout(show, SHOW_MS);
    };
    const catchUp = async () => {
      const { project, filter } = latest.current;
      const missed = await fetchLogsSince(project, filter, lastAt - OVERLAP_MS).catch(() => []);
      if (!closed) take({ logs: missed.toReversed(), sampled_one_in: 1, matched: 0 });
    };
    const open = () => {
      source = new EventSource(url);
      source.onopen = () => {
        // The browser takes a connection up where it broke, but not one that we had to open anew.
        if (failures > 0) void catchUp();
        failures = 0;
        setStatus("open");
      };
      source.addEventListener("reset", () => void catchUp());
      source.onerror = () => {
        setStatus("reconnecting");
        if (source?.readyState !== EventSource.CLOSED) return;
        retry = setTimeout(open, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
        failures += 1;
      };
      source.addEventListener("logs", (event) => take(JSON.parse(event.data) as LogTailEvent));
    };
    open();
    return () => {
      closed = true;
      source?.close();
      clearTimeout(retry);
      clearTimeout(timer);
    };
  }, [url]);

  return { ...state, status, release: () => setState(released) };
}
