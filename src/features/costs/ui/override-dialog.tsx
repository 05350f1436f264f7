import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import type { PriceOverrideAnswer, PriceOverrideInput, Rates } from "#features/costs/price-contract.ts";
import { Button } from "#web/ui/button.tsx";
import { Dialog } from "#web/ui/dialog.tsx";
import { describeError } from "#web/ui/error-state.tsx";
import { Input } from "#web/ui/input.tsx";
import { toast } from "#web/ui/toast.tsx";
import { changeOverride, createOverride } from "./costs-api.ts";
import { draftOf, RATE_FIELDS, type RateDraft, readRates } from "./model/rate-fields.ts";

/** What a price starts from: an override to change, or the model it is to be for. */
export type OverridePreset =
  | PriceOverrideAnswer
  | { provider: string; model: string; rates?: Rates | undefined };

interface Draft {
  provider: string;
  model: string;
  serviceTier: string;
  batch: string;
  from: string;
  to: string;
  note: string;
}

/** Sets a price of the project's own, or changes one. */
export function OverrideDialog({
  project,
  open,
  preset,
  onClose,
}: {
  project: string;
  open: boolean;
  preset: OverridePreset | null;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const existing = preset && "id" in preset ? preset : undefined;
  const [draft, setDraft] = useState<Draft>(() => draftFrom(preset));
  const [rates, setRates] = useState<RateDraft>({});
  const [tried, setTried] = useState(false);
  useEffect(() => {
    if (!open) return;
    setDraft(draftFrom(preset));
    setRates(preset && "rates" in preset && preset.rates ? draftOf(preset.rates) : {});
    setTried(false);
  }, [open, preset]);
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const read = readRates(rates);
  const save = useMutation({
    mutationFn: (input: PriceOverrideInput) =>
      existing ? changeOverride(project, existing.id, input) : createOverride(project, input),
    onSuccess: () => {
      close();
      toast("In force now. Spans stored already keep their price until they are priced again.", "success");
      return client.invalidateQueries({ queryKey: ["costs", project] });
    },
  });
  const close = () => {
    save.reset();
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (draft.model.trim() === "" || "wrong" in read || save.isPending) return;
    const batch = Number(draft.batch.replace(",", "."));
    save.mutate({
      provider: draft.provider.trim(),
      model: draft.model.trim(),
      service_tier: draft.serviceTier.trim(),
      // What only the API sets is kept.
      rates: {
        ...(existing?.rates.request === undefined ? {} : { request: existing.rates.request }),
        ...read.rates,
      },
      tiers: existing?.tiers ?? [],
      tier_factors: {
        ...existing?.tier_factors,
        ...(draft.batch.trim() !== "" && batch >= 0 ? { batch } : {}),
      },
      valid_from: draft.from || null,
      valid_to: draft.to || null,
      note: draft.note.trim(),
    });
  };
  const text = (field: keyof Draft) => ({
    value: draft[field],
    autoComplete: "off",
    onChange: (event: { target: { value: string } }) => set({ [field]: event.target.value }),
  });
  return (
    <Dialog
      open={open}
      onClose={close}
      size="md"
      title={existing ? `Change the price of ${existing.model}` : "Set a price"}
      description="US dollars per million tokens. A field left empty costs what it is part of: a cache read what input does, reasoning what output does."
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="primary" type="submit" form="override" busy={save.isPending}>
            {existing ? "Save" : "Set price"}
          </Button>
        </>
      }
    >
      <form id="override" onSubmit={submit} noValidate className="grid gap-3 sm:grid-cols-2">
        <Input
          label="Model"
          data-autofocus
          maxLength={200}
          hint="* stands for any text"
          error={tried && draft.model.trim() === "" ? "Name the model." : null}
          {...text("model")}
        />
        <Input label="Provider" maxLength={100} placeholder="any" {...text("provider")} />
        <fieldset className="grid grid-cols-2 gap-3 sm:col-span-2 sm:grid-cols-4">
          <legend className="sr-only">Dollars per million tokens</legend>
          {RATE_FIELDS.map(({ bucket, label }) => (
            <Input
              key={bucket}
              label={label}
              inputMode="decimal"
              autoComplete="off"
              value={rates[bucket] ?? ""}
              onChange={(event) => setRates((before) => ({ ...before, [bucket]: event.target.value }))}
              error={tried && "wrong" in read && read.wrong.includes(bucket) ? "A number from 0." : null}
            />
          ))}
        </fieldset>
        <Input label="Service tier" maxLength={50} placeholder="all tiers" {...text("serviceTier")} />
        <Input
          label="Factor in a batch"
          inputMode="decimal"
          placeholder="1"
          hint="0.5 is half price"
          {...text("batch")}
        />
        <Input label="Valid from" type="date" hint="UTC" {...text("from")} />
        <Input label="Valid until" type="date" hint="UTC, not that day itself" {...text("to")} />
        <Input label="Note" className="sm:col-span-2" maxLength={500} {...text("note")} />
        {save.error && (
          <p role="alert" className="text-danger sm:col-span-2">
            {describeError(save.error).detail}
          </p>
        )}
      </form>
    </Dialog>
  );
}

function draftFrom(preset: OverridePreset | null): Draft {
  const empty = { provider: "", model: "", serviceTier: "", batch: "", from: "", to: "", note: "" };
  if (preset === null) return empty;
  if (!("id" in preset)) return { ...empty, provider: preset.provider, model: preset.model };
  return {
    provider: preset.provider,
    model: preset.model,
    serviceTier: preset.service_tier,
    batch: String(preset.tier_factors.batch ?? ""),
    from: preset.valid_from?.slice(0, 10) ?? "",
    to: preset.valid_to?.slice(0, 10) ?? "",
    note: preset.note,
  };
}
