import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { prettyJson, valueText } from "#web/ui/chat/json-text.ts";
import { inputOutput, messageText } from "#web/ui/chat/message-parts.ts";
import { ErrorState } from "#web/ui/error-state.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import type { Span, SpanDetail } from "../../trace-contract.ts";
import { diffText, type TextPiece } from "../model/text-diff.ts";
import { spanQuery } from "../traces-api.ts";

/** What went into a span or came out of it, as text to compare. */
function textOf(detail: SpanDetail | undefined, side: "input" | "output"): string {
  if (!detail) return "";
  const messages = side === "input" ? detail.input_messages : detail.output_messages;
  if (messages.length === 0) {
    const value = inputOutput(detail.attributes)[side];
    return value === undefined ? "" : prettyJson(valueText(value));
  }
  return messages
    .map((message) => {
      const calls = message.tool_calls?.map((call) => `${call.name}(${call.arguments})`) ?? [];
      return [`[${message.role}]`, messageText(message), ...calls].filter(Boolean).join("\n");
    })
    .join("\n\n");
}

const useSpan = (project: string, span: Span | null) =>
  useQuery({ ...spanQuery(project, span?.trace_id ?? "", span?.span_id ?? ""), enabled: span !== null });

/** Input and output of two spans that are the same step, and what differs between them. */
export function PairPanel({ project, a, b }: { project: string; a: Span | null; b: Span | null }) {
  const [first, second] = [useSpan(project, a), useSpan(project, b)];
  const failed = [first, second].find((query) => query.isError);
  const waiting = (a !== null && first.isPending) || (b !== null && second.isPending);
  return (
    <section
      aria-label="Difference of the span"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
      tabIndex={0}
      className="min-h-0 min-w-0 flex-1 space-y-3 overflow-y-auto border-border p-3 max-lg:border-t lg:max-w-[46%] lg:border-l"
    >
      <h2 className="truncate text-base font-semibold">{(a ?? b)?.name || "(no name)"}</h2>
      {failed ? (
        <ErrorState error={failed.error} title="A span could not be read" onRetry={() => failed.refetch()} />
      ) : waiting ? (
        <div role="status">
          <span className="sr-only">Loading the spans</span>
          <Skeleton className="h-32 w-full" />
        </div>
      ) : (
        <>
          <Side name="Output" a={textOf(first.data, "output")} b={textOf(second.data, "output")} />
          <Side name="Input" a={textOf(first.data, "input")} b={textOf(second.data, "input")} />
        </>
      )}
    </section>
  );
}

function Side({ name, a, b }: { name: string; a: string; b: string }) {
  const pieces = useMemo(() => diffText(a, b), [a, b]);
  if (a === "" && b === "") return <p className="text-xs text-text-muted">No {name.toLowerCase()}.</p>;
  return (
    <div>
      <h3 className="mb-1 text-xs font-medium text-text-muted">
        {name}
        {a === b && " · the same"}
      </h3>
      <pre className="max-h-[28rem] overflow-auto rounded-md border border-border bg-surface p-2.5 font-mono text-xs leading-5 break-words whitespace-pre-wrap">
        {pieces.map((piece, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place
          <Piece key={at} piece={piece} />
        ))}
      </pre>
    </div>
  );
}

function Piece({ piece }: { piece: TextPiece }) {
  if (piece.kind === "added") {
    return <ins className="rounded-sm bg-success-soft text-success">{piece.text}</ins>;
  }
  if (piece.kind === "removed")
    return <del className="rounded-sm bg-danger-soft text-danger">{piece.text}</del>;
  // Long stretches that are the same are cut in their middle.
  const { text } = piece;
  return <span>{text.length > 1200 ? `${text.slice(0, 500)}\n…\n${text.slice(-500)}` : text}</span>;
}
