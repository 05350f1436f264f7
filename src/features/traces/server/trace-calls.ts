import type { Message, TokenUsage } from "#features/telemetry/telemetry-contract.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { messagesOf, presentSpan } from "./span-row.ts";
import { listSpans } from "./trace-detail-query.ts";
import type { TraceSummaryRow } from "./trace-summary-row.ts";

const MODEL_CALLS = new Set(["chat", "generate_content", "text_completion"]);

/** A span that carries chat messages. */
export interface MessageCall {
  trace_id: string;
  span_id: string;
  start_time: string;
  agent: string;
  model: string;
  usage: TokenUsage;
  input_messages: readonly Message[];
  output_messages: readonly Message[];
}

/**
 * The calls of models in a trace with their messages, by start; where no call has any, whatever spans do.
 * Reads at most `limit` spans.
 */
export async function readMessageCalls(
  store: TelemetryStore,
  projectId: string,
  trace: TraceSummaryRow,
  options: { limit: number; signal: AbortSignal },
): Promise<{ calls: MessageCall[]; truncated: boolean }> {
  const { limit, signal } = options;
  const rows = await listSpans(store, projectId, trace, { columns: "content", limit: limit + 1, signal });
  const all = rows.slice(0, limit).flatMap((row) => {
    const { trace_id, span_id, start_time, agent, model, usage, operation } = presentSpan(row);
    const messages = messagesOf(row as never);
    if (messages.input_messages.length + messages.output_messages.length === 0) return [];
    return [
      {
        isModel: MODEL_CALLS.has(operation),
        call: { trace_id, span_id, start_time, agent, model, usage, ...messages },
      },
    ];
  });
  const ofModels = all.filter((one) => one.isModel);
  return {
    calls: (ofModels.length > 0 ? ofModels : all).map((one) => one.call),
    truncated: rows.length > limit,
  };
}
