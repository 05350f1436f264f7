import { CircleAlert, Zap } from "lucide-react";
import { formatDurationMs } from "#web/lib/format.ts";
import { CodeBlock } from "#web/ui/code-block.tsx";
import type { SpanDetail, SpanEvent } from "../../trace-contract.ts";
import { parseTimeMs } from "../model/trace-time.ts";
import { AttributeTable } from "./attribute-table.tsx";

const text = (value: unknown) => (typeof value === "string" ? value : "");

/** An exception in the words of the OpenTelemetry conventions; null for any other event. */
export function exceptionOf(event: SpanEvent): { type: string; message: string; stack: string } | null {
  const { attributes } = event;
  const type = text(attributes["exception.type"]);
  const message = text(attributes["exception.message"]);
  if (event.name !== "exception" && !type && !message) return null;
  return { type, message, stack: text(attributes["exception.stacktrace"]) };
}

/** An exception with its stack trace; its message only where it says more than the `known` one shown above. */
export function ExceptionView({ event, known }: { event: SpanEvent; known?: string }) {
  const exception = exceptionOf(event);
  if (!exception) return null;
  return (
    <div className="space-y-2">
      {(known === undefined || known !== exception.message) && (
        <p className="break-words">
          <span className="font-mono font-medium text-danger">{exception.type || "exception"}</span>
          {exception.message && <span> {exception.message}</span>}
        </p>
      )}
      {exception.stack && <CodeBlock title="Stack trace" code={exception.stack} />}
    </div>
  );
}

/** What a span recorded on its way, in order, timed from its start. */
export function EventsTab({ span }: { span: SpanDetail }) {
  if (span.events.length === 0)
    return <p className="p-8 text-center text-text-muted">This span has no events.</p>;
  const start = parseTimeMs(span.start_time);
  return (
    <ol className="divide-y divide-border">
      {span.events.map((event, at) => {
        const exception = exceptionOf(event);
        const Icon = exception ? CircleAlert : Zap;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: events have no identity but their place
          <li key={at} className="px-4 py-2.5">
            <div className="mb-1 flex items-center gap-2">
              <Icon aria-hidden size={14} className={exception ? "text-danger" : "text-text-muted"} />
              <span className="min-w-0 truncate font-medium">{event.name}</span>
              <span className="ml-auto shrink-0 text-xs text-text-muted tabular-nums" title={event.time}>
                +{formatDurationMs(parseTimeMs(event.time) - start)}
              </span>
            </div>
            {exception ? (
              <ExceptionView event={event} />
            ) : (
              Object.keys(event.attributes).length > 0 && (
                <div className="-mx-4">
                  <AttributeTable label={`Attributes of ${event.name}`} attributes={event.attributes} />
                </div>
              )
            )}
          </li>
        );
      })}
    </ol>
  );
}
