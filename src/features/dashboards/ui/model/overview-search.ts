import { textParam } from "#web/lib/search-params.ts";

/** The overview's own part of the URL. */
export interface OverviewSearch {
  /** Only this environment. */
  environment?: string;
  /** Only this agent. */
  agent?: string;
  /** What the lists of the largest are ordered by. */
  agents_by?: TopMeasure;
  models_by?: TopMeasure;
  tools_by?: TopMeasure;
}

/** What agents, models and tools can be ordered by. */
export const TOP_MEASURES = ["cost_usd", "errors", "duration_p95_ms", "span_count", "tokens_total"] as const;
export type TopMeasure = (typeof TOP_MEASURES)[number];

const oneOf = (value: unknown): TopMeasure | undefined =>
  TOP_MEASURES.find((measure) => measure === textParam(value));

/** Reads the overview's search parameters; what cannot be read is as if it were not there. */
export function parseOverviewSearch(raw: Record<string, unknown>): OverviewSearch {
  const search: OverviewSearch = {
    environment: textParam(raw.environment)?.slice(0, 500),
    agent: textParam(raw.agent)?.slice(0, 500),
    agents_by: oneOf(raw.agents_by),
    models_by: oneOf(raw.models_by),
    tools_by: oneOf(raw.tools_by),
  };
  for (const key of Object.keys(search) as (keyof OverviewSearch)[]) {
    if (search[key] === undefined) delete search[key];
  }
  return search;
}
