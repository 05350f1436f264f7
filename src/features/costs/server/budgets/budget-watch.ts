import type pg from "pg";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { EventBus } from "#platform/events/event-bus.ts";
import type { Logger } from "#platform/observability/logger.ts";
import { AdvisoryLock, tryAdvisoryLock } from "#platform/postgres/advisory-lock.ts";
import type { PriceStore } from "../prices/price-store.ts";
import { reachedThresholds, standing } from "./budget-decision.ts";
import { periodAt } from "./budget-period.ts";
import type { BudgetStateRow, BudgetStore, WatchedBudget } from "./budget-store.ts";
import type { KeyPausing } from "./key-pausing.ts";
import type { KeySightings } from "./key-sightings.ts";
import { findLoops, type LoopEvidence, type LoopLimits } from "./loop-decision.ts";
import { readLoopEvidence } from "./loop-query.ts";
import { readSpend, type Spend, type SpendSums } from "./spend-query.ts";
import type { StopList } from "./stop-list.ts";
import type { NewViolation, ViolationRow, ViolationStore } from "./violation-store.ts";

declare module "#platform/events/event-bus.ts" {
  interface DomainEvents {
    /** A budget reached one of its thresholds. */
    budget_exceeded: {
      projectId: string;
      violationId: string;
      budgetId: string;
      agent: string;
      /** Share of the limit. */
      threshold: number;
      spent: number;
      limit: number;
      stops: boolean;
      detail: string;
    };
    /** An agent was found over budget in hard mode, or in a loop. */
    agent_flagged: {
      projectId: string;
      violationId: string;
      kind: ViolationRow["kind"];
      agent: string;
      stops: boolean;
      detail: string;
    };
  }
}

/** What watching works with. */
export interface BudgetWatchParts {
  pool: pg.Pool;
  telemetry: TelemetryStore;
  events: EventBus;
  logger: Logger;
  budgets: BudgetStore;
  violations: ViolationStore;
  sightings: KeySightings;
  pausing: KeyPausing;
  stops: StopList;
  prices: PriceStore;
}

const TICK_MS = 5_000;
/** Looking takes one part in so many of the time, but what is found may not be late. */
const REST_SHARE = 20;
const LONGEST_REST_MS = 10_000;
/** The latest pace is that of this stretch. */
const BURN_WINDOW_MS = 15 * 60_000;
const FIVE_MINUTES_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
/** How often all of a period is summed up anew, for spans that arrived late: rarer where that is more to read. */
const SETTLE_AGAIN_MS = { hour: 10 * 60_000, day: 10 * 60_000, week: HOUR_MS, month: HOUR_MS };
/** How far back loops are looked for; one that goes on longer was seen before. Less where that is too much to read. */
const LOOP_WINDOW_MS = 10 * 60_000;
const LEAST_LOOP_WINDOW_MS = 30_000;
/** How long an agent in a loop is told to stop, unless someone clears it. */
const LOOP_STOPS_FOR_MS = HOUR_MS;

/** Looks after budgets and loops every few seconds and writes down what it finds. */
export class BudgetWatch {
  private readonly parts: BudgetWatchParts;
  private readonly active = new Set<string>();
  /** How far back loops can be looked for, per project that is too busy for all of it. */
  private readonly loopWindows = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private isLooking = false;
  private looking: Promise<void> = Promise.resolve();

  constructor(parts: BudgetWatchParts) {
    this.parts = parts;
    parts.events.on("spans_stored", ({ projectId }) => this.active.add(projectId));
    parts.events.on("spans_repriced", ({ projectId }) => {
      parts.budgets.forgetSettled(projectId).catch((error: unknown) => this.failed(error));
    });
  }

  /** Begins to look by itself. Tests call `look` instead. */
  start(): void {
    this.schedule(TICK_MS);
  }

