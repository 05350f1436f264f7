import { randomUUID } from "node:crypto";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { Job } from "#platform/jobs/job-runner.ts";
import type { Logger } from "#platform/observability/logger.ts";
import type { Sampling } from "../retention-contract.ts";
import { countRows, forgetItems } from "./deletion-items.ts";
import { deleteRows } from "./mutation.ts";
import type { RetentionStore } from "./retention-store.ts";
import type { SampledHourStore } from "./sampled-hour-store.ts";
import { nextSamplingRange, type SamplingRange } from "./sampling-range.ts";
import { keepsTrace, sampledTraces } from "./sampling-rule.ts";

const HOUR_MS = 3_600_000;

/** An hour whose counts stay; spans of it received before `receivedBeforeMs` are in them. */
interface FrozenHour {
  hourMs: number;
  receivedBeforeMs: number;
}

/** What sampling works with. */
export interface SamplingParts {
  store: TelemetryStore;
  settings: RetentionStore;
  sampledHours: SampledHourStore;
  /** The roll-ups: until when they are settled, and the promise that an hour's counts stay when its spans go. */
  rollups: {
    settledUntil(projectId: string): Promise<number | undefined>;
    freeze(projectId: string, fromMs: number, toMs: number): Promise<FrozenHour[]>;
  };
  logger: Logger;
}

/**
 * `retention.sample`: removes the detail of unremarkable traces some time after their hours were counted. Every six
 * hours, because each run rewrites the parts that hold its hours.
 */
export function samplingJob(parts: SamplingParts): Job {
  return {
    name: "retention.sample",
    cron: "40 */6 * * *",
    maxSeconds: 3600,
    async run(_data, signal) {
      for (const { project_id, sampling } of await parts.settings.all()) {
        if (sampling) await sampleProject(parts, project_id, sampling, Date.now(), signal);
      }
    },
  };
}

/** Samples all hours of a project that are due. A run that was cut off is repeated and draws the same traces. */
export async function sampleProject(
  parts: SamplingParts,
  projectId: string,
  sampling: Sampling,
  nowMs: number,
  signal: AbortSignal,
): Promise<void> {
  const settledUntilMs = (await parts.rollups.settledUntil(projectId)) ?? 0;
  for (;;) {
    signal.throwIfAborted();
    const sampledUntilMs = await parts.sampledHours.sampledUntil(projectId);
    const range = nextSamplingRange({
      nowMs,
      afterHours: sampling.after_hours,
      sampledUntilMs,
      settledUntilMs,
    });
    if (!range) return;
    const counts = await sampleRange(parts, projectId, sampling, range, signal);
    await parts.sampledHours.save(projectId, range.toMs, counts, new Date(nowMs));
    if (counts.dropped > 0) parts.logger.info({ projectId, ...range, ...counts }, "traces sampled");
  }
}

async function sampleRange(
  { store, rollups }: SamplingParts,
  projectId: string,
  sampling: Sampling,
  range: SamplingRange,
  signal: AbortSignal,
): Promise<{ kept: number; dropped: number; spans: number }> {
  const endMs = range.toMs + HOUR_MS;
  const hours = await rollups.freeze(projectId, range.fromMs, endMs);
  if (hours.length === 0) return { kept: 0, dropped: 0, spans: 0 };
  const run = randomUUID();
  await chooseDropped(store, run, projectId, sampling, { ...range, endMs, hours });
  const where = `project_id = '${projectId}'
    AND toStartOfFiveMinutes(start_time) >= toDateTime(${range.fromMs / 1000}, 'UTC')
    AND toStartOfFiveMinutes(start_time) < toDateTime(${endMs / 1000}, 'UTC')
    AND trace_id IN (SELECT toFixedString(value, 16) FROM deletion_items WHERE deletion_id = '${run}')`;
  const spans = await countRows(store, "spans", where);
  const dropped = await countRows(store, "deletion_items", `deletion_id = '${run}'`);
  if (spans > 0) await deleteRows(store, "spans", where, { signal });
  await forgetItems(store, run);
  const kept = await countTraces(store, projectId, range);
  return { kept, dropped, spans };
}

/**
 * Writes down the traces whose spans go: they start in the range, end before `endMs`, lie in frozen hours as a
 * whole, arrived before the freeze, have no span anywhere else, and no rule keeps them.
 */
async function chooseDropped(
  store: TelemetryStore,
  run: string,
  projectId: string,
  sampling: Sampling,
  range: SamplingRange & { endMs: number; hours: FrozenHour[] },
): Promise<void> {
  const keeps = keepsTrace(sampling);
  const inRange = `toStartOfFiveMinutes(spans.start_time) >= toDateTime({from_s:UInt32}, 'UTC')
      AND toStartOfFiveMinutes(spans.start_time) < toDateTime({end_s:UInt32}, 'UTC')`;
  const around = `toStartOfFiveMinutes(spans.start_time) >= toDateTime({from_s:UInt32} - 86400, 'UTC')
      AND toStartOfFiveMinutes(spans.start_time) < toDateTime({end_s:UInt32} + 86400, 'UTC')`;
  await store.command(
    `INSERT INTO deletion_items (deletion_id, kind, value)
     SELECT {run:UUID}, 'trace', toString(trace_id)
     FROM (${sampledTraces(inRange)})
     WHERE NOT ${keeps.sql}
       AND started < toDateTime({to_s:UInt32}, 'UTC')
       AND trace_id NOT IN (
         SELECT trace_id FROM spans
         WHERE project_id = {project_id:UUID} AND ${around}
           AND (NOT (${inRange})
             OR toUnixTimestamp64Milli(received_at) >= transform(
               toUnixTimestamp(toStartOfHour(spans.start_time)), {hours:Array(UInt32)}, {before:Array(Int64)}, 0)))
     SETTINGS optimize_use_projections = 0`,
    {
      ...keeps.params,
      run,
      project_id: projectId,
      from_s: range.fromMs / 1000,
      to_s: range.toMs / 1000,
      end_s: range.endMs / 1000,
      hours: range.hours.map(({ hourMs }) => hourMs / 1000),
      before: range.hours.map(({ receivedBeforeMs }) => Math.floor(receivedBeforeMs)),
    },
  );
}

async function countTraces(store: TelemetryStore, projectId: string, range: SamplingRange): Promise<number> {
  const [row] = await store.queryProject<{ traces: number }>(
    projectId,
    `SELECT uniqExact(trace_id) AS traces FROM spans
     WHERE project_id = {project_id:UUID}
       AND toStartOfFiveMinutes(start_time) >= toDateTime({from_s:UInt32}, 'UTC')
       AND toStartOfFiveMinutes(start_time) < toDateTime({to_s:UInt32}, 'UTC')`,
    { from_s: range.fromMs / 1000, to_s: range.toMs / 1000 },
    { settings: { optimize_use_projections: 0 } },
  );
  return row?.traces ?? 0;
}
