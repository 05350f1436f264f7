import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ApiProblem } from "#web/lib/api-client.ts";
import { Button } from "#web/ui/button.tsx";
import { Dialog } from "#web/ui/dialog.tsx";
import { toast } from "#web/ui/toast.tsx";
import type { AgentDetail } from "../agent-contract.ts";
import { agentsKey, purgeAgent } from "./agents-api.ts";

/** Asks before an agent is removed with what it reported; this cannot be taken back. */
export function PurgeDialog({
  project,
  agent,
  open,
  onClose,
}: {
  project: string;
  agent: AgentDetail;
  open: boolean;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const purge = async () => {
    setBusy(true);
    try {
      await purgeAgent(project, agent.id);
      await navigate({ to: "/p/$project/agents", params: { project } });
      void client.invalidateQueries({ queryKey: agentsKey(project) });
      toast(`${agent.name} is deleted.`, "success");
    } catch (error) {
      toast(error instanceof ApiProblem ? error.detail : String(error), "danger");
    } finally {
      setBusy(false);
      onClose();
    }
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Delete ${agent.name} for good?`}
      description="Its description, configurations and reported events are removed and cannot be brought back. Traces and executions stay. If it is still running, it appears anew with its next sign of life."
      footer={
        <>
          <Button onClick={onClose} data-autofocus>
            Keep it
          </Button>
          <Button variant="danger" busy={busy} onClick={() => void purge()}>
            Delete for good
          </Button>
        </>
      }
    />
  );
}
