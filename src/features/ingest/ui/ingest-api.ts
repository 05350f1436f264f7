import { queryOptions } from "@tanstack/react-query";
import type { IngestStatus } from "#features/ingest/ingest-contract.ts";
import { apiGet, apiPost } from "#web/lib/api-client.ts";

/** Where to send telemetry, and whether any has arrived. */
export const ingestStatusQuery = (project: string) =>
  queryOptions({
    queryKey: ["ingest-status", project],
    queryFn: ({ signal }) => apiGet<IngestStatus>("/ingest/status", { project }, { signal }),
    staleTime: 2_000,
  });

/** Has the server send itself a small trace, the way an agent would. */
export function sendTestTrace(project: string): Promise<{ trace_id: string }> {
  return apiPost<{ trace_id: string }>("/ingest/test-trace", undefined, { project });
}
