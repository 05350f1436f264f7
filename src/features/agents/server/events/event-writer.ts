import { randomUUID } from "node:crypto";
import { collectRows, GroupCommit, retryWhileAway } from "#features/ingest/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { Logger } from "#platform/observability/logger.ts";
import { EVENT_COLUMN_NAMES, type EventBatch } from "./event-batch.ts";
import { EventDuplicates } from "./event-duplicates.ts";

/** Stores groups of event batches, one after another: drops what is stored already and inserts the rest. */
export class EventWriter {
  private readonly group: GroupCommit<EventBatch>;
  private readonly store: TelemetryStore;
  private readonly duplicates: EventDuplicates;
  private readonly logger: Logger;

  private constructor(store: TelemetryStore, duplicates: EventDuplicates, logger: Logger) {
    this.store = store;
    this.duplicates = duplicates;
    this.logger = logger;
    this.group = new GroupCommit((group) => this.write(group));
  }

  static async open(store: TelemetryStore, logger: Logger): Promise<EventWriter> {
    return new EventWriter(store, await EventDuplicates.open(store, Date.now()), logger);
  }

  /** Resolves when every event of the batch is durable. Throws `store_unavailable`, `store_refused` (503). */
  submit(batch: EventBatch): Promise<void> {
    return this.group.submit(batch);
  }

  /** Resolves when all that was submitted is durable or refused. */
  drain(): Promise<void> {
    return this.group.drain();
  }

  private async write(group: readonly EventBatch[]): Promise<void> {
    const retry = { items: "events", logger: this.logger };
    const unsure = this.duplicates.observe(group, Date.now());
    const duplicates = await retryWhileAway(() => this.duplicates.settle(group, unsure), retry);
    const chunks: Buffer[] = [];
    for (const batch of group) collectRows(batch, duplicates.get(batch), chunks);
    const token = randomUUID();
    if (chunks.length === 0) return;
    await retryWhileAway(
      () => this.store.insertRowBinary("agent_events", EVENT_COLUMN_NAMES, chunks, token),
      retry,
    );
  }
}
