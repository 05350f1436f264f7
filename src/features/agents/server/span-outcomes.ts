import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { ERROR_WINDOW_MS } from "./agent-status.ts";

/** How often the spans are asked, and how long an answer counts. */
const REFRESH_MS = 15_000;
const MAX_SECONDS = 5;

interface Counts {
  outcomes: number;
  failures: number;
}
const NONE: Counts = { outcomes: 0, failures: 0 };

/** How many runs of each agent ended and failed lately, as the spans tell; asked only of projects that send some. */
export class SpanOutcomes {
  private readonly activeUntil = new Map<string, number>();
  private readonly counts = new Map<string, { atMs: number; byAgent: Map<string, Counts> }>();
  private refreshedMs = 0;
  private readonly store: TelemetryStore;

  constructor(store: TelemetryStore) {
    this.store = store;
  }

  /** Says that a project's agents have sent spans. */
  noteProject(projectId: string, nowMs: number): void {
    this.activeUntil.set(projectId, nowMs + ERROR_WINDOW_MS + REFRESH_MS);
  }

  /** Asks again when the last answer is old. */
  async refresh(nowMs: number): Promise<void> {
    if (nowMs - this.refreshedMs < REFRESH_MS) return;
    this.refreshedMs = nowMs;
    for (const [projectId, untilMs] of this.activeUntil) {
      if (nowMs > untilMs) {
        this.activeUntil.delete(projectId);
        this.counts.delete(projectId);
        continue;
      }
      this.counts.set(projectId, { atMs: nowMs, byAgent: await this.read(projectId, nowMs) });
    }
  }

  of(projectId: string, agent: string, nowMs: number): Counts {
    const known = this.counts.get(projectId);
    if (!known || nowMs - known.atMs > ERROR_WINDOW_MS) return NONE;
    return known.byAgent.get(agent) ?? NONE;
  }

  private async read(projectId: string, nowMs: number): Promise<Map<string, Counts>> {
    const rows = await this.store.queryProject<{ name: string; outcomes: number; failures: number }>(
      projectId,
      `SELECT agent AS name, count() AS outcomes, countIf(status = 2) AS failures
       FROM spans
       WHERE project_id = {project_id:UUID}
         AND toStartOfFiveMinutes(start_time) >= toStartOfFiveMinutes(fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC'))
         AND start_time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
         AND operation IN ('invoke_agent', 'invoke_workflow') AND agent != ''
       GROUP BY agent`,
      { from_ms: nowMs - ERROR_WINDOW_MS },
      { maxSeconds: MAX_SECONDS },
    );
    return new Map(rows.map((row) => [row.name, row]));
  }
}
