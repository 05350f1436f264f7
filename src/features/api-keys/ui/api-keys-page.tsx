import { useInfiniteQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import type { ApiKey } from "#features/api-keys/api-key-contract.ts";
import { Button } from "#web/ui/button.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { PageHeader } from "#web/ui/page-header.tsx";
import { SkeletonLines } from "#web/ui/skeleton.tsx";
import { apiKeysQuery } from "./api-keys-api.ts";
import { CreateKeyDialog } from "./create-key-dialog.tsx";
import { KeysTable } from "./keys-table.tsx";
import { RevokeKeyDialog } from "./revoke-key-dialog.tsx";

/** Keys that agents send telemetry with: list, create, pause, revoke. */
export function ApiKeysPage() {
  const { project = "" } = useParams({ strict: false });
  const query = useInfiniteQuery(apiKeysQuery(project));
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const keys = query.data?.pages.flatMap((page) => page.data) ?? [];
  const create = (
    <Button variant="primary" icon={<Plus aria-hidden size={15} />} onClick={() => setCreating(true)}>
      Create key
    </Button>
  );
  return (
    <div className="mx-auto w-full max-w-4xl px-4 py-6 md:px-8">
      <PageHeader
        title="API keys"
        description="Agents and collectors send telemetry to this project with a key."
        actions={keys.length > 0 && create}
      />
      {query.isPending ? (
        <SkeletonLines lines={5} />
      ) : query.isError && keys.length === 0 ? (
        <ErrorState error={query.error} onRetry={() => query.refetch()} />
      ) : keys.length === 0 ? (
        <EmptyState
          icon={<KeyRound size={20} />}
          title="No keys yet"
          why="Nothing can send to this project until it has a key."
          action={create}
        />
      ) : (
        <>
          <KeysTable project={project} keys={keys} onRevoke={setRevoking} />
          {query.hasNextPage && (
            <div className="mt-4 flex justify-center">
              <Button busy={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
                Show more
              </Button>
            </div>
          )}
        </>
      )}
      <CreateKeyDialog project={project} open={creating} onClose={() => setCreating(false)} />
      <RevokeKeyDialog project={project} target={revoking} onClose={() => setRevoking(null)} />
    </div>
  );
}
