import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import type { CostSettings } from "#features/costs/price-contract.ts";
import { Button } from "#web/ui/button.tsx";
import { Card } from "#web/ui/card.tsx";
import { describeError } from "#web/ui/error-state.tsx";
import { Input } from "#web/ui/input.tsx";
import { Select } from "#web/ui/select.tsx";
import { toast } from "#web/ui/toast.tsx";
import { changeCostSettings, costSettingsQuery } from "./costs-api.ts";

const FIELDS = [
  ["loop_same_call", "Same call in one trace", "The same tool with the same arguments, so often."],
  ["loop_depth", "Depth of a trace", "Spans inside one another."],
  ["loop_calls_per_minute", "Calls a minute", "Model and tool calls of one agent."],
  ["loop_usd_per_minute", "Dollars a minute", "Spend of one agent."],
] as const;
type Field = (typeof FIELDS)[number][0];

/** What counts as a loop, and what happens then. */
export function LoopSettingsCard({ project }: { project: string }) {
  const client = useQueryClient();
  const settings = useQuery(costSettingsQuery(project));
  const [mode, setMode] = useState<CostSettings["loop_mode"]>("notify");
  const [typed, setTyped] = useState<Partial<Record<Field, string>>>({});
  useEffect(() => {
    if (!settings.data) return;
    setMode(settings.data.loop_mode);
    setTyped(Object.fromEntries(FIELDS.map(([field]) => [field, String(settings.data[field] ?? "")])));
  }, [settings.data]);
  const save = useMutation({
    mutationFn: () =>
      changeCostSettings(project, {
        loop_mode: mode,
        ...Object.fromEntries(
          FIELDS.map(([field]) => [field, typed[field]?.trim() ? Number(typed[field]) : null]),
        ),
      }),
    onSuccess: (answer) => {
      client.setQueryData(costSettingsQuery(project).queryKey, answer);
      toast("Saved.", "success");
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  if (!settings.data) return null;
  return (
    <Card
      title="Loops"
      description="An agent that does the same again and again is flagged, and stopped if you like."
    >
      <form onSubmit={submit} noValidate className="grid gap-3 sm:grid-cols-2 xl:grid-cols-5">
        <Select
          label="An agent in a loop"
          value={mode}
          onChange={(event) => setMode(event.target.value as CostSettings["loop_mode"])}
        >
          <option value="off">is not looked for</option>
          <option value="notify">is flagged</option>
          <option value="hard">is told to stop</option>
        </Select>
        {FIELDS.map(([field, label, hint]) => (
          <Input
            key={field}
            label={label}
            hint={hint}
            inputMode="decimal"
            placeholder="not checked"
            autoComplete="off"
            disabled={mode === "off"}
            value={typed[field] ?? ""}
            onChange={(event) => setTyped((before) => ({ ...before, [field]: event.target.value }))}
          />
        ))}
        <div className="flex items-center justify-end gap-3 sm:col-span-2 xl:col-span-5">
          {save.error && (
            <p role="alert" className="text-danger">
              {describeError(save.error).detail}
            </p>
          )}
          <Button type="submit" busy={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Card>
  );
}
