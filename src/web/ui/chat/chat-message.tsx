import {
  Bot,
  ChevronRight,
  Cog,
  CornerUpLeft,
  FileText,
  ImageIcon,
  type LucideIcon,
  MessageSquare,
  User,
  Volume2,
  Wrench,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Message, MessagePart, ToolCall } from "#features/telemetry/telemetry-contract.ts";
import { cx } from "#web/lib/cx.ts";
import { CopyButton } from "#web/ui/copy-button.tsx";
import { tryParseJson } from "./json-text.ts";
import { JsonView } from "./json-view.tsx";
import { Markdown } from "./markdown.tsx";
import { messageText, partsOf } from "./message-parts.ts";

export type MessageForm = "formatted" | "plain" | "json";

/** Longer texts are folded to about a screen. */
const FOLD_CHARS = 1_600;
const FOLD_SYSTEM_CHARS = 320;

const ROLES: Record<string, { label: string; Icon: LucideIcon; bubble: string }> = {
  system: { label: "System", Icon: Cog, bubble: "bg-surface-hover" },
  developer: { label: "Developer", Icon: Cog, bubble: "bg-surface-hover" },
  user: { label: "User", Icon: User, bubble: "bg-accent-soft ml-6" },
  assistant: { label: "Assistant", Icon: Bot, bubble: "bg-surface border border-border mr-6" },
  tool: {
    label: "Tool result",
    Icon: Wrench,
    bubble: "bg-bg border border-dashed border-border-strong/60 mr-6",
  },
};

/** Text that opens on request when it is long, so that one huge message does not hide the others. */
function Folded({ text, limit, draw }: { text: string; limit: number; draw: (text: string) => ReactNode }) {
  const [open, setOpen] = useState(false);
  if (text.length <= limit * 1.25) return draw(text);
  return (
    <div>
      {draw(open ? text : `${text.slice(0, limit).trimEnd()}…`)}
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="mt-1.5 h-6 text-xs font-medium text-accent hover:underline"
      >
        {open ? "Show less" : `Show all ${text.length.toLocaleString("en-US")} characters`}
      </button>
    </div>
  );
}

function Text({ text, form, limit }: { text: string; form: MessageForm; limit: number }) {
  const json = form === "formatted" && text.length < 200_000 ? tryParseJson(text) : undefined;
  if (json !== undefined) return <JsonView value={json} />;
  return (
    <Folded
      text={text}
      limit={limit}
      draw={(shown) =>
        form === "formatted" ? (
          <Markdown text={shown} />
        ) : (
          <pre className="font-mono text-xs leading-5 break-words whitespace-pre-wrap">{shown}</pre>
        )
      }
    />
  );
}

/** Something remote is named, never loaded: that would tell its host who reads the trace. */
function Remote({ Icon, what, url }: { Icon: LucideIcon; what: string; url?: string }) {
  const embedded = url?.startsWith("data:");
  return (
    <p className="flex items-center gap-2 rounded-md border border-border px-2.5 py-1.5 text-xs text-text-muted">
      <Icon aria-hidden size={14} className="shrink-0" />
      <span className="shrink-0">{what}</span>
      {url && (
        <span className="min-w-0 font-mono break-all">
          {embedded
            ? `${url.slice(0, 40)}… (${url.length.toLocaleString("en-US")} characters)`
            : url.slice(0, 500)}
        </span>
      )}
    </p>
  );
}

function Part({ part, form, limit }: { part: MessagePart; form: MessageForm; limit: number }) {
  switch (part.type) {
    case "text":
      return <Text text={part.text} form={form} limit={limit} />;
    case "reasoning":
      return (
        <details className="group/reason rounded-md border border-border bg-surface-hover">
          <summary className="flex h-7 list-none items-center gap-1.5 px-2.5 text-xs text-text-muted">
            <ChevronRight
              aria-hidden
              size={12}
              className="transition-transform group-open/reason:rotate-90"
            />
            Reasoning
            <span className="text-text-faint">{part.text.length.toLocaleString("en-US")} characters</span>
          </summary>
          <div className="border-t border-border px-2.5 py-2 text-text-muted">
            <Text text={part.text} form={form} limit={limit} />
          </div>
        </details>
      );
    case "image":
      return <Remote Icon={ImageIcon} what="Image" url={part.url} />;
    case "audio":
      return <Remote Icon={Volume2} what="Audio" url={part.url} />;
    case "file":
      return <Remote Icon={FileText} what={part.name ?? "File"} url={part.url} />;
    default:
      return <JsonView value={part.data} />;
  }
}

