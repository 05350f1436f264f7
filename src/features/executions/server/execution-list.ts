import { z } from "zod";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { Execution } from "../execution-contract.ts";
import { presentReported, presentTraceRun } from "./execution-row.ts";
import type { ExecutionStore } from "./execution-store.ts";
import type { TimeWindow } from "./execution-windows.ts";
import type { ReportedRunReader } from "./reported-list-query.ts";
import { readTraceFigures } from "./trace-figures-query.ts";
import { listTraceRuns, type RunCursor, type RunFilter } from "./trace-runs-query.ts";

/** Where a page ends, as a cursor holds it. */
export const executionCursorSchema = z.object({
  us: z.string().regex(/^\d{1,17}$/),
  id: z.string().regex(/^[\x21-\x7e]{1,200}$/),
});

/** What the list of executions is read from. */
export interface ExecutionSources {
  store: ExecutionStore;
  reported: ReportedRunReader;
  telemetry: TelemetryStore;
  /** Our ids of agents by their names. */
  agentIds: (projectId: string, names: readonly string[]) => Promise<Map<string, string>>;
}

interface Placed {
  us: string;
  execution: Execution;
}

/** A page of executions, reported ones and those of traces as one list, newest first; and where the next one starts. */
export async function listExecutions(
  sources: ExecutionSources,
  projectId: string,
  options: {
    filter: RunFilter;
    range: TimeWindow;
    limit: number;
    after: RunCursor | undefined;
    signal: AbortSignal;
  },
): Promise<{ data: Execution[]; next: RunCursor | null }> {
  const { filter, limit } = options;
  const page = { ...options, limit: limit + 1 };
  const [reported, derived] = await Promise.all([
    filter.source === "trace" ? [] : placeReported(sources, projectId, page),
    filter.source === "reported" ? [] : placeTraceRuns(sources, projectId, page),
  ]);
  const merged = [...reported, ...derived].sort(newestFirst);
  const data = merged.slice(0, limit);
  const last = data.at(-1);
  return {
    data: data.map(({ execution }) => execution),
    next: merged.length > limit && last ? { us: last.us, id: last.execution.id } : null,
  };
}

/** The order both stores sort by: start, then id byte by byte. */
function newestFirst(a: Placed, b: Placed): number {
  const [first, second] = [BigInt(a.us), BigInt(b.us)];
  if (first !== second) return first > second ? -1 : 1;
  return a.execution.id > b.execution.id ? -1 : 1;
}

type PageOptions = Parameters<typeof listExecutions>[2];

async function placeReported(
  { reported, telemetry }: ExecutionSources,
  projectId: string,
  options: PageOptions,
): Promise<Placed[]> {
  const rows = await reported.list(projectId, options);
  const traced = rows.filter((row) => row.trace_id !== "");
  const figures = await readTraceFigures(
    telemetry,
    projectId,
    traced.map((row) => ({
      id: row.trace_id,
      fromMs: row.started_at.getTime(),
      toMs: (row.ended_at ?? new Date()).getTime(),
    })),
    options.signal,
  );
  return rows.map((row) => ({
    us: row.start_us,
    execution: presentReported(row, figures.get(row.trace_id)),
  }));
}

async function placeTraceRuns(
  { store, telemetry, agentIds }: ExecutionSources,
  projectId: string,
  options: PageOptions,
): Promise<Placed[]> {
  const found = await listTraceRuns(telemetry, projectId, {
    ...options,
    // A run that was reported with its trace is listed as reported.
    keep: async (runs) => {
      const claimed = await store.claimedTraces(
        projectId,
        runs.map(({ id }) => id),
      );
      return runs.filter(({ id }) => !claimed.has(id));
    },
  });
  const ids = await agentIds(projectId, [...new Set(found.map(({ run }) => run.agent))]);
  return found.map(({ run, figures }) => ({
    us: run.start_us,
    execution: presentTraceRun(run, figures, ids.get(run.agent)),
  }));
}
