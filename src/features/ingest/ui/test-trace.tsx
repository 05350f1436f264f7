import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Send } from "lucide-react";
import { Button, buttonClass } from "#web/ui/button.tsx";
import { describeError } from "#web/ui/error-state.tsx";
import { sendTestTrace } from "./ingest-api.ts";

/** Sends a small trace through the same door as an agent's, to see that the door is open. */
export function TestTrace({ project }: { project: string }) {
  const send = useMutation({ mutationFn: () => sendTestTrace(project) });
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button icon={<Send aria-hidden size={14} />} busy={send.isPending} onClick={() => send.mutate()}>
        Send a test trace
      </Button>
      <div role="status" className="flex flex-wrap items-center gap-2">
        {send.isPending && <span className="text-text-muted">Sending…</span>}
        {send.data && (
          <>
            <span className="text-success">Stored.</span>
            <Link
              to="/p/$project/traces/$traceId"
              params={{ project, traceId: send.data.trace_id }}
              className={buttonClass("ghost")}
            >
              Open the test trace
            </Link>
          </>
        )}
        {send.error && <span className="text-danger">Not sent: {describeError(send.error).detail}</span>}
      </div>
    </div>
  );
}
