import type { Database } from "#platform/postgres/database.ts";
import type { AgentStatus } from "../agent-contract.ts";
import type { AgentTables } from "./agent-tables.ts";

/** The agents of a project by name, with their status now; archived ones are left out. At most 10,000. */
export async function readAgentStatuses(
  database: Database,
  projectId: string,
): Promise<Map<string, AgentStatus>> {
  const rows = await database
    .withTables<AgentTables>()
    .selectFrom("agents")
    .select(["name", "status"])
    .where("project_id", "=", projectId)
    .where("archived_at", "is", null)
    .limit(10_000)
    .execute();
  return new Map(rows.map((row) => [row.name, row.status]));
}
