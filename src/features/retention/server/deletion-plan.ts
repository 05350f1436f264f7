import type { Deletion } from "../retention-contract.ts";

/** Rows of one table that a deletion removes. */
export interface TableDeletion {
  table: string;
  /** Trusted SQL: the project and the deletion are UUIDs, everything else is looked up in `deletion_items`. */
  where: string;
}

const items = (deletionId: string, kind: string) =>
  `(SELECT value FROM deletion_items WHERE deletion_id = '${deletionId}' AND kind = '${kind}')`;
const traces = (deletionId: string) =>
  `(SELECT toFixedString(value, 16) FROM deletion_items WHERE deletion_id = '${deletionId}' AND kind = 'trace')`;

/** How each table knows what belongs to a deletion; a table without an entry is emptied with the project only. */
const OWN_ROWS: Record<string, (deletionId: string) => string[]> = {
  spans: (id) => [`trace_id IN ${traces(id)}`],
  logs: (id) => [
    `trace_id IN ${traces(id)}`,
    `session_id IN ${items(id, "session")}`,
    `attributes_string['user.id'] IN ${items(id, "user")}`,
    `attributes_string['enduser.id'] IN ${items(id, "user")}`,
  ],
  scores: (id) => [`trace_id IN ${traces(id)}`, `session_id IN ${items(id, "session")}`],
  agent_events: (id) => [
    `trace_id IN (SELECT lower(hex(value)) FROM deletion_items WHERE deletion_id = '${id}' AND kind = 'trace')`,
    `session_id IN ${items(id, "session")}`,
    `user_id IN ${items(id, "user")}`,
  ],
  exemplars: (id) => [`trace_id IN ${traces(id)}`],
};

/** Tables that hold a project's telemetry; `messages` is told apart, since traces share its rows. */
const PROJECT_TABLES = ["spans", "logs", "scores", "agent_events", "exemplars", "samples", "series"];

/**
 * The rows that a deletion removes, table by table. `items` must name what it is about: the traces, and the session
 * or user itself. Pieces of content are not among them: they go afterwards, where no span refers to them.
 */
export function planDeletion(deletion: {
  id: string;
  projectId: string;
  kind: Deletion["kind"];
}): TableDeletion[] {
  const { id, projectId, kind } = deletion;
  if (![id, projectId].every((uuid) => /^[0-9a-f-]{36}$/.test(uuid))) throw new Error("ids must be UUIDs");
  const ofProject = `project_id = '${projectId}'`;
  if (kind === "project_data") return PROJECT_TABLES.map((table) => ({ table, where: ofProject }));
  return Object.entries(OWN_ROWS).map(([table, conditions]) => ({
    table,
    where: `${ofProject} AND (${conditions(id).join(" OR ")})`,
  }));
}

/** Pieces that only deleted spans referred to. */
export function orphanedPieces(deletion: { id: string; projectId: string }): string {
  const hashes = (kind: string) =>
    `(SELECT toFixedString(value, 16) FROM deletion_items WHERE deletion_id = '${deletion.id}' AND kind = '${kind}')`;
  return `project_id = '${deletion.projectId}' AND hash IN ${hashes("piece")} AND hash NOT IN ${hashes("kept_piece")}`;
}
