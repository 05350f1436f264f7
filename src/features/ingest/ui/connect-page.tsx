import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useLiveSpans, useLiveState } from "#web/lib/live.ts";
import { Card } from "#web/ui/card.tsx";
import { CodeBlock } from "#web/ui/code-block.tsx";
import { CopyButton } from "#web/ui/copy-button.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { PageHeader } from "#web/ui/page-header.tsx";
import { SkeletonLines } from "#web/ui/skeleton.tsx";
import { Tabs } from "#web/ui/tabs.tsx";
import { FirstSpan } from "./first-span.tsx";
import { ingestStatusQuery } from "./ingest-api.ts";
import { madeKeys, SnippetKey } from "./snippet-key.tsx";
import { SNIPPETS } from "./snippets/index.ts";
import { KEY_PLACEHOLDER } from "./snippets/snippet.ts";
import { Step } from "./step.tsx";
import { TestTrace } from "./test-trace.tsx";

/** How often to ask while nothing has arrived, should the live connection not get through a proxy. */
const WAITING_POLL_MS = 5000;

/** From nothing to the first span: a key, a snippet, and a light that turns green. */
export function ConnectPage() {
  const { project = "" } = useParams({ strict: false });
  return <Connect key={project} project={project} />;
}

function Connect({ project }: { project: string }) {
  const search = useSearch({ strict: false }) as { tab?: string };
  const navigate = useNavigate();
  const client = useQueryClient();
  const live = useLiveState(project);
  const [key, setKey] = useState(madeKeys.get(project));
  const [arrived, setArrived] = useState<string | null>(null);
  const status = useQuery({
    ...ingestStatusQuery(project),
    refetchInterval: (query) => (query.state.data?.first_span_at === null ? WAITING_POLL_MS : false),
  });
  useLiveSpans(project, (batch) => {
    if (batch.traceIds[0]) setArrived(batch.traceIds[0]);
    void client.invalidateQueries({ queryKey: ingestStatusQuery(project).queryKey });
  });

  const snippet = SNIPPETS.find((each) => each.id === search.tab) ?? SNIPPETS[0]!;
  const endpoint = status.data?.otlp_http_endpoint ?? "";
  return (
    <div className="mx-auto w-full max-w-4xl px-4 py-6 md:px-8">
      <PageHeader
        title="Connect an agent"
        documentTitle="Connect"
        description="Flightdeck takes OpenTelemetry traces, metrics and logs over HTTP and gRPC. Nothing of ours has to go into your code."
      />
      {status.isPending ? (
        <SkeletonLines lines={8} />
      ) : status.isError && !status.data ? (
        <ErrorState error={status.error} onRetry={() => status.refetch()} />
      ) : (
        <>
          <ol>
            <Step number={1} title="Get a key">
              <Card>
                <SnippetKey project={project} value={key} onMade={setKey} />
                <p className="mt-3 flex flex-wrap items-center gap-x-2 border-t border-border pt-3 text-text-muted">
                  OTLP/HTTP endpoint
                  <code className="font-mono text-xs break-all text-text">{endpoint}</code>
                  <CopyButton text={endpoint} label="Copy the endpoint" />
                </p>
              </Card>
            </Step>
            <Step number={2} title="Send from your program">
              <Tabs
                label="Ways to connect"
                tabs={SNIPPETS.map(({ id, label }) => ({ id, label }))}
                value={snippet.id}
                onChange={(tab) =>
                  navigate({
                    to: ".",
                    search: ((before: Record<string, unknown>) => ({ ...before, tab })) as never,
                    replace: true,
                    resetScroll: false,
                  })
                }
                panelClassName="space-y-3 pt-3"
              >
                <p className="text-text-muted">{snippet.intro}</p>
                {snippet
                  .steps({ endpoint, api: location.origin, key: key ?? KEY_PLACEHOLDER })
                  .map((step) => (
                    <CodeBlock key={step.title} title={step.title} code={step.code} />
                  ))}
              </Tabs>
            </Step>
            <Step number={3} title="See it arrive">
              <p className="mb-3 text-text-muted">
                Nothing at hand to run? A test trace goes through the same door as your agents' spans.
              </p>
              <TestTrace project={project} />
            </Step>
          </ol>
          <FirstSpan
            project={project}
            status={status.data}
            arrived={arrived}
            connected={live.status === "open"}
          />
        </>
      )}
    </div>
  );
}
