import { hash } from "node:crypto";
import { RecentSpanFilter } from "#features/ingest/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { EventBatch } from "./event-batch.ts";

/** Rows to leave out, by batch: indexes of events that are stored already or stand earlier in the group. */
export type DuplicateEvents = Map<EventBatch, Set<number>>;

interface Row {
  batch: EventBatch;
  index: number;
}

const keyOf = ({ batch, index }: Row) => `${batch.agentId} ${batch.ids[index]}`;
/** Ids per query; a longer list is asked in parts. */
const MAX_IDS_PER_QUERY = 10_000;

/**
 * Finds the events of a group that must not be inserted again. Events with an id of ours are new; those with a told
 * time that no filter has seen are too, as for spans. Only the rest costs a query.
 */
export class EventDuplicates {
  private readonly store: TelemetryStore;
  private readonly filter: RecentSpanFilter;

  private constructor(store: TelemetryStore, filter: RecentSpanFilter) {
    this.store = store;
    this.filter = filter;
  }

  /** Events that claim to be in the future must be known before the first group; see `RecentSpanFilter`. */
  static async open(store: TelemetryStore, nowMs: number): Promise<EventDuplicates> {
    const [any] = await store.queryAll<{ one: number }>("SELECT 1 AS one FROM agent_events LIMIT 1");
    const opened = new EventDuplicates(
      store,
      new RecentSpanFilter(nowMs, { storeIsEmpty: any === undefined }),
    );
    const ahead = await store.queryAll<{ project: string; agent: string; id: string; time_ms: number }>(
      `SELECT toString(project_id) AS project, toString(agent_id) AS agent, event_id AS id,
         toUnixTimestamp64Milli(time) AS time_ms
       FROM agent_events WHERE time > fromUnixTimestamp64Milli(${nowMs}, 'UTC')`,
    );
    for (const { agent, id, time_ms } of ahead) {
      const { high, low } = hashOf(`${agent} ${id}`);
      opened.filter.remember(high, low, time_ms, nowMs);
    }
    return opened;
  }

  /** Remembers a group's events and returns those the filter cannot vouch for. Must be called once per group. */
  observe(group: readonly EventBatch[], nowMs: number): Row[] {
    const unsure: Row[] = [];
    for (const batch of group) {
      for (let index = 0; index < batch.size; index++) {
        if (batch.hasOurId[index]) continue;
        const { high, low } = hashOf(keyOf({ batch, index }));
        if (this.filter.observe(high, low, batch.toldTimesMs[index]!, nowMs) === "unsure") {
          unsure.push({ batch, index });
        }
      }
    }
    return unsure;
  }

  /** Settles the unsure rows of a group by asking the store; safe to repeat when the store fails. */
  async settle(group: readonly EventBatch[], unsure: readonly Row[]): Promise<DuplicateEvents> {
    const duplicates: DuplicateEvents = new Map();
    if (unsure.length === 0) return duplicates;
    const known = await this.storedKeys(unsure);
    const unsureKeys = new Set(unsure.map((row) => keyOf(row)));
    const isUnsure = new Map<EventBatch, Set<number>>();
    for (const { batch, index } of unsure) isUnsure.set(batch, (isUnsure.get(batch) ?? new Set()).add(index));
    // The first of several in one group was certain: the others are its twins.
    for (const batch of group) {
      for (let index = 0; index < batch.size; index++) {
        if (isUnsure.get(batch)?.has(index)) continue;
        const key = keyOf({ batch, index });
        if (unsureKeys.has(key)) known.add(key);
      }
    }
    for (const row of unsure) {
      const key = keyOf(row);
      if (known.has(key)) duplicates.set(row.batch, (duplicates.get(row.batch) ?? new Set()).add(row.index));
      known.add(key);
    }
    return duplicates;
  }

  private async storedKeys(unsure: readonly Row[]): Promise<Set<string>> {
    const keys = new Set<string>();
    for (const [projectId, rows] of Map.groupBy(unsure, (row) => row.batch.projectId)) {
      const byAgent = Map.groupBy(rows, (row) => row.batch.agentId);
      for (const [agentId, ofAgent] of byAgent) {
        const ids = [...new Set(ofAgent.map(({ batch, index }) => batch.ids[index]!))];
        for (let at = 0; at < ids.length; at += MAX_IDS_PER_QUERY) {
          const found = await this.store.queryProject<{ id: string }>(
            projectId,
            `SELECT DISTINCT event_id AS id FROM agent_events
             WHERE project_id = {project_id:UUID} AND agent_id = {agent_id:UUID} AND event_id IN {ids:Array(String)}`,
            { agent_id: agentId, ids: ids.slice(at, at + MAX_IDS_PER_QUERY) },
          );
          for (const { id } of found) keys.add(`${agentId} ${id}`);
        }
      }
    }
    return keys;
  }
}

/** 64 bits of the key's digest; a chosen collision only costs a question to the store. */
function hashOf(key: string): { high: number; low: number } {
  const digest = hash("sha1", key, "buffer");
  return { high: digest.readUInt32LE(0), low: digest.readUInt32LE(4) };
}
