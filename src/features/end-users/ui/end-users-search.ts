import { textParam } from "#web/lib/search-params.ts";

/** The users page's part of the URL. */
export interface EndUsersSearch {
  q?: string;
  has_errors?: "true";
  /** User id of the row the keyboard stands on. */
  row?: string;
}

/** Reads the search parameters; what cannot be read is as if it were not there. */
export function parseEndUsersSearch(raw: Record<string, unknown>): EndUsersSearch {
  const [q, row] = [textParam(raw.q), textParam(raw.row)];
  return {
    ...(q && { q: q.slice(0, 200) }),
    ...(textParam(raw.has_errors) === "true" && { has_errors: "true" as const }),
    ...(row && { row }),
  };
}
