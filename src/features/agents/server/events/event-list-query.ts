import { z } from "zod";
import type { QueryParams, TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import {
  type AgentEvent,
  type AgentEventListQuery,
  EVENT_TYPES,
  type EventType,
} from "../../agent-event-contract.ts";

/** Where a page ends: time and id of its last event. */
export const eventCursorSchema = z.object({ ms: z.number().int().min(0).max(4e12), id: z.string().max(200) });
export type EventCursor = z.infer<typeof eventCursorSchema>;

interface EventRow {
  id: string;
  ms: number;
  type: EventType;
  content: string;
  metadata: string;
  error_type: string;
  error_details: string;
  response_time_ms: number | null;
  token_count: number;
  model: string;
  cost_usd: number | null;
  feedback_score: number | null;
  user_feedback: string;
  user_id: string;
  session_id: string;
  trace_id: string;
}

/** An agent's events, newest first. */
export async function listEvents(
  store: TelemetryStore,
  projectId: string,
  agentId: string,
  options: {
    filter: Pick<AgentEventListQuery, "type" | "user_id" | "session_id" | "q">;
    range: { fromMs: number; toMs: number };
    limit: number;
    after: EventCursor | undefined;
    signal: AbortSignal;
  },
): Promise<AgentEvent[]> {
  const { filter, range, after } = options;
  const conditions = [
    "project_id = {project_id:UUID}",
    "agent_id = {agent_id:UUID}",
    "time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')",
    "time < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')",
  ];
  const params: QueryParams = {
    agent_id: agentId,
    from_ms: Math.floor(range.fromMs),
    to_ms: Math.ceil(range.toMs),
    limit: options.limit,
  };
  const add = (condition: string, name: string, value: unknown) => {
    conditions.push(condition);
    params[name] = value;
  };
  if (filter.type !== undefined) {
    const types = [filter.type].flat().filter((type) => (EVENT_TYPES as readonly string[]).includes(type));
    add("type IN {types:Array(String)}", "types", types);
  }
  if (filter.user_id) add("user_id = {user:String}", "user", filter.user_id);
  if (filter.session_id) add("session_id = {session:String}", "session", filter.session_id);
  const text = filter.q?.trim();
  if (text) {
    add(
      "(positionCaseInsensitiveUTF8(content, {text:String}) > 0 OR positionCaseInsensitiveUTF8(error_details, {text:String}) > 0)",
      "text",
      text,
    );
  }
  if (after) {
    add(
      "(time, event_id) < (fromUnixTimestamp64Milli({after_ms:Int64}, 'UTC'), {after_id:String})",
      "after_id",
      after.id,
    );
    params.after_ms = after.ms;
  }
  const rows = await store.queryProject<EventRow>(
    projectId,
    `SELECT event_id AS id, toUnixTimestamp64Milli(time) AS ms, type, content, metadata, error_type, error_details,
       response_time_ms, token_count, model, cost_usd, feedback_score, user_feedback, user_id, session_id, trace_id
     FROM agent_events
     WHERE ${conditions.join("\n       AND ")}
     ORDER BY project_id DESC, agent_id DESC, time DESC, event_id DESC
     LIMIT {limit:UInt32}`,
    params,
    { signal: options.signal },
  );
  return rows.map((row) => presentEvent(agentId, row));
}

/** Where a page that ends with this event ends. */
export function eventCursorOf(event: AgentEvent): EventCursor {
  return { ms: Date.parse(event.timestamp), id: event.id };
}

function presentEvent(agentId: string, row: EventRow): AgentEvent {
  const { ms, model, metadata, error_details, user_feedback, ...plain } = row;
  return {
    ...plain,
    agent_id: agentId,
    timestamp: new Date(ms).toISOString(),
    metadata: metadata === "" ? {} : JSON.parse(metadata),
    error_details: error_details === "" ? null : JSON.parse(error_details),
    user_feedback: user_feedback === "" ? null : JSON.parse(user_feedback),
    model_used: model,
  };
}
