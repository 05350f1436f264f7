import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Page } from "#platform/http/http-contract.ts";
import { apiGet, type Params } from "#web/lib/api-client.ts";
import type { TimeRangeState } from "#web/lib/use-time-range.ts";
import type { EndUser, EndUserDetail } from "../end-user-contract.ts";

const PAGE_SIZE = 100;

/** A page of users with the range it was read for, which the pages after it must share. */
interface EndUserPage extends Page<EndUser> {
  from: string;
  to: string;
}

interface PageParam {
  cursor: string;
  from: string;
  to: string;
}

/** `GET /end-users`, page by page. */
export const endUsersQuery = (
  project: string,
  filter: Params,
  range: Pick<TimeRangeState, "typed" | "apiParams">,
) =>
  infiniteQueryOptions({
    queryKey: ["end-users", project, "list", filter, range.typed],
    queryFn: async ({ pageParam, signal }): Promise<EndUserPage> => {
      const { from, to } = pageParam ?? range.apiParams();
      const params = { ...filter, project, from, to, limit: PAGE_SIZE, cursor: pageParam?.cursor };
      return { ...(await apiGet<Page<EndUser>>("/end-users", params, { signal })), from, to };
    },
    initialPageParam: null as PageParam | null,
    getNextPageParam: (last): PageParam | null =>
      last.next_cursor === null ? null : { cursor: last.next_cursor, from: last.from, to: last.to },
    staleTime: 10_000,
    refetchOnWindowFocus: false,
  });

/** `GET /end-users/{id}`. */
export const endUserQuery = (project: string, id: string) =>
  queryOptions({
    queryKey: ["end-users", project, "one", id],
    queryFn: ({ signal }) =>
      apiGet<EndUserDetail>(`/end-users/${encodeURIComponent(id)}`, { project }, { signal }),
    staleTime: 10_000,
  });
