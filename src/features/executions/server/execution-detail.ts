import type { ExecutionDetail } from "../execution-contract.ts";
import type { ExecutionSources } from "./execution-list.ts";
import { presentReportedDetail, presentTraceRun } from "./execution-row.ts";
import { readTraceFigures } from "./trace-figures-query.ts";
import { findTraceRun } from "./trace-runs-query.ts";

const TRACE_ID = /^[0-9a-f]{32}$/i;

/** A run by its id, or by the id of its trace: reported and traced are one where the report names the trace. */
export async function findExecution(
  { store, telemetry, agentIds }: ExecutionSources,
  projectId: string,
  id: string,
  signal: AbortSignal,
): Promise<ExecutionDetail | undefined> {
  const isTrace = TRACE_ID.test(id);
  const row =
    (await store.find(projectId, id)) ??
    (isTrace ? await store.findByTrace(projectId, id.toLowerCase()) : undefined);
  if (row) {
    const bounds = {
      id: row.trace_id,
      fromMs: row.started_at.getTime(),
      toMs: (row.ended_at ?? new Date()).getTime(),
    };
    const figures = await readTraceFigures(telemetry, projectId, row.trace_id ? [bounds] : [], signal);
    return presentReportedDetail(row, figures.get(row.trace_id));
  }
  if (!isTrace) return undefined;
  const found = await findTraceRun(telemetry, projectId, id.toLowerCase(), signal);
  if (!found) return undefined;
  const ids = await agentIds(projectId, [found.run.agent]);
  return {
    ...presentTraceRun(found.run, found.figures, ids.get(found.run.agent)),
    input: null,
    output: null,
    metadata: {},
    created_at: null,
    updated_at: null,
  };
}
