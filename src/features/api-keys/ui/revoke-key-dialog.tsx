import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ApiKey } from "#features/api-keys/api-key-contract.ts";
import { Button } from "#web/ui/button.tsx";
import { Dialog } from "#web/ui/dialog.tsx";
import { describeError } from "#web/ui/error-state.tsx";
import { RelativeTime } from "#web/ui/relative-time.tsx";
import { toast } from "#web/ui/toast.tsx";
import { apiKeysQuery, revokeApiKey } from "./api-keys-api.ts";

/** Asks before a key stops working, and says whether something used it lately. */
export function RevokeKeyDialog({
  project,
  target,
  onClose,
}: {
  project: string;
  target: ApiKey | null;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: (key: ApiKey) => revokeApiKey(project, key.id),
    onSuccess: async (_, key) => {
      await client.invalidateQueries({ queryKey: apiKeysQuery(project).queryKey });
      toast(`Revoked “${key.name}”.`, "success");
      onClose();
    },
  });
  const close = () => {
    revoke.reset();
    onClose();
  };
  return (
    <Dialog
      open={target !== null}
      onClose={close}
      title={`Revoke “${target?.name ?? ""}”?`}
      description="Whatever sends with this key is refused from now on. This cannot be undone."
      footer={
        <>
          <Button data-autofocus onClick={close}>
            Keep it
          </Button>
          <Button variant="danger" busy={revoke.isPending} onClick={() => target && revoke.mutate(target)}>
            Revoke key
          </Button>
        </>
      }
    >
      <p>
        {target?.last_used_at ? (
          <>
            Last used <RelativeTime time={target.last_used_at} />.
          </>
        ) : (
          "It has never been used."
        )}
      </p>
      {revoke.error && (
        <p role="alert" className="mt-2 text-danger">
          {describeError(revoke.error).detail}
        </p>
      )}
    </Dialog>
  );
}
