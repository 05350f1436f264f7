import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { RetentionInput } from "#features/retention/retention-contract.ts";
import { formatCount, formatNumber } from "#web/lib/format.ts";
import { Button } from "#web/ui/button.tsx";
import { Dialog } from "#web/ui/dialog.tsx";
import { describeError } from "#web/ui/error-state.tsx";
import { SkeletonLines } from "#web/ui/skeleton.tsx";
import { toast } from "#web/ui/toast.tsx";
import { previewRetention, retentionQuery, saveRetention } from "./retention-api.ts";
import { SIGNAL_LABELS } from "./retention-model.ts";

/** Says what a change removes before it is made. */
export function ConfirmChangeDialog({
  project,
  change,
  onClose,
  onSaved,
}: {
  project: string;
  /** The change to confirm; null while there is none. */
  change: RetentionInput | null;
  onClose: () => void;
  onSaved: () => void;
}) {
  const client = useQueryClient();
  const preview = useQuery({
    queryKey: ["retention-preview", project, change],
    queryFn: () => previewRetention(project, change ?? {}),
    enabled: change !== null,
    staleTime: 0,
  });
  const save = useMutation({
    mutationFn: (input: RetentionInput) => saveRetention(project, input),
    onSuccess: (retention) => {
      client.setQueryData(retentionQuery(project).queryKey, retention);
      toast("Saved. What is past its days is removed in the background.", "success");
      onSaved();
    },
  });
  const removed = preview.data?.signals.filter(({ rows }) => rows > 0) ?? [];
  const sampling = preview.data?.sampling;
  return (
    <Dialog
      open={change !== null}
      onClose={() => {
        save.reset();
        onClose();
      }}
      title="Change what is kept?"
      description="What is removed cannot be brought back."
      footer={
        <>
          <Button data-autofocus onClick={onClose}>
            Keep as it is
          </Button>
          <Button
            variant={removed.length > 0 ? "danger" : "primary"}
            busy={save.isPending}
            disabled={!preview.data}
            onClick={() => change && save.mutate(change)}
          >
            {removed.length > 0 ? "Save and remove" : "Save"}
          </Button>
        </>
      }
    >
      {preview.isPending ? (
        <SkeletonLines lines={2} />
      ) : preview.isError ? (
        <p role="alert" className="text-danger">
          {describeError(preview.error).detail}
        </p>
      ) : (
        <ul className="list-disc pl-5">
          {removed.map(({ signal, rows }) => (
            <li key={signal}>
              {SIGNAL_LABELS[signal].name}: {formatCount(rows, "row")} will be removed now.
            </li>
          ))}
          {removed.length === 0 && change?.days && <li>Nothing that is stored now is past the new days.</li>}
          {sampling && (
            <li>
              Of the last 24 hours sampling would keep {formatNumber(sampling.kept)} of{" "}
              {formatCount(sampling.traces, "trace")}, {formatNumber(sampling.spans_kept)} of{" "}
              {formatCount(sampling.spans, "span")}.
            </li>
          )}
          {change?.sampling === null && <li>All traces keep their detail from now on.</li>}
        </ul>
      )}
      {save.error && (
        <p role="alert" className="mt-3 text-danger">
          {describeError(save.error).detail}
        </p>
      )}
    </Dialog>
  );
}
