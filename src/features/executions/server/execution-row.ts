import type { Execution, ExecutionDetail, ExecutionStatus } from "../execution-contract.ts";
import type { TraceFigures } from "./trace-figures-query.ts";

/** A row of `executions`. */
export interface ReportedRow {
  project_id: string;
  id: string;
  agent_id: string | null;
  agent: string;
  name: string;
  status: ExecutionStatus;
  started_at: Date;
  ended_at: Date | null;
  input: unknown;
  output: unknown;
  error_type: string;
  error_message: string;
  /** bigint comes as text. */
  total_tokens: string | null;
  cost_usd: number | null;
  trace_id: string;
  session_id: string;
  user_id: string;
  environment: string;
  version: string;
  metadata: Record<string, unknown>;
  created_at: Date;
  updated_at: Date;
}

export type ExecutionTables = { executions: ReportedRow };

/** A run as its trace tells it: the outermost span of an agent. */
export interface TraceRun {
  id: string;
  start_us: string;
  end_us: string;
  agent: string;
  name: string;
  failed: number;
  error_type: string;
  error_message: string;
  session_id: string;
  user_id: string;
  environment: string;
  version: string;
}

/** Microseconds since 1970 as RFC 3339. */
export function timeOfMicros(us: string): string {
  const micros = BigInt(us);
  const text = new Date(Number(micros / 1000n)).toISOString();
  return `${text.slice(0, -1)}${String(micros % 1000n).padStart(3, "0")}Z`;
}

const timeOfDate = (date: Date) => timeOfMicros(`${date.getTime()}000`);

/** A reported run, with the figures of its trace where there is one. */
export function presentReported(row: ReportedRow, trace: TraceFigures | undefined): Execution {
  const hasError = row.error_type !== "" || row.error_message !== "";
  return {
    id: row.id,
    source: trace ? "both" : "reported",
    agent: row.agent,
    agent_id: row.agent_id,
    name: row.name,
    status: row.status,
    start_time: timeOfDate(row.started_at),
    end_time: row.ended_at ? timeOfDate(row.ended_at) : null,
    duration_ms: row.ended_at ? row.ended_at.getTime() - row.started_at.getTime() : null,
    error: hasError || row.status === "failed" ? { type: row.error_type, message: row.error_message } : null,
    trace_id: row.trace_id || null,
    session_id: row.session_id || (trace?.session_id ?? ""),
    user_id: row.user_id || (trace?.user_id ?? ""),
    environment: row.environment || (trace?.environment ?? ""),
    version: row.version,
    llm_call_count: trace?.llm_calls ?? null,
    tool_call_count: trace?.tool_calls ?? null,
    error_count: trace?.errors ?? null,
    total_tokens: row.total_tokens === null ? (trace?.tokens ?? null) : Number(row.total_tokens),
    cost_usd: row.cost_usd ?? trace?.cost ?? null,
  };
}

export function presentReportedDetail(row: ReportedRow, trace: TraceFigures | undefined): ExecutionDetail {
  return {
    ...presentReported(row, trace),
    input: row.input,
    output: row.output,
    metadata: row.metadata,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

/** A run that is known from its trace only. */
export function presentTraceRun(
  run: TraceRun,
  trace: TraceFigures | undefined,
  agentId: string | undefined,
): Execution {
  return {
    id: run.id,
    source: "trace",
    agent: run.agent,
    agent_id: agentId ?? null,
    name: run.name,
    status: run.failed ? "failed" : "succeeded",
    start_time: timeOfMicros(run.start_us),
    end_time: timeOfMicros(run.end_us),
    duration_ms: Number(BigInt(run.end_us) - BigInt(run.start_us)) / 1000,
    error: run.failed ? { type: run.error_type, message: run.error_message } : null,
    trace_id: run.id,
    session_id: run.session_id || (trace?.session_id ?? ""),
    user_id: run.user_id || (trace?.user_id ?? ""),
    environment: run.environment || (trace?.environment ?? ""),
    version: run.version,
    llm_call_count: trace?.llm_calls ?? 0,
    tool_call_count: trace?.tool_calls ?? 0,
    error_count: trace?.errors ?? run.failed,
    total_tokens: trace?.tokens ?? null,
    cost_usd: trace?.cost ?? null,
  };
}
