import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { Job } from "#platform/jobs/job-runner.ts";
import type { Logger } from "#platform/observability/logger.ts";
import { deleteRows } from "./mutation.ts";
import type { RetentionStore } from "./retention-store.ts";
import { daysOf, longestDays, SIGNAL_TABLES, type SignalTable } from "./signals.ts";
import { countOlder, readTableSizes } from "./stored-data-query.ts";

const DAY_MS = 86_400_000;

/** What enforcing retention works with. */
export interface RetentionParts {
  store: TelemetryStore;
  settings: RetentionStore;
  logger: Logger;
  /** Told before detail is removed that roll-ups must outlive it: their hours are never settled from it again. */
  freezeBefore: (projectId: string, beforeMs: number) => Promise<void>;
}

/**
 * `retention.enforce`: brings what is stored to what the projects ask for, once a day and after each change. The
 * store drops whole parts by itself when every project is done with them; rows of projects that keep less than the
 * longest are removed here.
 */
export function retentionJob(parts: RetentionParts): Job {
  return {
    name: "retention.enforce",
    cron: "17 3 * * *",
    maxSeconds: 3600,
    run: (_data, signal) => enforceRetention(parts, Date.now(), signal),
  };
}

/** One pass over all tables and projects. Repeating it changes nothing. */
export async function enforceRetention(
  { store, settings, logger, freezeBefore }: RetentionParts,
  nowMs: number,
  signal: AbortSignal,
): Promise<void> {
  const projects = await settings.all();
  const tables = await readTableSizes(store);
  const longest = longestDays(projects.map((project) => project.days));
  for (const { name, tables: own } of SIGNAL_TABLES) {
    for (const table of own) {
      if (!tables.has(table.name)) continue;
      await setTableTtl(store, table, longest[name] + table.extraDays);
      for (const project of projects) {
        const days = daysOf(project.days)[name];
        if (days >= longest[name]) continue;
        signal.throwIfAborted();
        const beforeMs = nowMs - (days + table.extraDays) * DAY_MS;
        const rows = await countOlder(store, project.project_id, table, beforeMs);
        if (rows === 0) continue;
        if (table.name === "spans") await freezeBefore(project.project_id, beforeMs);
        await deleteRows(
          store,
          table.name,
          `project_id = '${project.project_id}' AND ${table.arrived} < toDateTime(${Math.floor(beforeMs / 1000)}, 'UTC')`,
          { signal },
        );
        logger.info(
          { projectId: project.project_id, table: table.name, rows },
          "rows past retention removed",
        );
      }
    }
  }
}

/** Changes a table's own lifetime where it differs; parts are not rewritten for it. */
async function setTableTtl(store: TelemetryStore, table: SignalTable, days: number): Promise<void> {
  const [row] = await store.queryAll<{ ddl: string }>(
    "SELECT create_table_query AS ddl FROM system.tables WHERE database = currentDatabase() AND name = {table:String}",
    { table: table.name },
  );
  const wanted = `toIntervalDay(${days})`;
  if (row?.ddl.includes(`TTL ${table.arrived} + ${wanted}`)) return;
  await store.command(
    `ALTER TABLE ${table.name} MODIFY TTL ${table.arrived} + ${wanted} SETTINGS materialize_ttl_after_modify = 0`,
  );
}
