import { randomUUID } from "node:crypto";
import type { SignalWriterParts } from "../metrics/metric-writer.ts";
import { retryWhileAway } from "../store-retry.ts";
import { SCORE_COLUMNS, type ScoreBatch } from "./score-batch.ts";

/** Announced when scores have become durable, once per project and group. */
export interface ScoresStored {
  projectId: string;
  /** Milliseconds since 1970. */
  atMs: number;
  scores: number;
}

declare module "#platform/events/event-bus.ts" {
  interface DomainEvents {
    scores_stored: ScoresStored;
  }
}

const COLUMN_NAMES = SCORE_COLUMNS.map((column) => column.name);

/** Stores groups of scores. A score that is stored already is replaced by its id, so nothing is looked up. */
export class ScoreWriter {
  private readonly parts: SignalWriterParts;

  constructor(parts: SignalWriterParts) {
    this.parts = parts;
  }

  /** Stores a group. Throws `store_unavailable` (503), or `GroupRefusedError` when the store does not take it. */
  async write(group: readonly ScoreBatch[]): Promise<void> {
    const { store, events, metrics } = this.parts;
    const chunks = group.map((batch) => batch.rows());
    const token = randomUUID();
    await retryWhileAway(() => store.insertRowBinary("scores", COLUMN_NAMES, chunks, token), {
      items: "scores",
      ...this.parts,
    });
    for (const [projectId, batches] of Map.groupBy(group, (batch) => batch.projectId)) {
      const scores = batches.reduce((sum, batch) => sum + batch.size, 0);
      metrics.itemsStored.inc({ signal: "scores" }, scores);
      events.emit("scores_stored", { projectId, atMs: Date.now(), scores });
    }
  }
}
