import { Link } from "@tanstack/react-router";
import { Badge } from "#web/ui/badge.tsx";
import { CodeBlock } from "#web/ui/code-block.tsx";
import type { SpanDetail } from "../../trace-contract.ts";
import { AttributeTable } from "./attribute-table.tsx";
import { ExceptionView, exceptionOf } from "./events-tab.tsx";

/** Why a span failed: its error, its status, and the exceptions it recorded. */
export function ErrorTab({ span }: { span: SpanDetail }) {
  const exceptions = span.events.filter((event) => exceptionOf(event) !== null);
  return (
    <div className="space-y-4 p-4">
      <div className="rounded-md border border-danger/40 bg-danger-soft px-3 py-2.5">
        <p className="font-mono font-medium break-words text-danger">{span.error?.type || "error"}</p>
        <p className="mt-0.5 break-words whitespace-pre-wrap">
          {span.error?.message || span.status_message || "The span says that it failed, not why."}
        </p>
      </div>
      {exceptions.map((event, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: events have no identity but their place
        <ExceptionView key={at} event={event} known={span.error?.message} />
      ))}
    </div>
  );
}

/** Who sent the span. */
export function ResourceTab({ span }: { span: SpanDetail }) {
  return (
    <div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 border-b border-border px-4 py-3 text-xs">
        <dt className="text-text-muted">Scope</dt>
        <dd className="font-mono break-all">
          {span.scope.name || "—"} {span.scope.version}
        </dd>
        <dt className="text-text-muted">Convention</dt>
        <dd className="font-mono">{span.dialect || "none recognised"}</dd>
        <dt className="text-text-muted">Kind</dt>
        <dd>{span.kind}</dd>
        {span.trace_state && (
          <>
            <dt className="text-text-muted">Trace state</dt>
            <dd className="font-mono break-all">{span.trace_state}</dd>
          </>
        )}
      </dl>
      <AttributeTable label="Resource attributes" attributes={span.resource_attributes} />
    </div>
  );
}

/** Other spans this one names as related. */
export function LinksTab({ span, project }: { span: SpanDetail; project: string }) {
  return (
    <ol className="divide-y divide-border">
      {span.links.map((link) => (
        <li key={`${link.trace_id} ${link.span_id}`} className="px-4 py-2.5">
          <Link
            to="/p/$project/traces/$traceId"
            params={{ project, traceId: link.trace_id }}
            search={{ span: link.span_id }}
            className="font-mono text-xs break-all text-accent hover:underline"
          >
            {link.trace_id} · {link.span_id}
          </Link>{" "}
          {link.trace_id === span.trace_id && <Badge>this trace</Badge>}
          {Object.keys(link.attributes).length > 0 && (
            <div className="-mx-4 mt-1">
              <AttributeTable label="Attributes of the link" attributes={link.attributes} />
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}

/** The span as the API gives it. */
export function RawTab({ span }: { span: SpanDetail }) {
  return (
    <div className="p-3">
      <CodeBlock title={`span ${span.span_id}`} code={JSON.stringify(span, null, 2)} wrap />
    </div>
  );
}
