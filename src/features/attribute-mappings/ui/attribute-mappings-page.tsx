import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { AttributeMapping } from "#features/attribute-mappings/attribute-mapping-contract.ts";
import type { MappingRule } from "#features/telemetry/telemetry-mapping-contract.ts";
import { Button } from "#web/ui/button.tsx";
import { Card } from "#web/ui/card.tsx";
import { describeError, ErrorState } from "#web/ui/error-state.tsx";
import { PageHeader } from "#web/ui/page-header.tsx";
import { SkeletonLines } from "#web/ui/skeleton.tsx";
import { toast } from "#web/ui/toast.tsx";
import { attributeMappingsQuery, createMapping, removeMapping } from "./attribute-mappings-api.ts";
import { MappingForm } from "./mapping-form.tsx";
import { TARGET_LABELS } from "./mapping-targets.ts";
import { MappingsTable } from "./mappings-table.tsx";
import { SpanTrial } from "./span-trial.tsx";

const NEW_RULE: MappingRule = { attribute: "", target: "session_id", mode: "fill" };

/** A project's own attribute names, and a box to try them on a span. */
export function AttributeMappingsPage() {
  const { project = "" } = useParams({ strict: false });
  const client = useQueryClient();
  const query = useInfiniteQuery(attributeMappingsQuery(project));
  const mappings = useMemo(() => query.data?.pages.flatMap((page) => page.data) ?? [], [query.data]);
  const [draft, setDraft] = useState(NEW_RULE);
  const [removed, setRemoved] = useState<AttributeMapping | null>(null);

  const reload = () => client.invalidateQueries({ queryKey: attributeMappingsQuery(project).queryKey });
  const add = useMutation({
    mutationFn: (rule: MappingRule) => createMapping(project, rule),
    onSuccess: reload,
  });
  const remove = useMutation({
    mutationFn: (mapping: AttributeMapping) => removeMapping(project, mapping.id),
    onSuccess: async (_, mapping) => {
      setRemoved(mapping);
      await reload();
    },
    onError: (error) => toast(describeError(error).detail, "danger"),
  });

  const rules = useMemo(() => {
    const drafted = draft.attribute.trim() === "" ? [] : [{ ...draft, attribute: draft.attribute.trim() }];
    return [...mappings.map(({ attribute, target, mode }) => ({ attribute, target, mode })), ...drafted];
  }, [mappings, draft]);
  const addDraft = () => {
    if (draft.attribute.trim() === "" || add.isPending) return;
    add.mutate(draft, { onSuccess: () => setDraft({ ...NEW_RULE, target: draft.target }) });
  };

  return (
    <div className="mx-auto w-full max-w-5xl px-4 py-6 md:px-8">
      <PageHeader
        title="Attribute mapping"
        description="Your instrumentation has names of its own? Say what they stand for; spans are read by it from now on."
      />
      <div className="grid gap-5">
        <Card title="Add a mapping">
          <MappingForm
            rule={draft}
            onChange={(rule) => {
              add.reset();
              setDraft(rule);
            }}
            onAdd={addDraft}
            busy={add.isPending}
            error={add.error ? describeError(add.error).detail : undefined}
          />
        </Card>
        {removed && (
          <p role="status" className="flex flex-wrap items-center gap-3">
            Removed {removed.attribute} → {TARGET_LABELS[removed.target]}.
            <Button
              size="sm"
              onClick={() => {
                add.mutate({ attribute: removed.attribute, target: removed.target, mode: removed.mode });
                setRemoved(null);
              }}
            >
              Undo
            </Button>
          </p>
        )}
        {query.isPending ? (
          <SkeletonLines lines={3} />
        ) : query.isError && mappings.length === 0 ? (
          <ErrorState error={query.error} onRetry={() => query.refetch()} />
        ) : mappings.length === 0 ? (
          <p className="text-text-muted">
            No mappings yet. The dialects of the known frameworks are read without any; try one of your spans
            below.
          </p>
        ) : (
          <MappingsTable mappings={mappings} onRemove={(mapping) => remove.mutate(mapping)} />
        )}
        <SpanTrial
          project={project}
          rules={rules}
          onPick={(attribute) => setDraft((current) => ({ ...current, attribute }))}
        />
      </div>
    </div>
  );
}
