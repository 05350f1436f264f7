import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { RepricingRun } from "#features/costs/repricing-contract.ts";
import { formatValue } from "#web/charts/model/units.ts";
import { formatCount } from "#web/lib/format.ts";
import { Badge, type Tone } from "#web/ui/badge.tsx";
import { Button } from "#web/ui/button.tsx";
import { Card } from "#web/ui/card.tsx";
import { describeError } from "#web/ui/error-state.tsx";
import { RelativeTime } from "#web/ui/relative-time.tsx";
import { toast } from "#web/ui/toast.tsx";
import { cancelRepricing, isUnderWay, repricingQuery } from "./costs-api.ts";

const TONES: Record<RepricingRun["state"], Tone> = {
  queued: "neutral",
  running: "accent",
  completed: "success",
  failed: "danger",
  cancelled: "neutral",
};

/** The latest runs that priced stored spans again, with how far they are. */
export function RepricingRuns({ project }: { project: string }) {
  const client = useQueryClient();
  const runs = useQuery(repricingQuery(project));
  const cancel = useMutation({
    mutationFn: (id: string) => cancelRepricing(project, id),
    onSettled: () => client.invalidateQueries({ queryKey: repricingQuery(project).queryKey }),
    onError: (error) => toast(describeError(error).detail, "danger"),
  });
  const busy = runs.data?.data.some(isUnderWay) ?? false;
  const wasBusy = useRef(false);
  useEffect(() => {
    // Every sum of costs may be another now.
    if (wasBusy.current && !busy) void client.invalidateQueries();
    wasBusy.current = busy;
  }, [busy, client]);
  const rows = runs.data?.data ?? [];
  if (rows.length === 0) return null;
  return (
    <Card title="Priced again" padded={false}>
      <ul aria-label="Runs">
        {rows.map((run) => (
          <li
            key={run.id}
            className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-border px-4 py-2.5 last:border-b-0"
          >
            <Badge tone={TONES[run.state]}>{run.state}</Badge>
            <span className="min-w-40 flex-1">
              {run.model === "*" ? "All models" : run.model}, {run.from.slice(0, 10)} to {run.to.slice(0, 10)}
              {run.error && <span className="block text-danger">{run.error}</span>}
            </span>
            {isUnderWay(run) ? (
              <>
                <progress
                  aria-label="Months done"
                  className="h-2 w-32 accent-[var(--color-accent)]"
                  max={run.months_total}
                  value={run.months_done}
                />
                <Button
                  size="sm"
                  busy={cancel.isPending && cancel.variables === run.id}
                  onClick={() => cancel.mutate(run.id)}
                >
                  Cancel
                </Button>
              </>
            ) : (
              <span className="text-text-muted tabular-nums">
                {formatCount(run.spans_changed, "span")}, {formatValue(run.usd_before, "usd")} →{" "}
                {formatValue(run.usd_after, "usd")}
              </span>
            )}
            <RelativeTime time={run.created_at} className="text-xs text-text-muted" />
          </li>
        ))}
      </ul>
    </Card>
  );
}
