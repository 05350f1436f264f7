import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { Deletion } from "#features/retention/retention-contract.ts";
import { Button } from "#web/ui/button.tsx";
import { Card } from "#web/ui/card.tsx";
import { describeError, ErrorState } from "#web/ui/error-state.tsx";
import { RelativeTime } from "#web/ui/relative-time.tsx";
import { SkeletonLines } from "#web/ui/skeleton.tsx";
import { toast } from "#web/ui/toast.tsx";
import { DeleteDataDialog } from "./delete-data-dialog.tsx";
import { cancelDeletion, deletionsQuery } from "./retention-api.ts";

const KIND_LABELS: Record<Deletion["kind"], string> = {
  trace: "Trace",
  session: "Session",
  user: "User",
  project_data: "All telemetry",
};

/** Deletions asked for, how far they are, and the way to take one back. */
export function DeletionsCard({ project }: { project: string }) {
  const client = useQueryClient();
  const query = useInfiniteQuery(deletionsQuery(project));
  const [asking, setAsking] = useState(false);
  const deletions = query.data?.pages.flatMap((page) => page.data) ?? [];
  const cancel = useMutation({
    mutationFn: (id: string) => cancelDeletion(project, id),
    onSuccess: () => toast("The deletion was cancelled.", "success"),
    onError: (error) => toast(describeError(error).detail, "danger"),
    onSettled: () => client.invalidateQueries({ queryKey: deletionsQuery(project).queryKey }),
  });
  return (
    <Card
      title="Delete data"
      description="Of a trace, a session, a user, or everything. It can be cancelled for five minutes; then it is gone from every table."
      actions={
        <Button icon={<Trash2 aria-hidden size={15} />} onClick={() => setAsking(true)}>
          Delete data
        </Button>
      }
    >
      {query.isPending ? (
        <SkeletonLines lines={2} />
      ) : query.isError && deletions.length === 0 ? (
        <ErrorState error={query.error} onRetry={() => query.refetch()} />
      ) : deletions.length === 0 ? (
        <p className="text-text-muted">Nothing was ever deleted by request.</p>
      ) : (
        <ul aria-label="Deletions" aria-live="polite">
          {deletions.map((deletion) => (
            <li
              key={deletion.id}
              className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-border py-2 last:border-b-0"
            >
              <span className="min-w-0">
                <span className="font-medium">{KIND_LABELS[deletion.kind]}</span>{" "}
                <span className="font-mono text-xs break-all">{deletion.target}</span>
                <span className="block text-text-muted">
                  {describeState(deletion)} Asked for <RelativeTime time={deletion.requested_at} />.
                </span>
              </span>
              {deletion.state === "running" && (
                <progress
                  aria-label={`Deletion of ${KIND_LABELS[deletion.kind]} ${deletion.target}`}
                  className="w-32"
                  value={deletion.progress}
                  max={1}
                />
              )}
              {deletion.state === "waiting" && (
                <Button size="sm" onClick={() => cancel.mutate(deletion.id)}>
                  Cancel the deletion
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button
          className="mt-3"
          size="sm"
          busy={query.isFetchingNextPage}
          onClick={() => query.fetchNextPage()}
        >
          Show more
        </Button>
      )}
      <DeleteDataDialog project={project} open={asking} onClose={() => setAsking(false)} />
    </Card>
  );
}

function describeState({ state, step, deleted, error }: Deletion): string {
  if (state === "waiting") return "Waits for its time.";
  if (state === "running") return `${step || "Begins"}.`;
  if (state === "cancelled") return "Cancelled.";
  if (state === "failed") return `Failed: ${error}.`;
  const rows = Object.values(deleted).reduce((sum, count) => sum + count, 0);
  return `Done, ${rows.toLocaleString("en-US")} ${rows === 1 ? "row" : "rows"} removed.`;
}
