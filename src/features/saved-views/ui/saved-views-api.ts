import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { Page } from "#platform/http/http-contract.ts";
import { apiDelete, apiGet, apiPatch, apiPost } from "#web/lib/api-client.ts";
import type { SavedView, SavedViewInput, SavedViewPatch } from "../saved-view-contract.ts";

/** `GET /saved-views` of one page. */
export const savedViewsQuery = (project: string, page: string) =>
  queryOptions({
    queryKey: ["saved-views", project, page],
    queryFn: async ({ signal }) =>
      (await apiGet<Page<SavedView>>("/saved-views", { project, page }, { signal })).data,
    staleTime: 60_000,
  });

/** A page's saved views and how to change them; each change settles when the list is read again. */
export interface SavedViews {
  page: string;
  views: readonly SavedView[];
  error: unknown;
  save: (input: Omit<SavedViewInput, "page">) => Promise<SavedView>;
  change: (id: string, change: SavedViewPatch) => Promise<SavedView>;
  remove: (id: string) => Promise<void>;
  restore: (id: string) => Promise<SavedView>;
}

/** The saved views of a page in the current project. */
export function useSavedViews(page: string): SavedViews {
  const { project = "" } = useParams({ strict: false }) as { project?: string };
  const client = useQueryClient();
  const query = savedViewsQuery(project, page);
  const list = useQuery(query);
  const path = (id: string) => `/saved-views/${encodeURIComponent(id)}`;
  const act = useMutation({
    mutationFn: (run: () => Promise<unknown>) => run(),
    onSettled: () => client.invalidateQueries({ queryKey: query.queryKey }),
  });
  const run = <T>(call: () => Promise<T>) => act.mutateAsync(call) as Promise<T>;
  return {
    page,
    views: list.data ?? [],
    error: list.error,
    save: (input) => run(() => apiPost<SavedView>("/saved-views", { ...input, page }, { project })),
    change: (id, change) => run(() => apiPatch<SavedView>(path(id), change, { project })),
    remove: (id) => run(() => apiDelete(path(id), { project })),
    restore: (id) => run(() => apiPost<SavedView>(`${path(id)}/restore`, undefined, { project })),
  };
}