function CallView({ call, anchor, answered }: { call: ToolCall; anchor: string; answered: string | null }) {
  const args = tryParseJson(call.arguments);
  return (
    <div id={anchor} className="scroll-mt-12 rounded-md border border-border bg-bg target:border-accent">
      <div className="flex min-h-8 items-center gap-1.5 border-b border-border py-0.5 pr-1 pl-2.5 text-xs">
        <Wrench aria-hidden size={13} className="shrink-0 text-series-2" />
        <span className="truncate font-medium">{call.name}</span>
        <span className="truncate font-mono text-2xs text-text-faint">{call.id}</span>
        <span className="ml-auto flex shrink-0 items-center">
          {answered && (
            <button type="button" data-jump={answered} className="h-6 px-1.5 text-accent hover:underline">
              Result
            </button>
          )}
          <CopyButton text={call.arguments} label="Copy arguments" />
        </span>
      </div>
      <div className="px-2 py-1.5">
        {args === undefined ? (
          <pre className="font-mono text-xs break-words whitespace-pre-wrap">
            {call.arguments || "no arguments"}
          </pre>
        ) : (
          <JsonView value={args} />
        )}
      </div>
    </div>
  );
}

/** One message as a bubble, with its tool calls. `anchorOf` names calls and results, so that each finds the other. */
export function ChatMessage({
  message,
  label,
  form,
  calls,
  answered,
  anchorOf,
}: {
  message: Message;
  /** Instead of the role's name, where the role misleads. */
  label?: string;
  form: MessageForm;
  calls: ReadonlyMap<string, ToolCall>;
  answered: ReadonlySet<string>;
  anchorOf: (kind: "call" | "result", id: string) => string;
}) {
  const role = ROLES[message.role] ?? {
    label: message.role,
    Icon: MessageSquare,
    bubble: "bg-surface-hover",
  };
  const parts = partsOf(message);
  const limit = message.role === "system" || message.role === "developer" ? FOLD_SYSTEM_CHARS : FOLD_CHARS;
  const call = message.tool_call_id ? calls.get(message.tool_call_id) : undefined;
  const name = call?.name ?? message.name;
  return (
    <li
      id={message.tool_call_id ? anchorOf("result", message.tool_call_id) : undefined}
      className={cx("scroll-mt-12 rounded-lg px-3 pt-1.5 pb-2.5", role.bubble)}
    >
      <div className="mb-1 flex min-h-7 items-center gap-1.5 text-xs text-text-muted">
        <role.Icon aria-hidden size={13} className="shrink-0" />
        <span className="font-medium text-text">{label ?? role.label}</span>
        {name && <span className="truncate">{name}</span>}
        {call && (
          <button
            type="button"
            data-jump={anchorOf("call", call.id)}
            className="inline-flex h-6 items-center gap-1 px-1 text-accent hover:underline"
          >
            <CornerUpLeft aria-hidden size={12} />
            Call
          </button>
        )}
        {message.finish_reason && <span className="text-text-faint">finished: {message.finish_reason}</span>}
        <span className="ml-auto">
          <CopyButton text={() => messageText(message)} label={`Copy ${role.label.toLowerCase()} message`} />
        </span>
      </div>
      {form === "json" ? (
        <JsonView value={message} />
      ) : (
        <div className="space-y-2">
          {parts.map((part, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place
            <Part key={at} part={part} form={form} limit={limit} />
          ))}
          {message.tool_calls?.map((one, at) => (
            <CallView
              // biome-ignore lint/suspicious/noArrayIndexKey: ids may be missing or repeat
              key={at}
              call={one}
              anchor={anchorOf("call", one.id)}
              answered={answered.has(one.id) ? anchorOf("result", one.id) : null}
            />
          ))}
          {parts.length === 0 && !message.tool_calls?.length && (
            <p className="text-text-faint italic">empty</p>
          )}
        </div>
      )}
    </li>
  );
}