  /** Looks at once, as after a budget was changed, unless it does so already. */
  hurry(): void {
    if (this.timer === undefined || this.isLooking) return;
    clearTimeout(this.timer);
    this.schedule(0);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  /** One look at all budgets, and at the agents of projects that stored spans since the last. */
  async look(nowMs: number): Promise<void> {
    const projects = [...this.active];
    this.active.clear();
    await tryAdvisoryLock(this.parts.pool, AdvisoryLock.budgetWatch, () => this.lookAtBudgets(nowMs));
    for (const projectId of projects) {
      await this.lookForLoops(projectId, nowMs).catch((error: unknown) => this.failed(error));
    }
  }

  private schedule(delayMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      const startedMs = performance.now();
      this.isLooking = true;
      this.looking = this.look(Date.now())
        .catch((error: unknown) => this.failed(error))
        .then(() => {
          this.isLooking = false;
          const rest = (performance.now() - startedMs) * REST_SHARE;
          this.schedule(Math.min(LONGEST_REST_MS, Math.max(TICK_MS, rest)));
        });
    }, delayMs);
    this.timer.unref();
  }

  private failed(error: unknown): void {
    this.parts.logger.warn({ err: error }, "budgets could not be looked after; the next look tries again");
  }

  private async lookAtBudgets(nowMs: number): Promise<void> {
    const byProject = Map.groupBy(await this.parts.budgets.watched(), (budget) => budget.project_id);
    for (const [projectId, budgets] of byProject) {
      await this.lookAtProject(projectId, budgets, nowMs).catch((error: unknown) => this.failed(error));
    }
  }

  private async lookAtProject(
    projectId: string,
    budgets: readonly WatchedBudget[],
    nowMs: number,
  ): Promise<void> {
    const agentsOfKey = new Map<string, readonly string[]>();
    for (const { scope, subject } of budgets) {
      if (scope === "key") agentsOfKey.set(subject, await this.parts.sightings.agentsOf(projectId, subject));
    }
    const of = {
      projectId,
      agents: [
        ...new Set([
          ...budgets.flatMap(({ scope, subject }) => (scope === "agent" ? [subject] : [])),
          ...[...agentsOfKey.values()].flat(),
        ]),
      ],
      users: budgets.flatMap(({ scope, subject }) => (scope === "user" ? [subject] : [])),
    };
    const known = new Map<string, Promise<SpendSums>>();
    // Budgets ask for few different stretches; each is read once.
    const spendIn = (fromMs: number, toMs: number): Promise<SpendSums> => {
      const key = `${fromMs} ${toMs}`;
      const reading =
        known.get(key) ??
        readSpend(this.parts.telemetry, of, fromMs, toMs, (ids) => this.agentNames(projectId, ids));
      known.set(key, reading);
      return reading;
    };
    for (const budget of budgets) {
      const amountIn = async (fromMs: number, toMs: number): Promise<number> =>
        fromMs >= toMs ? 0 : amountOf(budget, await spendIn(fromMs, toMs), agentsOfKey);
      const state = await sumUp(budget, amountIn, nowMs);
      await this.parts.budgets.saveState(state);
      await this.judge(budget, state, agentsOfKey.get(budget.subject) ?? [], nowMs);
    }
  }

  private async judge(
    budget: WatchedBudget,
    state: BudgetStateRow,
    keyAgents: readonly string[],
    nowMs: number,
  ): Promise<void> {
    const bounds = periodAt(budget.period, nowMs);
    const { share } = standing(state.spent, budget.limit_amount, state.burn_per_hour, bounds, nowMs);
    if (share < 1 || budget.mode !== "hard") {
      const cleared = await this.parts.violations.clearBudget(budget.id);
      if (cleared.length > 0) {
        await this.parts.pausing.resumeFor(cleared);
        await this.parts.stops.refresh();
      }
    }
    const agents = budget.scope === "agent" ? [budget.subject] : budget.scope === "key" ? keyAgents : [""];
    for (const threshold of reachedThresholds(share, budget.thresholds)) {
      const stops = budget.mode === "hard" && threshold >= 1;
      // A key that no agent was seen with is flagged by itself.
      for (const agent of agents.length === 0 ? [""] : agents) {
        await this.flag(
          {
            project_id: budget.project_id,
            kind: "budget",
            budget_id: budget.id,
            agent,
            fingerprint: `budget ${budget.id} ${bounds.startMs} ${threshold} ${stops} ${agent}`,
            stops: stops && !(budget.scope === "key" && agent === ""),
            detail: detailOf(budget, state, threshold),
            trace_id: "",
            amount: state.spent,
            limit_amount: budget.limit_amount,
            ends_at: new Date(bounds.endMs),
          },
          { threshold, budget },
        );
      }
    }
  }

  private async lookForLoops(projectId: string, nowMs: number): Promise<void> {
    const settings = await this.parts.prices.settings(projectId);
    if (settings.loop_mode === "off") return;
    const evidence = await this.readLoops(projectId, settings, nowMs);
    const findings = findLoops(evidence, settings, nowMs);
    if (findings.length === 0) return;
    const active = await this.parts.violations.activeLoops(projectId, new Date(nowMs));
    const flagged = new Set(active.map(({ kind, agent }) => `${kind} ${agent}`));
    for (const finding of findings) {
      // An agent that loops in trace after trace is told once, until that has ended.
      if (flagged.has(`${finding.kind} ${finding.agent}`)) continue;
      flagged.add(`${finding.kind} ${finding.agent}`);
      await this.flag({
        project_id: projectId,
        kind: finding.kind,
        budget_id: null,
        agent: finding.agent,
        fingerprint: finding.fingerprint,
        // Without a name there is nobody to tell.
        stops: settings.loop_mode === "hard" && finding.agent !== "",
        detail: finding.detail,
        trace_id: finding.trace_id,
        amount: finding.amount,
        limit_amount: finding.limit,
        ends_at: new Date(nowMs + LOOP_STOPS_FOR_MS),
      });
    }
  }

  /** Looks back half as far after a look that was too much for the store, and twice as far after one that was not. */
  private async readLoops(projectId: string, limits: LoopLimits, nowMs: number): Promise<LoopEvidence> {
    const windowMs = this.loopWindows.get(projectId) ?? LOOP_WINDOW_MS;
    try {
      const evidence = await readLoopEvidence(this.parts.telemetry, projectId, limits, nowMs, windowMs);
      if (windowMs * 2 >= LOOP_WINDOW_MS) this.loopWindows.delete(projectId);
      else this.loopWindows.set(projectId, windowMs * 2);
      return evidence;
    } catch (error) {
      this.loopWindows.set(projectId, Math.max(LEAST_LOOP_WINDOW_MS, windowMs / 2));
      throw error;
    }
  }

  private async flag(
    violation: NewViolation,
    reached?: { threshold: number; budget: WatchedBudget },
  ): Promise<void> {
    const row = await this.parts.violations.add(violation);
    if (!row) return;
    const { events, logger } = this.parts;
    const { id: violationId, project_id: projectId, agent, stops, detail, kind } = row;
    if (reached?.budget.mode === "hard" && reached.threshold >= 1) {
      await this.pauseKeys(row, reached.budget);
    }
    if (stops) await this.parts.stops.refresh();
    logger.info({ projectId, violationId, kind, agent, stops }, "an agent is over budget or in a loop");
    if (reached) {
      events.emit("budget_exceeded", {
        projectId,
        violationId,
        budgetId: reached.budget.id,
        agent,
        threshold: reached.threshold,
        spent: row.amount,
        limit: row.limit_amount,
        stops,
        detail,
      });
    }
    if (stops || !reached)
      events.emit("agent_flagged", { projectId, violationId, kind, agent, stops, detail });
  }

  /** A budget on a key pauses that key; others pause the keys their agents were seen with, where they say so. */
  private async pauseKeys(row: ViolationRow, budget: WatchedBudget): Promise<void> {
    const keys =
      budget.scope === "key"
        ? [budget.subject]
        : budget.pause_keys
          ? await this.parts.sightings.keysOf(budget.project_id, row.agent)
          : [];
    for (const key of keys) {
      await this.parts.pausing.pause(budget.project_id, key, {
        reason: row.detail,
        until: row.ends_at,
        violationId: row.id,
      });
    }
  }

  private async agentNames(projectId: string, ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const { rows } = await this.parts.pool.query<{ id: string; name: string }>(
      "SELECT id, name FROM agents WHERE project_id = $1 AND id = ANY($2::uuid[])",
      [projectId, ids],
    );
    return new Map(rows.map(({ id, name }) => [id, name]));
  }
}

