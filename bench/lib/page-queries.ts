/** Milliseconds that p95 of a kind of query may take, warm. */
export const TARGET_MS = { page: 100, trace: 30, search: 500 } as const;

/** One query of a page, asked through the API. */
export interface PageQuery {
  page: string;
  name: string;
  kind: keyof typeof TARGET_MS;
  /** Below `/api/v1`; called before each sample, so that ids may change. */
  path: () => string;
}

const DAY_MS = 86_400_000;
const since = (days: number) => `from=${Date.now() - days * DAY_MS}`;

/** What the pages ask; `traceIds` are known traces of all ages, `cursor` that of the trace list's second page. */
export function pageQueries(known: { traceIds: readonly string[]; cursor: string }): PageQuery[] {
  let turn = 0;
  const page = (name: string, label: string, path: () => string): PageQuery => ({
    page: name,
    name: label,
    kind: "page",
    path,
  });
  const anyTrace = () => known.traceIds[turn++ % known.traceIds.length]!;
  return [
    page("Overview", "24 h", () => "/dashboard/overview"),
    page("Overview", "7 d", () => `/dashboard/overview?${since(7)}`),
    page("Overview", "agents, 24 h", () => "/dashboard/agents/summary"),
    page("Agents", "list", () => "/agents"),
    page("Executions", "list, 24 h", () => "/executions"),
    page("Traces", "list, 24 h", () => "/traces"),
    page("Traces", "second page", () => `/traces?cursor=${known.cursor}`),
    page("Traces", "list, 30 d", () => `/traces?${since(30)}`),
    page("Traces", "failed, 24 h", () => "/traces?status=error"),
    page("Traces", "of an agent", () => "/traces?agent=support-triage"),
    page("Traces", "with a tool", () => "/traces?tool=web_search"),
    page("Traces", "by attribute", () => "/traces?where=customer.tier%3Dpro"),
    page("Traces", "facets, 24 h", () => "/analytics/facets?limit=12"),
    page("Traces", "facets, 30 d", () => `/analytics/facets?limit=12&${since(30)}`),
    page("Traces", "histogram, 24 h", () => "/analytics/series?measure=span_count&measure=errors"),
    page("Spans", "newest, 24 h", () => "/spans"),
    page("Spans", "slowest, 24 h", () => "/spans?sort=-duration"),
    page("Spans", "costliest of an agent", () => "/spans?sort=-cost&agent=research"),
    page(
      "Analytics",
      "p95 by model, 7 d",
      () => `/analytics/series?measure=duration_p95_ms&group_by=model&${since(7)}`,
    ),
    page(
      "Analytics",
      "p95 by agent, 30 d",
      () => `/analytics/series?measure=duration_p95_ms&group_by=agent&${since(30)}`,
    ),
    page(
      "Analytics",
      "slowest tools, 1 h",
      () =>
        `/analytics/breakdown?group_by=tool&operation=execute_tool&measure=duration_p95_ms&${since(1 / 24)}`,
    ),
    page("Analytics", "different, 24 h", () => "/analytics/difference?select=status%3Derror"),
    page(
      "Costs",
      "by model, 30 d, compared",
      () =>
        `/analytics/breakdown?group_by=model&measure=cost_usd&measure=tokens_total&compare=previous&${since(30)}`,
    ),
    page(
      "Costs",
      "by day, 30 d",
      () => `/analytics/series?measure=cost_usd&step=1d&group_by=model&${since(30)}`,
    ),
    page("Sessions", "list, 24 h", () => "/sessions"),
    page("Users", "list, 24 h", () => "/end-users"),
    {
      page: "Trace",
      name: "by id, any age",
      kind: "trace",
      path: () => `/traces/${anyTrace()}?exclude=attributes`,
    },
    {
      page: "Search",
      name: "rare words, 24 h",
      kind: "search",
      path: () => "/spans?message=zeppelin+order+invoice+delivery",
    },
    {
      page: "Search",
      name: "four words, 24 h",
      kind: "search",
      path: () => "/spans?message=order+invoice+delivery+customer",
    },
    { page: "Search", name: "common word, 24 h", kind: "search", path: () => "/spans?message=order" },
    {
      page: "Search",
      name: "traces, four words",
      kind: "search",
      path: () => "/traces?message=order+invoice+delivery+customer",
    },
  ];
}
