import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { FileQuestion } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { ApiProblem } from "#web/lib/api-client.ts";
import { useDocumentTitle } from "#web/lib/document-title.ts";
import { useLiveSpans } from "#web/lib/live.ts";
import { buttonClass } from "#web/ui/button.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";
import { traceQuery } from "../traces-api.ts";
import { TraceHeader } from "./trace-header.tsx";
import { TraceView } from "./trace-view.tsx";

/** A touched trace is read again at most this often. */
const REFRESH_MS = 700;

/** One trace: what it adds up to, its spans in time, and the details of one of them. */
export function TracePage() {
  const { project = "", traceId = "" } = useParams({ strict: false }) as {
    project?: string;
    traceId?: string;
  };
  const trace = useQuery(traceQuery(project, traceId));
  useDocumentTitle(trace.data?.trace.name || "Trace");
  useLiveTrace(project, traceId);

  if (trace.isPending) return <TraceSkeleton />;
  if (trace.isError && !trace.data) {
    if (trace.error instanceof ApiProblem && trace.error.status === 404) {
      return (
        <EmptyState
          level="h1"
          icon={<FileQuestion size={20} />}
          title="No such trace"
          why="It may belong to another project, be older than the retention, or not have arrived yet. The page shows it as soon as it does."
          action={
            <Link to="/p/$project/traces" params={{ project }} className={buttonClass("primary")}>
              All traces
            </Link>
          }
        />
      );
    }
    return (
      <ErrorState
        level="h1"
        error={trace.error}
        title="The trace could not be read"
        onRetry={() => trace.refetch()}
      />
    );
  }
  return (
    <div className="flex h-full min-h-0 flex-col">
      <TraceHeader project={project} trace={trace.data.trace} />
      {trace.data.truncated && (
        <p role="status" className="border-b border-border bg-warning-soft px-4 py-1.5 text-xs text-warning">
          This trace is longer than what is shown: the first {trace.data.spans.length.toLocaleString("en-US")}{" "}
          spans by start time.
        </p>
      )}
      <TraceView key={traceId} project={project} detail={trace.data} />
    </div>
  );
}

/** Reads the trace again when new spans of it have arrived. */
function useLiveTrace(project: string, traceId: string) {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const key = useMemo(() => traceQuery(project, traceId).queryKey, [project, traceId]);
  useLiveSpans(project, (batch) => {
    if (!batch.more && !batch.traceIds.includes(traceId)) return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      client.invalidateQueries({ queryKey: key });
    }, REFRESH_MS);
  });
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
}

function TraceSkeleton() {
  return (
    <div role="status" className="space-y-4 p-4">
      <span className="sr-only">Loading the trace</span>
      <Skeleton className="h-6 w-72 max-w-full" />
      <Skeleton className="w-[32rem] max-w-full" />
      <div className="space-y-3 pt-4">
        {[0, 1, 2, 2, 3, 2, 1, 2, 3].map((depth, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: skeletons have no identity
          <div key={row} className="flex gap-4">
            <div className="w-2/5" style={{ paddingLeft: depth * 14 }}>
              <Skeleton className="w-full" />
            </div>
            <div className="flex-1" style={{ paddingLeft: `${row * 6}%` }}>
              <Skeleton className={row % 2 ? "w-1/4" : "w-1/2"} />
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}
