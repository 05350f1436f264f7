import { AttributeMapping } from "#features/telemetry/server/index.ts";
import type { Logger } from "#platform/observability/logger.ts";
import type { AttributeMappingStore } from "./attribute-mapping-store.ts";

/** How long another process may read spans by rules that were just changed, in milliseconds. */
const REFRESH_MS = 5000;

/** The mappings of all projects in memory, so that ingest asks without waiting. */
export class ProjectMappings {
  private byProject = new Map<string, AttributeMapping>();
  private readonly store: AttributeMappingStore;
  private readonly logger: Logger;
  private timer: NodeJS.Timeout | undefined;

  private constructor(store: AttributeMappingStore, logger: Logger) {
    this.store = store;
    this.logger = logger;
  }

  /** Loads the rules; `stop` ends the refreshing. */
  static async open(store: AttributeMappingStore, logger: Logger): Promise<ProjectMappings> {
    const mappings = new ProjectMappings(store, logger);
    await mappings.refresh();
    mappings.timer = setInterval(() => void mappings.tryRefresh(), REFRESH_MS);
    mappings.timer.unref();
    return mappings;
  }

  /** A project's mapping, or undefined when it has no rules. */
  of(projectId: string): AttributeMapping | undefined {
    return this.byProject.get(projectId);
  }

  /** Loads the rules anew, as after a change. */
  async refresh(): Promise<void> {
    const rules = Map.groupBy(await this.store.all(), (row) => row.project_id);
    this.byProject = new Map(
      [...rules].map(([projectId, rows]) => [projectId, new AttributeMapping(rows)] as const),
    );
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async tryRefresh(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      this.logger.warn(
        { err: error },
        "attribute mappings could not be refreshed; the last ones stay in use",
      );
    }
  }
}
