import { z } from "zod";
import {
  findTrace,
  type MessageCall,
  presentSummary,
  readMessageCalls,
  type TraceSummaryRow,
} from "#features/traces/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { abortSignalOf } from "#platform/http/abort-signal.ts";
import { projectOf } from "#platform/http/access.ts";
import { decodeCursor, encodeCursor } from "#platform/http/cursor.ts";
import { problemSchema, projectQuerySchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { parseTimeRange } from "#platform/http/time-input.ts";
import {
  firstInputsQuerySchema,
  firstInputsSchema,
  sessionDetailSchema,
  sessionListQuerySchema,
  sessionListSchema,
  sessionQuerySchema,
  type Thread,
  traceThreadSchema,
} from "../session-contract.ts";
import { activityCursorOf, activityCursorSchema, listActivity } from "./activity-query.ts";
import { firstUserText } from "./first-input.ts";
import { listKeyTraces } from "./key-traces-query.ts";
import { presentSession, sumSession } from "./session-presenter.ts";
import { foldThread } from "./thread.ts";

/** Most traces of a session that are listed, and whose messages are read for its thread. */
const MAX_TRACES = 500;
const MAX_THREAD_TRACES = 100;
/** Most spans of a trace whose messages are read, and most calls of a thread. */
const MAX_SPANS = 1000;
const MAX_CALLS = 1000;
/** The first input is sought among this many first spans. */
const FIRST_SPANS = 8;
/** Reads at the same time; the store has a handful of sessions for everybody. */
const PARALLEL = 3;

/** Sessions, one session, and the thread of a session or a trace. */
export function registerSessionRoutes(app: HttpServer, store: TelemetryStore): void {
  app.get(
    "/api/v1/sessions",
    {
      config: { access: "sessions:read", shared: true },
      schema: {
        tags: ["traces"],
        summary: "List sessions, those with the newest activity first",
        querystring: sessionListQuerySchema,
        response: { 200: sessionListSchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const { limit, cursor, from, to, q, ...filter } = request.query;
      const rows = await listActivity(store, projectOf(request).id, {
        key: "session_id",
        filter,
        search: q,
        range: parseTimeRange({ from, to }, Date.now()),
        limit: limit + 1,
        after: cursor === undefined ? undefined : decodeCursor(cursor, activityCursorSchema),
        signal: abortSignalOf(reply),
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        data: page.map(presentSession),
        next_cursor: rows.length > limit && last ? encodeCursor(activityCursorOf(last)) : null,
      };
    },
  );

  app.get(
    "/api/v1/sessions/first-inputs",
    {
      config: { access: "sessions:read" },
      schema: {
        tags: ["traces"],
        summary: "What users said first in these traces",
        querystring: firstInputsQuerySchema,
        response: { 200: firstInputsSchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const signal = abortSignalOf(reply);
      const projectId = projectOf(request).id;
      const found = await inTurns([request.query.trace_id].flat(), async (traceId) => {
        const trace = await findTrace(store, projectId, traceId, signal);
        if (!trace) return [];
        const { calls } = await readMessageCalls(store, projectId, trace, { limit: FIRST_SPANS, signal });
        const text = firstUserText(calls);
        return text === null ? [] : [{ trace_id: traceId, text }];
      });
      return { data: found.flat() };
    },
  );

  app.get(
    "/api/v1/sessions/:id",
    {
      config: { access: "sessions:read" },
      schema: {
        tags: ["traces"],
        summary: "One session: its figures, its traces in order, and its conversation",
        params: z.object({ id: z.string().min(1).max(500) }),
        querystring: sessionQuerySchema,
        response: { 200: sessionDetailSchema, 404: problemSchema },
      },
    },
    async (request, reply) => {
      const signal = abortSignalOf(reply);
      const projectId = projectOf(request).id;
      const rows = await listKeyTraces(store, projectId, {
        key: "session_id",
        value: request.params.id,
        limit: MAX_TRACES + 1,
        signal,
      });
      if (rows.length === 0) {
        throw new FlightdeckError(
          "There is no such session in this project. It may not have arrived yet, or its retention has ended.",
          { code: "session_not_found", status: 404 },
        );
      }
      const inOrder = rows.slice(0, MAX_TRACES).reverse();
      const traces = inOrder.map(presentSummary);
      const withThread = request.query.include === "thread";
      return {
        session: sumSession(request.params.id, traces),
        traces,
        truncated: rows.length > MAX_TRACES,
        thread: withThread ? await readThread(store, projectId, inOrder, signal) : null,
      };
    },
  );

  app.get(
    "/api/v1/traces/:traceId/thread",
    {
      config: { access: "sessions:read" },
      schema: {
        tags: ["traces"],
        summary: "The conversation of a trace: each message once",
        params: z.object({
          traceId: z
            .string()
            .regex(/^[0-9a-fA-F]{32}$/, "must be 32 hex digits")
            .transform((id) => id.toLowerCase()),
        }),
        querystring: projectQuerySchema,
        response: { 200: traceThreadSchema, 404: problemSchema },
      },
    },
    async (request, reply) => {
      const signal = abortSignalOf(reply);
      const projectId = projectOf(request).id;
      const trace = await findTrace(store, projectId, request.params.traceId, signal);
      if (!trace) {
        throw new FlightdeckError(
          "There is no such trace in this project. It may not have arrived yet, or its retention has ended.",
          { code: "trace_not_found", status: 404 },
        );
      }
      return readThread(store, projectId, [trace], signal);
    },
  );
}

/** The conversation of traces that follow one another. */
async function readThread(
  store: TelemetryStore,
  projectId: string,
  traces: readonly TraceSummaryRow[],
  signal: AbortSignal,
): Promise<Thread> {
  const read = await inTurns(traces.slice(0, MAX_THREAD_TRACES), (trace) =>
    readMessageCalls(store, projectId, trace, { limit: MAX_SPANS, signal }),
  );
  const calls: MessageCall[] = read.flatMap((one) => one.calls);
  const truncated =
    traces.length > MAX_THREAD_TRACES || calls.length > MAX_CALLS || read.some((one) => one.truncated);
  return foldThread(calls.slice(0, MAX_CALLS), truncated);
}

/** Results in the order of the items, a few at a time. */
async function inTurns<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += PARALLEL) {
    results.push(...(await Promise.all(items.slice(at, at + PARALLEL).map(act))));
  }
  return results;
}
