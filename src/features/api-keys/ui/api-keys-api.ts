import { infiniteQueryOptions } from "@tanstack/react-query";
import type { ApiKey, CreatedApiKey } from "#features/api-keys/api-key-contract.ts";
import type { Page } from "#platform/http/http-contract.ts";
import { apiDelete, apiGet, apiPost } from "#web/lib/api-client.ts";

const PAGE_SIZE = 50;

/** A project's keys, newest first, page by page. */
export const apiKeysQuery = (project: string) =>
  infiniteQueryOptions({
    queryKey: ["api-keys", project],
    queryFn: ({ pageParam, signal }) =>
      apiGet<Page<ApiKey>>("/api-keys", { project, cursor: pageParam, limit: PAGE_SIZE }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

/** Makes a key; its text is in this answer and never again. */
export function createApiKey(project: string, name: string): Promise<CreatedApiKey> {
  return apiPost<CreatedApiKey>("/api-keys", { name }, { project });
}

export function revokeApiKey(project: string, id: string): Promise<void> {
  return apiDelete(`/api-keys/${encodeURIComponent(id)}`, { project });
}

/** Senders that use it are refused until it is resumed. */
export function pauseApiKey(project: string, id: string): Promise<ApiKey> {
  return apiPost(`/api-keys/${encodeURIComponent(id)}/pause`, {}, { project });
}

export function resumeApiKey(project: string, id: string): Promise<ApiKey> {
  return apiPost(`/api-keys/${encodeURIComponent(id)}/resume`, {}, { project });
}
