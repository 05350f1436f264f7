import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import type { PriceOverrideAnswer } from "#features/costs/price-contract.ts";
import { Button } from "#web/ui/button.tsx";
import { Card } from "#web/ui/card.tsx";
import { describeError, ErrorState } from "#web/ui/error-state.tsx";
import { IconButton } from "#web/ui/icon-button.tsx";
import { SkeletonLines } from "#web/ui/skeleton.tsx";
import { toast } from "#web/ui/toast.tsx";
import { overridesQuery, removeOverride } from "./costs-api.ts";
import type { CostsSearch } from "./model/costs-search.ts";
import { OverrideDialog, type OverridePreset } from "./override-dialog.tsx";
import { PriceList } from "./price-list.tsx";
import { RepriceDialog } from "./reprice-dialog.tsx";
import { RepricingRuns } from "./repricing-runs.tsx";

/** The project's own prices, pricing stored spans again, and the prices in force. */
export function PricesTab({
  project,
  search,
  patch,
}: {
  project: string;
  search: CostsSearch;
  patch: (change: Partial<CostsSearch>) => void;
}) {
  const [editing, setEditing] = useState<OverridePreset | "new" | null>(null);
  const [repricing, setRepricing] = useState<string | null>(null);
  return (
    <div className="space-y-4">
      <Card
        title="Your prices"
        description="They come before the list prices below, for the time they are valid."
        padded={false}
        actions={
          <>
            <Button icon={<RotateCcw aria-hidden size={15} />} onClick={() => setRepricing("*")}>
              Price again
            </Button>
            <Button variant="primary" icon={<Plus aria-hidden size={15} />} onClick={() => setEditing("new")}>
              Set a price
            </Button>
          </>
        }
      >
        <Overrides project={project} onEdit={setEditing} onReprice={setRepricing} />
      </Card>
      <RepricingRuns project={project} />
      <PriceList
        project={project}
        text={search.q ?? ""}
        onText={(q) => patch({ q: q || undefined })}
        onSetPrice={setEditing}
      />
      <OverrideDialog
        project={project}
        open={editing !== null}
        preset={editing === "new" ? null : editing}
        onClose={() => setEditing(null)}
      />
      <RepriceDialog project={project} model={repricing} onClose={() => setRepricing(null)} />
    </div>
  );
}

function Overrides({
  project,
  onEdit,
  onReprice,
}: {
  project: string;
  onEdit: (override: PriceOverrideAnswer) => void;
  onReprice: (model: string) => void;
}) {
  const client = useQueryClient();
  const overrides = useQuery(overridesQuery(project));
  const remove = useMutation({
    mutationFn: (override: PriceOverrideAnswer) => removeOverride(project, override.id),
    onSuccess: (_answer, override) => {
      toast(`The price of ${override.model} is removed; the list price counts from now on.`, "success");
      return client.invalidateQueries({ queryKey: ["costs", project] });
    },
    onError: (error) => toast(describeError(error).detail, "danger"),
  });
  if (overrides.isPending) {
    return (
      <div className="p-4">
        <SkeletonLines lines={2} />
      </div>
    );
  }
  if (overrides.isError) return <ErrorState error={overrides.error} onRetry={() => overrides.refetch()} />;
  if (overrides.data.data.length === 0) {
    return (
      <p className="p-4 text-text-muted">
        None yet: list prices count. Set one for an agreement of your own, or for a model that is not listed.
      </p>
    );
  }
  return (
    <ul aria-label="Your prices">
      {overrides.data.data.map((override) => (
        <li
          key={override.id}
          className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-border px-4 py-2.5 last:border-b-0"
        >
          <span className="min-w-40 flex-1 break-all">
            <span className="font-medium">{override.model}</span>
            <span className="ml-2 text-text-muted">
              {[override.provider || "any provider", override.service_tier].filter(Boolean).join(", ")}
            </span>
            {override.note && <span className="block text-xs text-text-muted">{override.note}</span>}
          </span>
          <span className="tabular-nums">
            ${override.rates.input} in, ${override.rates.output} out
          </span>
          <span className="text-xs text-text-muted tabular-nums">{validity(override)}</span>
          <span className="flex items-center gap-1">
            <Button
              size="sm"
              aria-label={`Price spans of ${override.model} again`}
              onClick={() => onReprice(override.model)}
            >
              Price again
            </Button>
            <IconButton
              size="sm"
              label={`Change the price of ${override.model}`}
              icon={<Pencil aria-hidden size={14} />}
              onClick={() => onEdit(override)}
            />
            <IconButton
              size="sm"
              label={`Remove the price of ${override.model}`}
              icon={<Trash2 aria-hidden size={14} />}
              busy={remove.isPending && remove.variables.id === override.id}
              onClick={() => remove.mutate(override)}
            />
          </span>
        </li>
      ))}
    </ul>
  );
}

function validity({ valid_from, valid_to }: PriceOverrideAnswer): string {
  const day = (time: string) => time.slice(0, 10);
  if (valid_from && valid_to) return `${day(valid_from)} to ${day(valid_to)}`;
  if (valid_from) return `from ${day(valid_from)}`;
  return valid_to ? `until ${day(valid_to)}` : "always";
}
