import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleDashed } from "lucide-react";
import type { IngestStatus } from "#features/ingest/ingest-contract.ts";
import { cx } from "#web/lib/cx.ts";
import { formatCount } from "#web/lib/format.ts";
import { buttonClass } from "#web/ui/button.tsx";
import { RelativeTime } from "#web/ui/relative-time.tsx";

/**
 * Waiting for the first span, or that spans arrive, with the way to them. Stays in view at the bottom while the
 * snippets are read.
 */
export function FirstSpan({
  project,
  status,
  arrived,
  connected,
}: {
  project: string;
  status: IngestStatus;
  /** A trace that came in while this page was open. */
  arrived: string | null;
  /** Whether the live connection is up. */
  connected: boolean;
}) {
  const received = status.first_span_at !== null || arrived !== null;
  return (
    <div
      role="status"
      className={cx(
        "sticky bottom-4 z-10 mt-6 flex items-center gap-3 rounded-lg border px-4 py-3",
        "shadow-pop transition-colors duration-500",
        received ? "border-success/40 bg-success-soft" : "border-border bg-surface",
      )}
    >
      {received ? (
        <CircleCheck aria-hidden size={20} className="text-success" />
      ) : (
        <span aria-hidden className="relative flex size-5 items-center justify-center">
          <CircleDashed size={20} className="animate-spin text-text-muted [animation-duration:6s]" />
        </span>
      )}
      <div className="min-w-0 flex-1">
        <p className="font-semibold">
          {arrived
            ? "A span has just arrived"
            : received
              ? "Spans are arriving"
              : "Waiting for the first span…"}
        </p>
        <p className="text-text-muted max-sm:hidden">
          {received ? (
            <>
              {formatCount(status.spans_last_24h, "span")} in the last 24 hours
              {status.last_span_at && (
                <>
                  , the latest <RelativeTime time={status.last_span_at} />
                </>
              )}
              .
            </>
          ) : connected ? (
            "Run your program. This turns green the moment its first span is stored."
          ) : (
            "Connecting to live updates…"
          )}
        </p>
      </div>
      {arrived ? (
        <Link
          to="/p/$project/traces/$traceId"
          params={{ project, traceId: arrived }}
          className={buttonClass("primary")}
        >
          Open the trace
        </Link>
      ) : (
        received && (
          <Link to="/p/$project/traces" params={{ project }} className={buttonClass("secondary")}>
            Go to traces
          </Link>
        )
      )}
    </div>
  );
}
