import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "#web/ui/button.tsx";
import { CodeBlock } from "#web/ui/code-block.tsx";
import { Dialog } from "#web/ui/dialog.tsx";
import { describeError } from "#web/ui/error-state.tsx";
import { Input } from "#web/ui/input.tsx";
import { apiKeysQuery, createApiKey } from "./api-keys-api.ts";

/** Asks for a name, makes the key, and shows it once. */
export function CreateKeyDialog({
  project,
  open,
  onClose,
}: {
  project: string;
  open: boolean;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [tried, setTried] = useState(false);
  const create = useMutation({
    mutationFn: () => createApiKey(project, name.trim()),
    onSuccess: () => client.invalidateQueries({ queryKey: apiKeysQuery(project).queryKey }),
  });
  const close = () => {
    onClose();
    setName("");
    setTried(false);
    create.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (name.trim() !== "" && !create.isPending) create.mutate();
  };

  if (create.data) {
    return (
      <Dialog
        open={open}
        onClose={close}
        dismissible={false}
        size="md"
        title="Copy your key now"
        description="Only a fingerprint is stored, so this is the one time it can be shown."
        footer={
          <Button variant="primary" onClick={close}>
            I have copied it
          </Button>
        }
      >
        <CodeBlock code={create.data.key} title={create.data.name} label="New API key" wrap />
      </Dialog>
    );
  }
  const problem =
    tried && name.trim() === ""
      ? "Give the key a name, so that you know later what uses it."
      : create.error && describeError(create.error).detail;
  return (
    <Dialog
      open={open}
      onClose={close}
      title="Create an API key"
      description="Agents send telemetry with it. Use one for each service, so that one can be revoked alone."
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="primary" type="submit" form="create-key" busy={create.isPending}>
            Create key
          </Button>
        </>
      }
    >
      <form id="create-key" onSubmit={submit} noValidate>
        <Input
          label="Name"
          name="key-name"
          placeholder="checkout-agent, production"
          autoComplete="off"
          data-autofocus
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={problem}
        />
      </form>
    </Dialog>
  );
}
