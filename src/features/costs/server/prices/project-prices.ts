import type { EventBus } from "#platform/events/event-bus.ts";
import type { Logger } from "#platform/observability/logger.ts";
import type { PriceBook, ProjectPrices } from "./price-book.ts";
import type { PriceStore } from "./price-store.ts";

declare module "#platform/events/event-bus.ts" {
  interface DomainEvents {
    /** A project's own prices or cost settings changed. */
    prices_changed: { projectId: string };
  }
}

/** How long another process may price by what was just changed, in milliseconds. */
const POLL_MS = 500;

/** Keeps the price book in step with what projects decided: at once in this process, within a second in others. */
export class ProjectPriceKeeper {
  private readonly store: PriceStore;
  private readonly book: PriceBook;
  private readonly logger: Logger;
  private revision = "";
  private timer: NodeJS.Timeout | undefined;
  private failing = false;

  private constructor(store: PriceStore, book: PriceBook, logger: Logger) {
    this.store = store;
    this.book = book;
    this.logger = logger;
  }

  /** Loads all overrides; `stop` ends the looking for changes. */
  static async open(
    store: PriceStore,
    book: PriceBook,
    events: EventBus,
    logger: Logger,
  ): Promise<ProjectPriceKeeper> {
    const keeper = new ProjectPriceKeeper(store, book, logger);
    await keeper.refresh();
    keeper.timer = setInterval(() => void keeper.poll(), POLL_MS);
    keeper.timer.unref();
    events.on("prices_changed", () => void keeper.poll());
    return keeper;
  }

  /** Takes over what is stored now; a change is in force when this resolves. */
  async refresh(): Promise<void> {
    const revision = await this.store.revision();
    const { overrides, preferReported } = await this.store.all();
    const byProject = Map.groupBy(overrides, (one) => one.projectId);
    const settings = new Map<string, ProjectPrices>();
    for (const projectId of new Set([...byProject.keys(), ...preferReported])) {
      settings.set(projectId, {
        overrides: byProject.get(projectId) ?? [],
        preferReported: preferReported.includes(projectId),
      });
    }
    this.book.use(settings);
    this.revision = revision;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async poll(): Promise<void> {
    try {
      if ((await this.store.revision()) !== this.revision) await this.refresh();
      this.failing = false;
    } catch (error) {
      // Told once: the same would be tried and fail twice a second while the store is away.
      if (!this.failing)
        this.logger.warn({ err: error }, "prices could not be refreshed; the last ones stay in use");
      this.failing = true;
    }
  }
}
