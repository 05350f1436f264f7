import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import type { ApiKey } from "#features/api-keys/api-key-contract.ts";
import type { Budget, BudgetInput } from "#features/costs/budget-contract.ts";
import type { Page } from "#platform/http/http-contract.ts";
import { apiGet } from "#web/lib/api-client.ts";
import { Button } from "#web/ui/button.tsx";
import { Checkbox } from "#web/ui/checkbox.tsx";
import { Dialog } from "#web/ui/dialog.tsx";
import { describeError } from "#web/ui/error-state.tsx";
import { Input } from "#web/ui/input.tsx";
import { Select } from "#web/ui/select.tsx";
import { changeBudget, createBudget } from "./costs-api.ts";

const EMPTY: BudgetInput = {
  name: "",
  scope: "agent",
  subject: "",
  measure: "usd",
  limit: 0,
  period: "day",
  thresholds: [0.5, 0.8, 1],
  mode: "notify",
  pause_keys: false,
  enabled: true,
};
const SUBJECT_LABELS = { agent: "Agent's name", user: "User's id", key: "API key", project: "" } as const;

/** Makes a budget, or changes one: what it is about stays then. */
export function BudgetDialog({
  project,
  budget,
  onClose,
}: {
  project: string;
  /** The one to change, or a new one; null: closed. */
  budget: Budget | "new" | null;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const [draft, setDraft] = useState<BudgetInput>(EMPTY);
  const [limit, setLimit] = useState("");
  const [tried, setTried] = useState(false);
  const existing = budget !== null && budget !== "new" ? budget : undefined;
  useEffect(() => {
    if (budget === null) return;
    setDraft(budget === "new" ? EMPTY : { ...budget });
    setLimit(budget === "new" ? "" : String(budget.limit));
    setTried(false);
  }, [budget]);
  const set = (change: Partial<BudgetInput>) => setDraft((before) => ({ ...before, ...change }));
  const keys = useQuery({
    queryKey: ["costs", project, "keys"],
    queryFn: ({ signal }) => apiGet<Page<ApiKey>>("/api-keys", { project, limit: 200 }, { signal }),
    enabled: budget !== null && draft.scope === "key",
  });
  const amount = Number(limit.trim().replace(",", "."));
  const save = useMutation({
    mutationFn: () => {
      const { name, thresholds, mode, pause_keys, enabled } = draft;
      return existing
        ? changeBudget(project, existing.id, { name, limit: amount, thresholds, mode, pause_keys, enabled })
        : createBudget(project, { ...draft, limit: amount });
    },
    onSuccess: () => {
      onClose();
      return client.invalidateQueries({ queryKey: ["costs", project, "budgets"] });
    },
  });
  const wrong = {
    name: draft.name.trim() === "" ? "Give the budget a name." : null,
    subject: draft.scope !== "project" && draft.subject.trim() === "" ? "Say whom the budget is for." : null,
    limit: amount > 0 ? null : "Give a number above 0.",
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!wrong.name && !wrong.subject && !wrong.limit && !save.isPending) save.mutate();
  };
  const close = () => {
    save.reset();
    onClose();
  };
  return (
    <Dialog
      open={budget !== null}
      onClose={close}
      size="md"
      title={existing ? `Change ${existing.name}` : "New budget"}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="primary" type="submit" form="budget" busy={save.isPending}>
            {existing ? "Save" : "Create budget"}
          </Button>
        </>
      }
    >
      <form id="budget" onSubmit={submit} noValidate className="grid gap-3 sm:grid-cols-2">
        <Input
          label="Name"
          className="sm:col-span-2"
          data-autofocus
          autoComplete="off"
          maxLength={100}
          value={draft.name}
          onChange={(event) => set({ name: event.target.value })}
          error={tried ? wrong.name : null}
        />
        <Select
          label="For"
          disabled={existing !== undefined}
          value={draft.scope}
          onChange={(event) => {
            const scope = event.target.value as BudgetInput["scope"];
            set({ scope, subject: "", ...(scope === "user" ? { mode: "notify" as const } : {}) });
          }}
        >
          <option value="project">The whole project</option>
          <option value="agent">An agent</option>
          <option value="user">A user</option>
          <option value="key">An API key</option>
        </Select>
        {draft.scope === "key" ? (
          <Select
            label="API key"
            disabled={existing !== undefined}
            value={draft.subject}
            onChange={(event) => set({ subject: event.target.value })}
          >
            <option value="">Choose a key</option>
            {keys.data?.data.map((key) => (
              <option key={key.id} value={key.id}>
                {key.name}
              </option>
            ))}
          </Select>
        ) : draft.scope === "project" ? (
          <span />
        ) : (
          <Input
            label={SUBJECT_LABELS[draft.scope]}
            disabled={existing !== undefined}
            autoComplete="off"
            maxLength={200}
            value={draft.subject}
            onChange={(event) => set({ subject: event.target.value })}
            error={tried ? wrong.subject : null}
          />
        )}
        <div className="grid grid-cols-[1fr_7rem] gap-2">
          <Input
            label="Limit"
            inputMode="decimal"
            autoComplete="off"
            value={limit}
            onChange={(event) => setLimit(event.target.value)}
            error={tried ? wrong.limit : null}
          />
          <Select
            label="in"
            disabled={existing !== undefined}
            value={draft.measure}
            onChange={(event) => set({ measure: event.target.value as BudgetInput["measure"] })}
          >
            <option value="usd">US dollars</option>
            <option value="tokens">tokens</option>
          </Select>
        </div>
        <Select
          label="Per"
          disabled={existing !== undefined}
          value={draft.period}
          onChange={(event) => set({ period: event.target.value as BudgetInput["period"] })}
        >
          <option value="hour">hour</option>
          <option value="day">day</option>
          <option value="week">week</option>
          <option value="month">month</option>
        </Select>
        <Select
          label="At the limit"
          className="sm:col-span-2"
          disabled={draft.scope === "user"}
          value={draft.mode}
          onChange={(event) => set({ mode: event.target.value as BudgetInput["mode"] })}
        >
          <option value="notify">Tell me</option>
          <option value="hard">Tell me, and tell the agents to stop</option>
        </Select>
        {draft.mode === "hard" && draft.scope !== "key" && (
          <Checkbox
            className="sm:col-span-2"
            label="Also pause the API keys these agents use, until the period ends"
            checked={draft.pause_keys}
            onChange={(event) => set({ pause_keys: event.target.checked })}
          />
        )}
        {draft.mode === "hard" && draft.scope === "key" && (
          <p className="text-text-muted sm:col-span-2">The key is paused until the period ends.</p>
        )}
        {existing && (
          <Checkbox
            className="sm:col-span-2"
            label="Switched on"
            checked={draft.enabled}
            onChange={(event) => set({ enabled: event.target.checked })}
          />
        )}
        {save.error && (
          <p role="alert" className="text-danger sm:col-span-2">
            {describeError(save.error).detail}
          </p>
        )}
      </form>
    </Dialog>
  );
}
