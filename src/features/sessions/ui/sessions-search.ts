import { textParam } from "#web/lib/search-params.ts";

/** The sessions page's part of the URL. */
export interface SessionsSearch {
  q?: string;
  agent?: string;
  user_id?: string;
  has_errors?: "true";
  /** Session id of the row the keyboard stands on. */
  row?: string;
}

/** Reads the search parameters; what cannot be read is as if it were not there. */
export function parseSessionsSearch(raw: Record<string, unknown>): SessionsSearch {
  const [q, agent, user, row] = [raw.q, raw.agent, raw.user_id, raw.row].map(textParam);
  return {
    ...(q && { q: q.slice(0, 200) }),
    ...(agent && { agent: agent.slice(0, 500) }),
    ...(user && { user_id: user.slice(0, 500) }),
    ...(textParam(raw.has_errors) === "true" && { has_errors: "true" as const }),
    ...(row && { row }),
  };
}

/** The filters of the search, as the API takes them. */
export function sessionFilter({ row, ...filter }: SessionsSearch): Omit<SessionsSearch, "row"> {
  return filter;
}

/** One session's part of the URL. */
export interface SessionSearch {
  view?: "traces";
}

/** Reads one session's search parameters. */
export function parseSessionSearch(raw: Record<string, unknown>): SessionSearch {
  return textParam(raw.view) === "traces" ? { view: "traces" } : {};
}
