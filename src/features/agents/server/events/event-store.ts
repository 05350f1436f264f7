import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { isUuid } from "../agent-store.ts";

/** Removes an agent's events for good; they are gone when it returns. */
export async function deleteEvents(store: TelemetryStore, projectId: string, agentId: string): Promise<void> {
  // A statement cannot bind parameters, so what goes into its text must be what it claims to be.
  if (!isUuid(projectId) || !isUuid(agentId)) throw new Error("deleteEvents takes ids only.");
  await store.command(
    `ALTER TABLE agent_events DELETE WHERE project_id = '${projectId}' AND agent_id = '${agentId}'
     SETTINGS mutations_sync = 1`,
  );
}
