import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, Trash2, Wallet } from "lucide-react";
import { useState } from "react";
import type { Budget } from "#features/costs/budget-contract.ts";
import { formatValue } from "#web/charts/model/units.ts";
import { cx } from "#web/lib/cx.ts";
import { Badge } from "#web/ui/badge.tsx";
import { Button } from "#web/ui/button.tsx";
import { Card } from "#web/ui/card.tsx";
import { Dialog } from "#web/ui/dialog.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { describeError, ErrorState } from "#web/ui/error-state.tsx";
import { IconButton } from "#web/ui/icon-button.tsx";
import { RelativeTime } from "#web/ui/relative-time.tsx";
import { SkeletonLines } from "#web/ui/skeleton.tsx";
import { toast } from "#web/ui/toast.tsx";
import { BudgetDialog } from "./budget-dialog.tsx";
import { budgetsQuery, removeBudget } from "./costs-api.ts";
import { LoopSettingsCard } from "./loop-settings-card.tsx";
import { burnBar } from "./model/unit-costs.ts";
import { ViolationsCard } from "./violations-card.tsx";

/** Budgets with how fast they burn, and the agents that broke them. */
export function BudgetsTab({ project }: { project: string }) {
  const client = useQueryClient();
  const budgets = useQuery(budgetsQuery(project));
  const [editing, setEditing] = useState<Budget | "new" | null>(null);
  const [removing, setRemoving] = useState<Budget | null>(null);
  const remove = useMutation({
    mutationFn: (id: string) => removeBudget(project, id),
    onSuccess: () => {
      setRemoving(null);
      toast("Removed. Agents it had stopped may go on.", "success");
      return client.invalidateQueries({ queryKey: ["costs", project] });
    },
  });
  const rows = budgets.data?.data ?? [];
  const add = (
    <Button variant="primary" icon={<Plus aria-hidden size={15} />} onClick={() => setEditing("new")}>
      New budget
    </Button>
  );
  return (
    <div className="space-y-4">
      {budgets.isPending ? (
        <SkeletonLines lines={6} />
      ) : budgets.isError ? (
        <ErrorState error={budgets.error} onRetry={() => budgets.refetch()} />
      ) : rows.length === 0 ? (
        <Card>
          <EmptyState
            icon={<Wallet size={20} />}
            title="No budgets yet"
            why="A budget says what the project, an agent, a user or an API key may spend in an hour, day, week or month. It tells you before the money is gone, and can stop a runaway agent."
            action={add}
          />
        </Card>
      ) : (
        <>
          <div className="flex justify-end">{add}</div>
          <ul className="grid gap-3 lg:grid-cols-2" aria-label="Budgets">
            {rows.map((budget) => (
              <BudgetCard
                key={budget.id}
                budget={budget}
                onEdit={() => setEditing(budget)}
                onRemove={() => setRemoving(budget)}
              />
            ))}
          </ul>
        </>
      )}
      <ViolationsCard project={project} />
      <LoopSettingsCard project={project} />
      <BudgetDialog project={project} budget={editing} onClose={() => setEditing(null)} />
      <Dialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={`Remove ${removing?.name ?? ""}?`}
        description="Agents that it told to stop may go on, and keys that it paused work again."
        footer={
          <>
            <Button data-autofocus onClick={() => setRemoving(null)}>
              Keep it
            </Button>
            <Button
              variant="danger"
              busy={remove.isPending}
              onClick={() => removing && remove.mutate(removing.id)}
            >
              Remove budget
            </Button>
          </>
        }
      >
        {remove.error && (
          <p role="alert" className="text-danger">
            {describeError(remove.error).detail}
          </p>
        )}
      </Dialog>
    </div>
  );
}

const TONES = { ok: "success", warning: "warning", exceeded: "danger" } as const;
const STATES = { ok: "Within limit", warning: "Nearly spent", exceeded: "Over budget" } as const;
const FILLS = { ok: "bg-success", warning: "bg-warning", exceeded: "bg-danger" } as const;

function BudgetCard({
  budget,
  onEdit,
  onRemove,
}: {
  budget: Budget;
  onEdit: () => void;
  onRemove: () => void;
}) {
  const amount = (value: number) => formatValue(value, budget.measure);
  const bar = burnBar(budget.share, budget.forecast, budget.limit);
  const about = budget.scope === "project" ? "whole project" : `${budget.scope} ${budget.subject}`;
  return (
    <li className="min-w-0 rounded-lg border border-border bg-surface p-4">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="truncate font-semibold">{budget.name}</h2>
          <p className="truncate text-xs text-text-muted" title={about}>
            {about}, per {budget.period}
          </p>
        </div>
        <div className="flex shrink-0 items-center gap-1">
          <IconButton
            size="sm"
            label={`Edit ${budget.name}`}
            icon={<Pencil aria-hidden size={14} />}
            onClick={onEdit}
          />
          <IconButton
            size="sm"
            label={`Remove ${budget.name}`}
            icon={<Trash2 aria-hidden size={14} />}
            onClick={onRemove}
          />
        </div>
      </div>
      <p className="mt-2 flex flex-wrap items-baseline gap-x-2">
        <span className="text-xl font-semibold tabular-nums">{amount(budget.spent)}</span>
        <span className="text-text-muted tabular-nums">of {amount(budget.limit)}</span>
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot show the forecast behind what is spent */}
      <div
        role="meter"
        aria-label={`Spent of ${budget.name}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(bar.spent)}
        aria-valuetext={`${amount(budget.spent)} of ${amount(budget.limit)}, forecast ${amount(budget.forecast)}`}
        className="relative mt-2 h-2.5 overflow-hidden rounded-full bg-surface-hover"
      >
        <span
          className={cx("absolute inset-y-0 left-0 opacity-30", FILLS[budget.state])}
          style={{ width: `${bar.forecast}%` }}
        />
        <span
          className={cx("absolute inset-y-0 left-0", FILLS[budget.state])}
          style={{ width: `${bar.spent}%` }}
        />
      </div>
      <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1.5 text-xs text-text-muted">
        <Badge tone={budget.enabled ? TONES[budget.state] : "neutral"}>
          {budget.enabled ? STATES[budget.state] : "Switched off"}
        </Badge>
        {budget.mode === "hard" && <Badge tone="accent">Stops agents</Badge>}
        <span>now {amount(budget.burn_per_hour)} per hour</span>
        <span>forecast {amount(budget.forecast)}</span>
        {budget.runs_out_at && budget.state !== "exceeded" && (
          <span className="text-warning">
            runs out <RelativeTime time={budget.runs_out_at} />
          </span>
        )}
      </div>
    </li>
  );
}
