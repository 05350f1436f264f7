import { type MouseEvent, useCallback, useId, useMemo } from "react";
import type { Message } from "#features/telemetry/telemetry-contract.ts";
import { createPersistentStore, useStore } from "#web/lib/persistent-store.ts";
import { ChatMessage, type MessageForm } from "#web/ui/chat/chat-message.tsx";
import { prettyJson, valueText } from "#web/ui/chat/json-text.ts";
import { answeredCalls, callsById, inputOutput } from "#web/ui/chat/message-parts.ts";
import { CodeBlock } from "#web/ui/code-block.tsx";
import type { SpanDetail } from "../../trace-contract.ts";

const FORMS: { id: MessageForm; label: string }[] = [
  { id: "formatted", label: "Formatted" },
  { id: "plain", label: "Plain" },
  { id: "json", label: "JSON" },
];
const formStore = createPersistentStore<MessageForm>("message-form", "formatted");

/** Whether a span has anything to show as a conversation, or as input and output. */
export function hasChat(span: SpanDetail): boolean {
  if (span.input_messages.length + span.output_messages.length > 0) return true;
  const { input, output } = inputOutput(span.attributes);
  return input !== undefined || output !== undefined;
}

/** What went into a span and came out of it: messages as bubbles, tools as input and output. */
export function ChatTab({ span }: { span: SpanDetail }) {
  const form = useStore(formStore);
  const base = useId();
  const all = useMemo(() => [...span.input_messages, ...span.output_messages], [span]);
  const calls = useMemo(() => callsById(all), [all]);
  const answered = useMemo(() => answeredCalls(all), [all]);
  const anchorOf = useCallback((kind: string, id: string) => `${base}${kind}-${id}`, [base]);

  if (all.length === 0) {
    const { input, output } = inputOutput(span.attributes);
    if (input === undefined && output === undefined) {
      return <p className="p-8 text-center text-text-muted">This span carries no messages.</p>;
    }
    return (
      <div className="space-y-3 p-3">
        {input !== undefined && <CodeBlock title="Input" code={prettyJson(valueText(input))} wrap />}
        {output !== undefined && <CodeBlock title="Output" code={prettyJson(valueText(output))} wrap />}
      </div>
    );
  }
  const jump = (event: MouseEvent) => {
    const id = (event.target as HTMLElement).closest<HTMLElement>("[data-jump]")?.dataset.jump;
    const target = id && document.getElementById(id);
    if (!target) return;
    target.scrollIntoView({ block: "nearest", behavior: "smooth" });
    target.animate([{ boxShadow: "0 0 0 2px var(--color-accent)" }, { boxShadow: "0 0 0 2px transparent" }], {
      duration: 1400,
    });
  };
  // A tool's span carries what went in and what came out, both in the role "tool".
  const isTool = span.operation === "execute_tool";
  const list = (label: string, messages: readonly Message[]) =>
    messages.length > 0 && (
      <section aria-label={label}>
        <h3 className="mb-1.5 text-2xs font-medium text-text-muted">{label}</h3>
        <ol className="space-y-2">
          {messages.map((message, at) => (
            <ChatMessage
              // biome-ignore lint/suspicious/noArrayIndexKey: messages of a stored span do not move
              key={at}
              message={message}
              label={
                isTool && message.role === "tool" ? (label === "Input" ? "Arguments" : "Result") : undefined
              }
              form={form}
              calls={calls}
              answered={answered}
              anchorOf={anchorOf}
            />
          ))}
        </ol>
      </section>
    );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears the "Call" and "Result" buttons of all messages
    // biome-ignore lint/a11y/useKeyWithClickEvents: they are buttons, which keys click too
    <div className="space-y-3 p-3" onClick={jump}>
      <fieldset className="flex justify-end">
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
      {list("Input", span.input_messages)}
      {list("Output", span.output_messages)}
    </div>
  );
}
