import { useMutation, useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { apiKeysQuery, createApiKey } from "#features/api-keys/ui/api-keys-api.ts";
import { formatMinute } from "#web/lib/format.ts";
import { Button } from "#web/ui/button.tsx";
import { CopyButton } from "#web/ui/copy-button.tsx";
import { describeError } from "#web/ui/error-state.tsx";

/**
 * Keys made for the snippets, by project. In memory only: a key is shown once, so it lasts as long as the
 * page is not reloaded.
 */
export const madeKeys = new Map<string, string>();

/** One click makes a key and fills it in below. */
export function SnippetKey({
  project,
  value,
  onMade,
}: {
  project: string;
  value: string | undefined;
  onMade: (key: string) => void;
}) {
  const client = useQueryClient();
  const create = useMutation({
    mutationFn: () => createApiKey(project, `Connect page, ${formatMinute(Date.now(), "UTC")} UTC`),
    onSuccess: ({ key }) => {
      madeKeys.set(project, key);
      onMade(key);
      void client.invalidateQueries({ queryKey: apiKeysQuery(project).queryKey });
    },
  });
  if (value) {
    return (
      <div role="status">
        <div className="flex min-w-0 items-center gap-2">
          <code className="min-w-0 truncate rounded-md border border-border bg-bg px-2 py-1 font-mono text-xs">
            {value}
          </code>
          <CopyButton text={value} label="Copy the key" />
        </div>
        <p className="mt-1.5 text-xs text-text-muted">
          Filled in below. It is shown only until you reload this page, so copy it now if you need it later.
        </p>
      </div>
    );
  }
  return (
    <div>
      <Button
        variant="primary"
        icon={<KeyRound aria-hidden size={14} />}
        busy={create.isPending}
        onClick={() => create.mutate()}
      >
        Create key for these snippets
      </Button>
      {create.error && (
        <p role="alert" className="mt-2 text-danger">
          {describeError(create.error).detail}
        </p>
      )}
    </div>
  );
}
