import type { Logger } from "#platform/observability/logger.ts";
import type { ViolationStore } from "./violation-store.ts";

/** How long another process may let an agent go on after one was told to stop, in milliseconds. */
const POLL_MS = 500;

/** Whether an agent should go on, with the reason if not. */
export interface StopDirective {
  action: "continue" | "stop";
  reason: string | null;
}

const CONTINUE: StopDirective = { action: "continue", reason: null };

/** Agents that are told to stop, in memory: heartbeats ask it and never wait. */
export class StopList {
  private byAgent = new Map<string, StopDirective>();
  private readonly violations: ViolationStore;
  private readonly logger: Logger;
  private timer: NodeJS.Timeout | undefined;
  private failing = false;

  constructor(violations: ViolationStore, logger: Logger) {
    this.violations = violations;
    this.logger = logger;
  }

  /** Loads the list and keeps it fresh until `stop`. */
  async open(): Promise<void> {
    await this.refresh();
    this.timer = setInterval(() => void this.poll(), POLL_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** What an agent is told, by the name spans know it by. */
  directiveFor(projectId: string, agentName: string): StopDirective {
    if (this.byAgent.size === 0) return CONTINUE;
    return (
      this.byAgent.get(keyOf(projectId, agentName)) ?? this.byAgent.get(keyOf(projectId, "")) ?? CONTINUE
    );
  }

  async refresh(): Promise<void> {
    const rows = await this.violations.stopping(new Date());
    this.byAgent = new Map(
      rows.map(({ project_id, agent, detail }) => [
        keyOf(project_id, agent),
        { action: "stop" as const, reason: detail },
      ]),
    );
  }

  private async poll(): Promise<void> {
    try {
      await this.refresh();
      this.failing = false;
    } catch (error) {
      if (!this.failing) {
        this.logger.warn(
          { err: error },
          "who has to stop could not be refreshed; the last list stays in use",
        );
      }
      this.failing = true;
    }
  }
}

const keyOf = (projectId: string, agent: string) => `${projectId} ${agent}`;
