import { type MouseEvent, type ReactNode, useCallback, useId, useMemo } from "react";
import type { Thread, ThreadMessage } from "#features/sessions/session-contract.ts";
import { formatCount, formatTokens } from "#web/lib/format.ts";
import { createPersistentStore, useStore } from "#web/lib/persistent-store.ts";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ChatMessage, type MessageForm } from "./chat-message.tsx";
import { answeredCalls, callsById } from "./message-parts.ts";

const FORMS: { id: MessageForm; label: string }[] = [
  { id: "formatted", label: "Formatted" },
  { id: "plain", label: "Plain" },
  { id: "json", label: "JSON" },
];
const formStore = createPersistentStore<MessageForm>("message-form", "formatted");

/** Scrolls to what a "Call" or "Result" button names, and lights it up. */
function jump(event: MouseEvent): void {
  const id = (event.target as HTMLElement).closest<HTMLElement>("[data-jump]")?.dataset.jump;
  const target = id && document.getElementById(id);
  if (!target) return;
  target.scrollIntoView({ block: "nearest", behavior: "smooth" });
  target.animate([{ boxShadow: "0 0 0 2px var(--color-accent)" }, { boxShadow: "0 0 0 2px transparent" }], {
    duration: 1400,
  });
}

/** Messages in a row that belong together: of one agent in one trace. */
function turns(messages: readonly ThreadMessage[]): ThreadMessage[][] {
  const all: ThreadMessage[][] = [];
  for (const message of messages) {
    const first = all.at(-1)?.[0];
    if (first && first.trace_id === message.trace_id && first.agent === message.agent)
      all.at(-1)!.push(message);
    else all.push([message]);
  }
  return all;
}

/** A whole conversation, each message once. `source` draws where a turn comes from, such as a link. */
export function ThreadMessages({
  thread,
  source,
}: {
  thread: Thread;
  source: (first: ThreadMessage) => ReactNode;
}) {
  const base = useId();
  const form = useStore(formStore);
  const all = useMemo(() => thread.messages.map((one) => one.message), [thread]);
  const calls = useMemo(() => callsById(all), [all]);
  const answered = useMemo(() => answeredCalls(all), [all]);
  const anchorOf = useCallback((kind: string, id: string) => `${base}${kind}-${id}`, [base]);
  if (all.length === 0) {
    return (
      <EmptyState
        title="No messages"
        why="No span here carries chat messages. Instrumentation often sends them only when it is told to capture content."
      />
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears the "Call" and "Result" buttons of all messages
    // biome-ignore lint/a11y/useKeyWithClickEvents: they are buttons, which keys click too
    <div className="mx-auto w-full max-w-4xl space-y-4 p-4" onClick={jump}>
      <div className="flex flex-wrap items-center justify-between gap-2 text-xs text-text-muted">
        <span>
          {formatCount(all.length, "message")}
          {thread.repeated > 0 && ` · ${formatCount(thread.repeated, "repetition")} of the history folded`}
        </span>
        <fieldset>
          <legend className="sr-only">Form of the messages</legend>
          <span className="inline-flex rounded-md border border-border p-0.5">
            {FORMS.map(({ id, label }) => (
              <label
                key={id}
                className="inline-flex h-6 items-center rounded-sm px-2 text-xs text-text-muted has-checked:bg-surface-active has-checked:text-text has-focus-visible:outline-2 has-focus-visible:outline-accent"
              >
                <input
                  type="radio"
                  name={`${base}form`}
                  className="sr-only"
                  checked={form === id}
                  onChange={() => formStore.set(id)}
                />
                {label}
              </label>
            ))}
          </span>
        </fieldset>
      </div>
      {thread.truncated && (
        <p role="status" className="rounded-md bg-warning-soft px-3 py-1.5 text-xs text-warning">
          The conversation is longer than what is shown: the calls read first are here.
        </p>
      )}
      {turns(thread.messages).map((turn) => {
        const first = turn[0]!;
        const tokens = turn.reduce((sum, { usage }) => sum + (usage ? total(usage) : 0), 0);
        return (
          <section
            key={`${first.span_id} ${first.time} ${all.indexOf(first.message)}`}
            aria-label={first.agent || "Turn"}
          >
            <div className="mb-1.5 flex flex-wrap items-center gap-x-2 text-2xs text-text-muted">
              {first.agent && <span className="font-medium text-text">{first.agent}</span>}
              {first.model && <span className="font-mono">{first.model}</span>}
              {tokens > 0 && <span className="tabular-nums">{formatTokens(tokens)} tokens</span>}
              <span className="ml-auto">{source(first)}</span>
            </div>
            <ol className="space-y-2">
              {turn.map((one, at) => (
                <ChatMessage
                  // biome-ignore lint/suspicious/noArrayIndexKey: messages of a stored conversation do not move
                  key={at}
                  message={one.message}
                  form={form}
                  calls={calls}
                  answered={answered}
                  anchorOf={anchorOf}
                />
              ))}
            </ol>
          </section>
        );
      })}
    </div>
  );
}

const total = (usage: NonNullable<ThreadMessage["usage"]>) =>
  usage.input_uncached + usage.cache_read + usage.cache_write + usage.output + usage.reasoning;
