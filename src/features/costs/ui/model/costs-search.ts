import { textParam } from "#web/lib/search-params.ts";

export const COST_TABS = ["spending", "budgets", "prices"] as const;
export type CostTab = (typeof COST_TABS)[number];

/** What the cost over time can be split by. */
export const SPLITS = ["model", "agent", "provider", "environment", "tag"] as const;
export type Split = (typeof SPLITS)[number];

/** The costs page's own part of the URL. */
export interface CostsSearch {
  /** The first tab unless told. */
  tab?: CostTab;
  /** By model unless told. */
  by?: Split;
  environment?: string;
  /** Text that prices are searched for. */
  q?: string;
}

/** Reads the page's search parameters; what cannot be read is as if it were not there. */
export function parseCostsSearch(raw: Record<string, unknown>): CostsSearch {
  const search: CostsSearch = {
    tab: COST_TABS.find((tab) => tab === textParam(raw.tab)),
    by: SPLITS.find((split) => split === textParam(raw.by)),
    environment: textParam(raw.environment)?.slice(0, 200),
    q: textParam(raw.q)?.slice(0, 100),
  };
  for (const key of Object.keys(search) as (keyof CostsSearch)[]) {
    if (search[key] === undefined) delete search[key];
  }
  return search;
}
