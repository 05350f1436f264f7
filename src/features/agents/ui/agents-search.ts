import { textParam } from "#web/lib/search-params.ts";
import type { AgentStatus } from "../agent-contract.ts";

/** Worst first, as everywhere. */
export const STATUSES: readonly AgentStatus[] = ["degraded", "running", "idle", "offline"];
export const SORTS = {
  name: "Name",
  status: "Status",
  last_seen: "Last seen",
  first_seen: "Newest",
} as const;
export type AgentSort = keyof typeof SORTS;

/** The agents page's part of the URL. */
export interface AgentsSearch {
  q?: string;
  status?: AgentStatus[];
  type?: string[];
  environment?: string[];
  tag?: string[];
  sort?: Exclude<AgentSort, "name">;
  archived?: "true";
  /** The grid unless told. */
  view?: "list";
  /** Id of the row the keyboard stands on. */
  row?: string;
}

const texts = (value: unknown): string[] =>
  [value]
    .flat()
    .flatMap((item) => (typeof item === "string" && item !== "" ? [item.slice(0, 200)] : []))
    .slice(0, 20);

/** Reads the search parameters; what cannot be read is as if it were not there. */
export function parseAgentsSearch(raw: Record<string, unknown>): AgentsSearch {
  const status = texts(raw.status).filter((one): one is AgentStatus => STATUSES.includes(one as AgentStatus));
  const lists = { type: texts(raw.type), environment: texts(raw.environment), tag: texts(raw.tag) };
  const sort = textParam(raw.sort);
  const q = textParam(raw.q)?.slice(0, 200);
  const row = textParam(raw.row);
  return {
    ...(q && { q }),
    ...(status.length > 0 && { status }),
    ...Object.fromEntries(Object.entries(lists).filter(([, values]) => values.length > 0)),
    ...(sort !== undefined && sort !== "name" && Object.hasOwn(SORTS, sort) && { sort: sort as "status" }),
    ...(textParam(raw.archived) === "true" && { archived: "true" as const }),
    ...(textParam(raw.view) === "list" && { view: "list" as const }),
    ...(row && { row }),
  };
}

/** The part of the search that the API filters by. */
export function agentFilter({ row, view, ...filter }: AgentsSearch): Omit<AgentsSearch, "row" | "view"> {
  return filter;
}

/** A list with a value put in or taken out; undefined when nothing is left. */
export function toggled<T>(list: readonly T[] | undefined, value: T): T[] | undefined {
  const next = list?.includes(value) ? list.filter((one) => one !== value) : [...(list ?? []), value];
  return next.length > 0 ? next : undefined;
}

export const AGENT_TABS = ["performance", "executions", "events", "configuration", "versions"] as const;
export type AgentTab = (typeof AGENT_TABS)[number];

/** One agent's part of the URL. */
export interface AgentSearch {
  tab?: Exclude<AgentTab, "performance">;
  /** Type of the events shown, and text in them. */
  event?: string;
  text?: string;
  /** Versions of the configuration that are compared, newer first. */
  config?: string;
  against?: string;
}

export function parseAgentSearch(raw: Record<string, unknown>): AgentSearch {
  const tab = textParam(raw.tab);
  const [event, text, config, against] = [raw.event, raw.text, raw.config, raw.against].map(textParam);
  return {
    ...(AGENT_TABS.includes(tab as AgentTab) && tab !== "performance" && { tab: tab as "events" }),
    ...(event && { event }),
    ...(text && { text: text.slice(0, 200) }),
    ...(config && /^\d{1,9}$/.test(config) && { config }),
    ...(against && /^\d{1,9}$/.test(against) && { against }),
  };
}
