import { useQuery } from "@tanstack/react-query";
import { traceThreadQuery } from "#features/sessions/ui/sessions-api.ts";
import { ThreadMessages } from "#web/ui/chat/thread.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { Skeleton } from "#web/ui/skeleton.tsx";

/** The chat of a whole trace as one conversation. */
export function ThreadView({
  project,
  traceId,
  onSpan,
}: {
  project: string;
  traceId: string;
  onSpan: (id: string) => void;
}) {
  const thread = useQuery(traceThreadQuery(project, traceId));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
    <section className="min-h-0 flex-1 overflow-y-auto" tabIndex={0} aria-label="Conversation">
      {thread.isError ? (
        <ErrorState
          error={thread.error}
          title="The conversation could not be read"
          onRetry={() => thread.refetch()}
        />
      ) : thread.data ? (
        <ThreadMessages
          thread={thread.data}
          source={({ span_id }) => (
            <button type="button" onClick={() => onSpan(span_id)} className="h-6 text-accent hover:underline">
              Show the span
            </button>
          )}
        />
      ) : (
        <div role="status" className="mx-auto max-w-4xl space-y-3 p-4">
          <span className="sr-only">Loading the conversation</span>
          <Skeleton className="h-14 w-8/12" />
          <Skeleton className="ml-auto h-14 w-8/12" />
          <Skeleton className="h-24 w-10/12" />
        </div>
      )}
    </section>
  );
}