/** A budget's share of what was spent, in its measure. */
function amountOf(
  { scope, subject, measure }: WatchedBudget,
  sums: SpendSums,
  agentsOfKey: ReadonlyMap<string, readonly string[]>,
): number {
  const amount = (spend: Spend | undefined) => spend?.[measure] ?? 0;
  if (scope === "project") return amount(sums.project);
  if (scope === "agent") return amount(sums.byAgent.get(subject));
  if (scope === "user") return amount(sums.byUser.get(subject));
  return (agentsOfKey.get(subject) ?? []).reduce((sum, agent) => sum + amount(sums.byAgent.get(agent)), 0);
}

/** Adds up what was spent in the period: what is a while past from the last look, the latest minutes anew. */
async function sumUp(
  budget: WatchedBudget,
  amountIn: (fromMs: number, toMs: number) => Promise<number>,
  nowMs: number,
): Promise<BudgetStateRow> {
  const { startMs, endMs } = periodAt(budget.period, nowMs);
  const recentMs = Math.floor((nowMs - BURN_WINDOW_MS) / FIVE_MINUTES_MS) * FIVE_MINUTES_MS;
  const settleUntilMs = Math.max(startMs, recentMs);
  const last = budget.state;
  const goesOn =
    last !== null &&
    last.period_start.getTime() === startMs &&
    last.settled_until.getTime() <= settleUntilMs &&
    nowMs - last.settled_at.getTime() < SETTLE_AGAIN_MS[budget.period];
  const settled = goesOn
    ? last.settled_amount + (await amountIn(last.settled_until.getTime(), settleUntilMs))
    : await amountIn(startMs, settleUntilMs);
  // Up to the period's end: spans whose clock is ahead count too.
  const latest = await amountIn(settleUntilMs, endMs);
  const burnFromMs = Math.max(startMs, recentMs);
  const burnHours = Math.max(nowMs - burnFromMs, 60_000) / HOUR_MS;
  return {
    budget_id: budget.id,
    period_start: new Date(startMs),
    settled_until: new Date(settleUntilMs),
    settled_at: goesOn ? last.settled_at : new Date(nowMs),
    settled_amount: settled,
    spent: settled + latest,
    burn_per_hour: latest / burnHours,
    checked_at: new Date(nowMs),
  };
}

function detailOf(budget: WatchedBudget, state: BudgetStateRow, threshold: number): string {
  const amount = (value: number) =>
    budget.measure === "usd" ? `$${value.toFixed(2)}` : `${Math.round(value).toLocaleString("en")} tokens`;
  const share = `${Math.round(threshold * 100)} %`;
  return `The budget "${budget.name}" has reached ${share}: ${amount(state.spent)} of ${amount(budget.limit_amount)} this ${budget.period}.`;
}
