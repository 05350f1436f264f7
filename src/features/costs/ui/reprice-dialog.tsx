import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { formatValue } from "#web/charts/model/units.ts";
import { formatCount } from "#web/lib/format.ts";
import { Button } from "#web/ui/button.tsx";
import { Dialog } from "#web/ui/dialog.tsx";
import { describeError } from "#web/ui/error-state.tsx";
import { Input } from "#web/ui/input.tsx";
import { SkeletonLines } from "#web/ui/skeleton.tsx";
import { previewRepricing, repricingQuery, startRepricing } from "./costs-api.ts";

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const MODELS_SHOWN = 8;

/** Shows what pricing stored spans again would change, and starts it. */
export function RepriceDialog({
  project,
  model,
  onClose,
}: {
  project: string;
  /** The models it is about, with `*` for any text; null: closed. */
  model: string | null;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [pattern, setPattern] = useState("*");
  useEffect(() => {
    if (model === null) return;
    setFrom(dayOf(Date.now() - DEFAULT_DAYS * DAY_MS));
    setTo(dayOf(Date.now() + DAY_MS));
    setPattern(model);
  }, [model]);
  const input = useMemo(
    () => ({ from, to, provider: "", model: pattern.trim() || "*" }),
    [from, to, pattern],
  );
  const ready = model !== null && from !== "" && to !== "" && from < to;
  const preview = useQuery({
    queryKey: ["costs", project, "repricing-preview", input],
    queryFn: () => previewRepricing(project, input),
    enabled: ready,
    staleTime: 0,
    gcTime: 0,
  });
  const start = useMutation({
    mutationFn: () => startRepricing(project, input),
    onSuccess: () => {
      onClose();
      return client.invalidateQueries({ queryKey: repricingQuery(project).queryKey });
    },
  });
  const close = () => {
    start.reset();
    onClose();
  };
  const found = preview.data;
  return (
    <Dialog
      open={model !== null}
      onClose={close}
      size="md"
      title="Price stored spans again"
      description="By the prices in force now. Sums, budgets and charts follow."
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            variant="primary"
            busy={start.isPending}
            disabled={!found || found.spans_changed === 0}
            onClick={() => start.mutate()}
          >
            {found && found.spans_changed > 0
              ? `Price ${formatCount(found.spans_changed, "span")} again`
              : "Price again"}
          </Button>
        </>
      }
    >
      <div className="grid gap-3 sm:grid-cols-3">
        <Input label="From" type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
        <Input
          label="Until"
          type="date"
          hint="not that day itself"
          value={to}
          onChange={(event) => setTo(event.target.value)}
        />
        <Input
          label="Models"
          hint="* stands for any text"
          value={pattern}
          onChange={(event) => setPattern(event.target.value)}
        />
      </div>
      <div className="mt-4" aria-live="polite">
        {!ready ? (
          <p className="text-text-muted">The first day has to be before the last.</p>
        ) : preview.isPending ? (
          <SkeletonLines lines={3} />
        ) : preview.isError ? (
          <p role="alert" className="text-danger">
            {describeError(preview.error).detail}
          </p>
        ) : found && found.spans_changed > 0 ? (
          <>
            <p>
              {formatCount(found.spans_changed, "span")} change from{" "}
              <strong>{formatValue(found.usd_before, "usd")}</strong> to{" "}
              <strong>{formatValue(found.usd_after, "usd")}</strong>.
            </p>
            <ul className="mt-2 divide-y divide-border text-xs">
              {found.data.slice(0, MODELS_SHOWN).map((row) => (
                <li key={`${row.provider} ${row.model} ${row.version}`} className="flex gap-3 py-1.5">
                  <span className="min-w-0 flex-1 break-all">{row.model || "(no model)"}</span>
                  <span className="text-text-muted">{formatCount(row.spans_changed, "span")}</span>
                  <span className="tabular-nums">
                    {formatValue(row.usd_before, "usd")} → {formatValue(row.usd_after, "usd")}
                  </span>
                </li>
              ))}
            </ul>
          </>
        ) : (
          <p className="text-text-muted">Nothing would change: these spans have the prices in force.</p>
        )}
        {start.error && (
          <p role="alert" className="mt-3 text-danger">
            {describeError(start.error).detail}
          </p>
        )}
      </div>
    </Dialog>
  );
}
