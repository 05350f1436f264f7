import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { DeletionInput } from "#features/retention/retention-contract.ts";
import { Button } from "#web/ui/button.tsx";
import { Dialog } from "#web/ui/dialog.tsx";
import { describeError } from "#web/ui/error-state.tsx";
import { Input } from "#web/ui/input.tsx";
import { Select } from "#web/ui/select.tsx";
import { deletionsQuery, requestDeletion } from "./retention-api.ts";

const GRACE_SECONDS = 300;
const KINDS: readonly { kind: DeletionInput["kind"]; label: string; target: string }[] = [
  { kind: "trace", label: "A trace", target: "Trace id" },
  { kind: "session", label: "A session and its traces", target: "Session id" },
  { kind: "user", label: "A user and their traces", target: "User id" },
  {
    kind: "project_data",
    label: "All telemetry of this project",
    target: "Type the project's slug to confirm",
  },
];

/** Asks what to delete. */
export function DeleteDataDialog({
  project,
  open,
  onClose,
}: {
  project: string;
  open: boolean;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const [kind, setKind] = useState<DeletionInput["kind"]>("trace");
  const [target, setTarget] = useState("");
  const ask = useMutation({
    mutationFn: () => requestDeletion(project, { kind, target: target.trim(), grace_seconds: GRACE_SECONDS }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: deletionsQuery(project).queryKey });
      close();
    },
  });
  const close = () => {
    onClose();
    setTarget("");
    ask.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (target.trim() !== "" && !ask.isPending) ask.mutate();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title="Delete data"
      description="It begins in five minutes and can be cancelled until then. What is gone cannot be brought back."
      footer={
        <>
          <Button onClick={close}>Keep everything</Button>
          <Button variant="danger" type="submit" form="delete-data" busy={ask.isPending}>
            Delete
          </Button>
        </>
      }
    >
      <form id="delete-data" onSubmit={submit} noValidate className="grid gap-4">
        <Select
          label="What to delete"
          value={kind}
          onChange={(event) => setKind(event.target.value as DeletionInput["kind"])}
        >
          {KINDS.map((each) => (
            <option key={each.kind} value={each.kind}>
              {each.label}
            </option>
          ))}
        </Select>
        <Input
          label={KINDS.find((each) => each.kind === kind)?.target}
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          maxLength={512}
          value={target}
          onChange={(event) => setTarget(event.target.value)}
          error={ask.error ? describeError(ask.error).detail : null}
        />
      </form>
    </Dialog>
  );
}
