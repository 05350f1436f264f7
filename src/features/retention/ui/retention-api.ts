import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type {
  Deletion,
  DeletionInput,
  Retention,
  RetentionInput,
  RetentionPreview,
} from "#features/retention/retention-contract.ts";
import type { Page } from "#platform/http/http-contract.ts";
import { apiDelete, apiGet, apiPost, apiPut } from "#web/lib/api-client.ts";

/** How long the project keeps what, and what it has. */
export const retentionQuery = (project: string) =>
  queryOptions({
    queryKey: ["retention", project],
    queryFn: ({ signal }) => apiGet<Retention>("/retention", { project }, { signal }),
  });

export function saveRetention(project: string, input: RetentionInput): Promise<Retention> {
  return apiPut<Retention>("/retention", input, { project });
}

/** What a change would remove. */
export function previewRetention(project: string, input: RetentionInput): Promise<RetentionPreview> {
  return apiPost<RetentionPreview>("/retention/preview", input, { project });
}

const RUNNING_POLL_MS = 2000;

/** Deletions, newest first; asked again while one of them is not over. */
export const deletionsQuery = (project: string) =>
  infiniteQueryOptions({
    queryKey: ["deletions", project],
    queryFn: ({ pageParam, signal }) =>
      apiGet<Page<Deletion>>("/deletions", { project, cursor: pageParam, limit: 20 }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: (query) =>
      query.state.data?.pages.some((page) =>
        page.data.some(({ state }) => state === "waiting" || state === "running"),
      )
        ? RUNNING_POLL_MS
        : false,
  });

export function requestDeletion(project: string, input: DeletionInput): Promise<Deletion> {
  return apiPost<Deletion>("/deletions", input, { project });
}

export function cancelDeletion(project: string, id: string): Promise<Deletion> {
  return apiDelete<Deletion>(`/deletions/${encodeURIComponent(id)}`, { project });
}
