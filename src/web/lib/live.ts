import { useEffect, useRef, useSyncExternalStore } from "react";
import type { LiveSpans } from "#features/traces/trace-contract.ts";
import { type LiveBatch, LiveBuffer } from "./live-buffer.ts";

export type { LiveBatch } from "./live-buffer.ts";

export interface LiveState {
  status: "connecting" | "open" | "reconnecting" | "closed";
  paused: boolean;
  /** Spans that arrived while paused. */
  buffered: number;
}

/** Announcements besides new spans: runs that began or changed, agents that appeared or changed. */
export type LiveChange = "executions" | "agents";
const CHANGES: readonly LiveChange[] = ["executions", "agents"];

const CLOSED: LiveState = { status: "closed", paused: false, buffered: 0 };
/** A browser gives up for good on an HTTP error; we try again, less and less often. */
const RETRY_MS = [1000, 2000, 5000, 10_000, 30_000];
/** A tab out of sight gives its connection back: over HTTP/1.1 a browser has six for one site, tabs together. */
const HIDDEN_MS = 10_000;

/** One project's announcements of new spans over one EventSource, shared by everything on the page. */
class LiveStream {
  readonly #url: string;
  readonly #buffer = new LiveBuffer();
  readonly #onBatch = new Set<(batch: LiveBatch) => void>();
  readonly #onState = new Set<() => void>();
  readonly #onChange = { executions: new Set<() => void>(), agents: new Set<() => void>() };
  /** Changes that wait for the end of a pause. */
  readonly #held = new Set<LiveChange>();
  #source: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #hidden: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  /** The connection broke. Last-Event-ID does not close the gap after a restart, or before the first event. */
  #gap = false;
  #state: LiveState = CLOSED;

  constructor(project: string) {
    this.#url = `/api/v1/live?project=${encodeURIComponent(project)}`;
    document.addEventListener("visibilitychange", () => {
      clearTimeout(this.#hidden);
      if (document.hidden) this.#hidden = setTimeout(() => this.#close(), HIDDEN_MS);
      else if (this.#used()) this.#open();
    });
  }

  readonly state = (): LiveState => this.#state;

  readonly onState = (listener: () => void): (() => void) => {
    this.#onState.add(listener);
    this.#open();
    return () => {
      this.#onState.delete(listener);
      this.#closeIfUnused();
    };
  };

  onBatch(listener: (batch: LiveBatch) => void): () => void {
    this.#onBatch.add(listener);
    this.#open();
    return () => {
      this.#onBatch.delete(listener);
      this.#closeIfUnused();
    };
  }

  onChange(change: LiveChange, listener: () => void): () => void {
    this.#onChange[change].add(listener);
    this.#open();
    return () => {
      this.#onChange[change].delete(listener);
      this.#closeIfUnused();
    };
  }

  setPaused(paused: boolean): void {
    this.#buffer.paused = paused;
    this.#update({ paused });
    this.#deliver();
    if (!paused) for (const change of this.#held) this.#announce(change);
  }

  #announce(change: LiveChange): void {
    if (this.#state.paused) {
      this.#held.add(change);
      return;
    }
    this.#held.delete(change);
    for (const listener of this.#onChange[change]) listener();
  }

  #update(change: Partial<LiveState>): void {
    const next = { ...this.#state, ...change, buffered: this.#buffer.paused ? this.#buffer.buffered : 0 };
    const same =
      next.status === this.#state.status &&
      next.paused === this.#state.paused &&
      next.buffered === this.#state.buffered;
    if (same) return;
    this.#state = next;
    for (const listener of this.#onState) listener();
  }

  #open(): void {
    if (this.#source !== null || this.#retry !== undefined) return;
    this.#update({ status: this.#failures === 0 ? "connecting" : "reconnecting" });
    const source = new EventSource(this.#url);
    this.#source = source;
    source.onopen = () => {
      this.#failures = 0;
      const gap = this.#gap;
      if (gap) this.#buffer.markGap();
      this.#gap = false;
      if (gap) for (const change of CHANGES) this.#announce(change);
      this.#update({ status: "open" });
      this.#deliver();
    };
    source.onerror = () => {
      this.#gap = true;
      this.#update({ status: "reconnecting" });
      if (source.readyState !== EventSource.CLOSED) return;
      this.#source = null;
      const wait = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)];
      this.#failures += 1;
      this.#retry = setTimeout(() => {
        this.#retry = undefined;
        if (this.#used()) this.#open();
      }, wait);
    };
    source.addEventListener("spans", (event) => {
      this.#buffer.push(JSON.parse(event.data) as LiveSpans);
      this.#deliver();
    });
    for (const change of CHANGES) source.addEventListener(change, () => this.#announce(change));
  }

  #deliver(): void {
    const now = performance.now();
    const batch = this.#buffer.take(now);
    if (batch !== null) for (const listener of this.#onBatch) listener(batch);
    else if (!this.#buffer.idle && this.#timer === undefined) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#deliver();
      }, this.#buffer.waitMs(now));
    }
    this.#update({});
  }

  #used(): boolean {
    const changes = this.#onChange.executions.size + this.#onChange.agents.size;
    return this.#onBatch.size + this.#onState.size + changes > 0;
  }

  #closeIfUnused(): void {
    // A moment's grace: React takes listeners off and puts them back when a page changes.
    setTimeout(() => {
      if (!this.#used()) this.#close();
    }, 1000);
  }

  #close(): void {
    this.#gap ||= this.#source !== null && this.#used();
    this.#source?.close();
    this.#source = null;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#update({ status: "closed" });
  }
}

const streams = new Map<string, LiveStream>();

function streamOf(project: string): LiveStream {
  let stream = streams.get(project);
  if (stream === undefined) {
    stream = new LiveStream(project);
    streams.set(project, stream);
  }
  return stream;
}

/** Calls `onSpans` for new durable spans, at most four times a second, and not while paused. */
export function useLiveSpans(project: string, onSpans: (batch: LiveBatch) => void): void {
  const latest = useRef(onSpans);
  latest.current = onSpans;
  useEffect(() => streamOf(project).onBatch((batch) => latest.current(batch)), [project]);
}

/** Calls `onChange` when runs or agents changed, at once and then at most every `gapMs`; not while paused. */
export function useLiveChanges(
  project: string,
  change: LiveChange,
  onChange: () => void,
  gapMs: number,
): void {
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    let lastAt = Number.NEGATIVE_INFINITY;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const call = () => {
      timer = undefined;
      lastAt = performance.now();
      latest.current();
    };
    const stop = streamOf(project).onChange(change, () => {
      timer ??= setTimeout(call, Math.max(0, lastAt + gapMs - performance.now()));
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [project, change, gapMs]);
}

/** The stream's state, for the live/paused switch. */
export function useLiveState(project: string): LiveState {
  const stream = streamOf(project);
  return useSyncExternalStore(stream.onState, stream.state);
}

/** Pauses or resumes delivery; what arrived meanwhile is delivered as one batch. */
export function setLivePaused(project: string, paused: boolean): void {
  streamOf(project).setPaused(paused);
}
