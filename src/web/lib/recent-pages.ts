import { createPersistentStore, useStore } from "./persistent-store.ts";

export interface RecentPage {
  path: string;
  title: string;
}

const MAX_RECENT = 6;
const store = createPersistentStore<RecentPage[]>("recent-pages", []);

/** The list with `page` first; a page visited again moves up, whatever its query was. */
export function withRecent(list: readonly RecentPage[], page: RecentPage): RecentPage[] {
  const pathOf = (each: RecentPage) => each.path.split("?")[0];
  return [page, ...list.filter((each) => pathOf(each) !== pathOf(page))].slice(0, MAX_RECENT);
}

export function rememberPage(page: RecentPage): void {
  store.set(withRecent(store.get(), page));
}

export function useRecentPages(): readonly RecentPage[] {
  return useStore(store);
}
