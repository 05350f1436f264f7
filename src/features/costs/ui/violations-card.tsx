import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Violation } from "#features/costs/budget-contract.ts";
import { Badge } from "#web/ui/badge.tsx";
import { Button } from "#web/ui/button.tsx";
import { Card } from "#web/ui/card.tsx";
import { describeError, ErrorState } from "#web/ui/error-state.tsx";
import { RelativeTime } from "#web/ui/relative-time.tsx";
import { SkeletonLines } from "#web/ui/skeleton.tsx";
import { toast } from "#web/ui/toast.tsx";
import { clearViolation, violationsQuery } from "./costs-api.ts";

/** Agents that were over budget or in a loop, those that count first. */
export function ViolationsCard({ project }: { project: string }) {
  const client = useQueryClient();
  const violations = useQuery(violationsQuery(project));
  const clear = useMutation({
    mutationFn: (id: string) => clearViolation(project, id),
    onSuccess: () => {
      toast("The agent may go on.", "success");
      return client.invalidateQueries({ queryKey: ["costs", project] });
    },
    onError: (error) => toast(describeError(error).detail, "danger"),
  });
  const rows = [...(violations.data?.data ?? [])].sort(
    (left, right) => Number(right.active && right.stops) - Number(left.active && left.stops),
  );
  return (
    <Card
      title="Flags"
      description="Budgets that reached a threshold, and agents that looked like they were in a loop."
      padded={false}
    >
      {violations.isPending ? (
        <div className="p-4">
          <SkeletonLines lines={3} />
        </div>
      ) : violations.isError ? (
        <ErrorState error={violations.error} onRetry={() => violations.refetch()} />
      ) : rows.length === 0 ? (
        <p className="p-4 text-text-muted">Nothing was flagged so far.</p>
      ) : (
        <ul aria-label="Flags">
          {rows.map((row) => (
            <li
              key={row.id}
              className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-border px-4 py-2.5 last:border-b-0"
            >
              <StateBadge violation={row} />
              <span className="min-w-48 flex-1">
                {row.detail}{" "}
                {row.trace_id && (
                  <Link
                    to="/p/$project/traces/$traceId"
                    params={{ project, traceId: row.trace_id }}
                    className="text-accent hover:underline"
                  >
                    Show the trace
                  </Link>
                )}
              </span>
              <RelativeTime time={row.created_at} className="text-xs text-text-muted" />
              {row.active && row.stops && (
                <Button
                  size="sm"
                  aria-label={`Let ${row.agent || "all agents"} go on`}
                  busy={clear.isPending && clear.variables === row.id}
                  onClick={() => clear.mutate(row.id)}
                >
                  Let it go on
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function StateBadge({ violation }: { violation: Violation }) {
  if (!violation.active) return <Badge>{violation.cleared_at ? "Cleared" : "Ended"}</Badge>;
  return violation.stops ? <Badge tone="danger">Stopped</Badge> : <Badge tone="warning">Flagged</Badge>;
}
