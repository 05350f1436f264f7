import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { Retention, RetentionInput } from "#features/retention/retention-contract.ts";
import { Button } from "#web/ui/button.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { PageHeader } from "#web/ui/page-header.tsx";
import { SkeletonLines } from "#web/ui/skeleton.tsx";
import { ConfirmChangeDialog } from "./confirm-change-dialog.tsx";
import { DeletionsCard } from "./deletions-card.tsx";
import { KeptCard } from "./kept-card.tsx";
import { retentionQuery } from "./retention-api.ts";
import { changedDays, type DaysDraft, samplingDraft, samplingOf } from "./retention-model.ts";
import { SamplingCard } from "./sampling-card.tsx";

/** How long a project keeps what, sampling, and deleting by request. */
export function RetentionPage() {
  const { project = "" } = useParams({ strict: false });
  const query = useQuery(retentionQuery(project));
  return (
    <div className="mx-auto w-full max-w-5xl px-4 py-6 md:px-8">
      <PageHeader
        title="Data retention"
        description="How long this project keeps its telemetry, what it leaves out, and what it deletes by request."
      />
      {query.isPending ? (
        <SkeletonLines lines={8} />
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => query.refetch()} />
      ) : (
        <div className="grid gap-5">
          <RetentionForm key={query.data.updated_at ?? ""} project={project} retention={query.data} />
          <DeletionsCard project={project} />
        </div>
      )}
    </div>
  );
}

function RetentionForm({ project, retention }: { project: string; retention: Retention }) {
  const [days, setDays] = useState<DaysDraft>({});
  const before = samplingDraft(retention.sampling);
  const [sampling, setSampling] = useState(before);
  const [confirming, setConfirming] = useState<RetentionInput | null>(null);
  const changed = changedDays(retention, days);
  const wanted = samplingOf(sampling);
  const samplingChanged = JSON.stringify(sampling) !== JSON.stringify(before);
  const dirty = Object.keys(changed.days).length > 0 || changed.invalid.length > 0 || samplingChanged;
  const valid = changed.invalid.length === 0 && wanted !== undefined;
  const ask = () =>
    setConfirming({
      ...(Object.keys(changed.days).length > 0 ? { days: changed.days } : {}),
      ...(samplingChanged ? { sampling: wanted } : {}),
    });
  return (
    <>
      <KeptCard retention={retention} draft={days} invalid={changed.invalid} onChange={setDays} />
      <SamplingCard draft={sampling} onChange={setSampling} />
      {dirty && (
        <div role="status" className="flex flex-wrap items-center justify-end gap-3">
          {!valid && <span className="text-danger">Correct the marked fields first.</span>}
          <Button
            onClick={() => {
              setDays({});
              setSampling(before);
            }}
          >
            Discard
          </Button>
          <Button variant="primary" disabled={!valid} onClick={ask}>
            Review the change
          </Button>
        </div>
      )}
      <ConfirmChangeDialog
        project={project}
        change={confirming}
        onClose={() => setConfirming(null)}
        onSaved={() => setConfirming(null)}
      />
    </>
  );
}
