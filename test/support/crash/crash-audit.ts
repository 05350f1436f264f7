import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { CrashStores } from "./crash-stores.ts";
import { type SentItems, type SentKeys, SIGNAL_NAMES, type SignalName } from "./sent-items.ts";

/** What the stores hold of one signal, held against what was sent. */
export interface SignalAudit {
  acknowledged: number;
  stored: number;
  /** Acknowledged items that are not stored. */
  lost: number;
  /** Items stored more than once. */
  duplicated: number;
  /** Items stored though their request was never acknowledged: allowed, since the answer may be what got lost. */
  unacknowledgedButStored: number;
  /** Stored items that nobody sent. */
  unknown: number;
}

/** What was compared, and how much of it disagrees within the store. */
export interface CrashAudit {
  signals: Record<SignalName, SignalAudit>;
  /** Traces whose summary in the projection differs from the sum over their spans. */
  summariesThatDisagree: number;
  /** Pieces of content that a span refers to and that are not stored, or not what their hash says. */
  brokenContent: number;
  /** Samples whose series is not described, so that nobody finds them. */
  samplesWithoutSeries: number;
}

/** How the stores tell an item's key and how often it is there. */
const STORED: Record<SignalName, (stores: CrashStores) => Promise<{ key: string; copies: number }[]>> = {
  spans: ({ telemetry }) =>
    telemetry.queryAll(
      "SELECT lower(hex(trace_id)) || lower(hex(span_id)) AS key, count() AS copies FROM spans GROUP BY key",
    ),
  samples: ({ telemetry }) =>
    telemetry.queryAll(
      `SELECT concat(metric, ' ', toString(toUnixTimestamp64Milli(time)), ' ', toString(value)) AS key, count() AS copies
       FROM samples GROUP BY key`,
    ),
  logs: ({ telemetry }) =>
    telemetry.queryAll("SELECT body AS key, count() AS copies FROM logs WHERE event_name = '' GROUP BY key"),
  // A score may be said anew: readers use FINAL.
  scores: ({ telemetry }) =>
    telemetry.queryAll("SELECT response_id AS key, count() AS copies FROM scores FINAL GROUP BY key"),
  agent_events: ({ telemetry }) =>
    telemetry.queryAll("SELECT event_id AS key, count() AS copies FROM agent_events GROUP BY key"),
  executions: async ({ ledger }) =>
    (await ledger.query("SELECT id AS key, count(*)::int AS copies FROM executions GROUP BY id")).rows,
};

/** Compares every stored item with what was sent, and the parts of the store with one another. */
export async function auditStores(stores: CrashStores, sent: SentItems): Promise<CrashAudit> {
  const audited = await Promise.all(
    SIGNAL_NAMES.map(async (name) => [name, audit(await STORED[name](stores), sent.signals[name])] as const),
  );
  return {
    signals: Object.fromEntries(audited) as Record<SignalName, SignalAudit>,
    summariesThatDisagree: await disagreeingSummaries(stores.telemetry),
    brokenContent: await brokenContent(stores.telemetry),
    samplesWithoutSeries: await countOf(
      stores.telemetry,
      "SELECT count() AS found FROM samples WHERE (project_id, metric, series) NOT IN (SELECT project_id, metric, series FROM series)",
    ),
  };
}

function audit(stored: readonly { key: string; copies: number }[], sent: SentKeys): SignalAudit {
  const missing = new Set(sent.acknowledged);
  const result: SignalAudit = {
    acknowledged: sent.acknowledged.size,
    stored: 0,
    lost: 0,
    duplicated: 0,
    unacknowledgedButStored: 0,
    unknown: 0,
  };
  for (const { key, copies } of stored) {
    result.stored += copies;
    if (copies > 1) result.duplicated++;
    if (missing.delete(key)) continue;
    if (sent.unanswered.has(key)) result.unacknowledgedButStored++;
    else result.unknown++;
  }
  result.lost = missing.size;
  return result;
}

async function countOf(store: TelemetryStore, sql: string): Promise<number> {
  const [row] = await store.queryAll<{ found: number }>(sql);
  return Number(row?.found ?? 0);
}

async function brokenContent(store: TelemetryStore): Promise<number> {
  const missing = await countOf(
    store,
    `SELECT count() AS found FROM (SELECT DISTINCT project_id, arrayJoin(content_hashes) AS hash FROM spans)
     WHERE (project_id, hash) NOT IN (SELECT project_id, hash FROM messages)`,
  );
  const damaged = await countOf(
    store,
    "SELECT count() AS found FROM messages WHERE hash != toFixedString(substring(SHA256(body), 1, 16), 16)",
  );
  return missing + damaged;
}

const SUMMARY = `SELECT trace_id, toDate(start_time), count(), min(start_time), countIf(status = 2), max(session_id),
    sum(tokens_input_uncached), sum(tokens_output)
  FROM spans GROUP BY project_id, toDate(start_time), trace_id ORDER BY trace_id`;

async function disagreeingSummaries(store: TelemetryStore): Promise<number> {
  const summaries = async (settings: string) => {
    const rows = await store.queryAll<Record<string, unknown>>(
      `SELECT lower(hex(trace_id)) AS trace, * EXCEPT (trace_id) FROM (${SUMMARY}) SETTINGS ${settings}`,
    );
    return new Set(rows.map((row) => JSON.stringify(row)));
  };
  const projected = await summaries("force_optimize_projection = 1");
  const summed = await summaries("optimize_use_projections = 0");
  const missing = (from: Set<string>, of: Set<string>) => [...of].filter((row) => !from.has(row)).length;
  return Math.max(missing(projected, summed), missing(summed, projected));
}
