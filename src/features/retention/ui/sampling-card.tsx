import { Card } from "#web/ui/card.tsx";
import { Checkbox } from "#web/ui/checkbox.tsx";
import { Input } from "#web/ui/input.tsx";
import type { SamplingDraft } from "./retention-model.ts";

/** Which traces keep their detail. Counts, cost and latency are taken before anything goes. */
export function SamplingCard({
  draft,
  onChange,
}: {
  draft: SamplingDraft;
  onChange: (draft: SamplingDraft) => void;
}) {
  return (
    <Card
      title="Tail sampling"
      description="Keep the detail of what matters. Counts, cost and percentiles are taken first and stay right."
    >
      <Checkbox
        label="Remove the detail of unremarkable traces some hours after they ended"
        className="max-w-full [&>span]:whitespace-normal"
        checked={draft.on}
        onChange={(event) => onChange({ ...draft, on: event.target.checked })}
      />
      {draft.on && (
        <div className="mt-4 grid gap-4 sm:grid-cols-3">
          <Input
            label="Keep of the rest, in percent"
            inputMode="decimal"
            value={draft.keepPercent}
            onChange={(event) => onChange({ ...draft, keepPercent: event.target.value })}
          />
          <Input
            label="Keep all slower than, in seconds"
            inputMode="decimal"
            placeholder="any"
            value={draft.slowerThanSeconds}
            onChange={(event) => onChange({ ...draft, slowerThanSeconds: event.target.value })}
          />
          <Input
            label="Keep all costlier than, in USD"
            inputMode="decimal"
            placeholder="any"
            value={draft.costlierThanUsd}
            onChange={(event) => onChange({ ...draft, costlierThanUsd: event.target.value })}
          />
          <p className="text-text-muted sm:col-span-3">
            Traces with errors or scores are always kept, and so is a trace that is not over yet.
          </p>
        </div>
      )}
    </Card>
  );
}
