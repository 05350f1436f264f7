import type pg from "pg";
import type { ApiKeyStore, ApiKeyVerifier } from "#features/api-keys/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { EventBus } from "#platform/events/event-bus.ts";
import type { HttpServer } from "#platform/http/server.ts";
import type { JobRunner } from "#platform/jobs/job-runner.ts";
import type { Logger } from "#platform/observability/logger.ts";
import type { Database } from "#platform/postgres/database.ts";
import { registerBudgetRoutes } from "./budgets/budget-routes.ts";
import { BudgetStore } from "./budgets/budget-store.ts";
import { BudgetWatch } from "./budgets/budget-watch.ts";
import type { KeyPausing } from "./budgets/key-pausing.ts";
import { KeySightings } from "./budgets/key-sightings.ts";
import { type StopDirective, StopList } from "./budgets/stop-list.ts";
import { ViolationStore } from "./budgets/violation-store.ts";
import { PriceBook } from "./prices/price-book.ts";
import { PriceCatalogue } from "./prices/price-catalogue.ts";
import { registerPriceRoutes } from "./prices/price-routes.ts";
import { PriceStore } from "./prices/price-store.ts";
import { ProjectPriceKeeper } from "./prices/project-prices.ts";
import { registerCostReportRoutes } from "./reports/cost-report-routes.ts";
import { type RepricingParts, repricingJob } from "./repricing/repricing-job.ts";
import { registerRepricingRoutes } from "./repricing/repricing-routes.ts";
import { RepricingStore } from "./repricing/repricing-store.ts";
import type { SpanPricer } from "./span-pricer.ts";

/** How long a violation can be looked up after it ended. */
const VIOLATIONS_KEPT_MS = 90 * 86_400_000;

/** What costs work with. */
export interface CostParts {
  database: Database;
  pool: pg.Pool;
  telemetry: TelemetryStore;
  events: EventBus;
  logger: Logger;
  jobs: JobRunner;
  apiKeys: ApiKeyStore;
  apiKeyVerifier: ApiKeyVerifier;
  /** Makes roll-ups of these hours be computed again from the spans. */
  markDirty(projectId: string, fromMs: number, toMs: number): Promise<unknown>;
}

/** All of costs that other parts of the product touch. */
export interface Costs {
  /** Prices spans at ingest. */
  pricer: SpanPricer;
  /** Spans with tokens that no price was known for, since the process started. */
  unpricedSpans(): number;
  /** Tells agents over budget or in a loop to stop; answers from memory. */
  directives: { directiveFor(projectId: string, agentId: string, agentName: string): StopDirective };
  /** Looks after budgets and loops; `start` makes it do so by itself. */
  watch: BudgetWatch;
  registerRoutes(app: HttpServer): void;
  /** Ends all that runs by itself. */
  stop(): Promise<void>;
}

/** Loads the price catalogue and all projects' own prices; the pricer is ready when this resolves. */
export async function openCosts(parts: CostParts): Promise<Costs> {
  const { database, events, logger } = parts;
  const prices = new PriceStore(database);
  const book = new PriceBook(await PriceCatalogue.load());
  const keeper = await ProjectPriceKeeper.open(prices, book, events, logger);
  const repricing: RepricingParts = { ...parts, store: new RepricingStore(database), book, keeper };
  parts.jobs.define(repricingJob(repricing));

  const budgets = new BudgetStore(database);
  const violations = new ViolationStore(database);
  parts.jobs.define({
    name: "costs.forget_violations",
    cron: "17 3 * * *",
    run: () => violations.forgetBefore(new Date(Date.now() - VIOLATIONS_KEPT_MS)),
  });
  const sightings = new KeySightings(database, events, logger);
  const pausing = pausingOf(parts.apiKeys, parts.apiKeyVerifier);
  const stops = new StopList(violations, logger);
  await stops.open();
  const watch = new BudgetWatch({ ...parts, budgets, violations, sightings, pausing, stops, prices });
  return {
    pricer: book,
    unpricedSpans: () => book.unpricedSpans,
    directives: {
      directiveFor: (projectId, _agentId, agentName) => stops.directiveFor(projectId, agentName),
    },
    watch,
    registerRoutes(app) {
      registerPriceRoutes(app, { ...parts, store: prices, keeper, book });
      registerRepricingRoutes(app, repricing, parts.jobs);
      registerCostReportRoutes(app, { telemetry: parts.telemetry, book });
      registerBudgetRoutes(app, { budgets, violations, stops, pausing, watch });
    },
    async stop() {
      keeper.stop();
      stops.stop();
      await watch.stop();
    },
  };
}

function pausingOf(keys: ApiKeyStore, verifier: ApiKeyVerifier): KeyPausing {
  return {
    async pause(projectId, keyId, why) {
      const row = await keys.pause(projectId, keyId, why);
      if (row) verifier.forget(row.key_hash);
    },
    async resumeFor(violationIds) {
      for (const hash of await keys.resumePausedBy(violationIds)) verifier.forget(hash);
    },
  };
}
