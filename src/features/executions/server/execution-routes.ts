import { z } from "zod";
import type { AgentRegistry } from "#features/agents/server/index.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { EventBus } from "#platform/events/event-bus.ts";
import { abortSignalOf } from "#platform/http/abort-signal.ts";
import { projectOf } from "#platform/http/access.ts";
import { decodeCursor, encodeCursor } from "#platform/http/cursor.ts";
import { problemSchema, projectQuerySchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { parseTime, parseTimeRange } from "#platform/http/time-input.ts";
import {
  executionAnswerSchema,
  executionDetailSchema,
  executionInputSchema,
  executionListQuerySchema,
  executionListSchema,
  executionPatchSchema,
} from "../execution-contract.ts";
import { findExecution } from "./execution-detail.ts";
import "./execution-events.ts";
import { type ExecutionSources, executionCursorSchema, listExecutions } from "./execution-list.ts";
import { presentReportedDetail, type ReportedRow } from "./execution-row.ts";

const paramsSchema = z.object({ id: z.string().min(1).max(200) });

/** How old an end may be to count for the agent's error rate. */
const RECENT_MS = 5 * 60_000;

/** Reporting runs and reading them, with those that traces tell of. */
export function registerExecutionRoutes(
  app: HttpServer,
  sources: ExecutionSources,
  parts: { registry: AgentRegistry; events: EventBus },
): void {
  const { registry, events } = parts;
  const { store } = sources;
  const answer = (row: ReportedRow) => {
    const directive = row.agent_id
      ? registry.directiveOf({ project_id: row.project_id, id: row.agent_id, name: row.agent })
      : { action: "continue" as const, reason: null };
    return {
      ...presentReportedDetail(row, undefined),
      directive: directive.action,
      reason: directive.reason,
    };
  };

  app.get(
    "/api/v1/executions",
    {
      config: { access: "executions:read", shared: true },
      schema: {
        tags: ["executions"],
        summary: "List runs of agents, newest first",
        description:
          "Runs that agents reported and runs read from traces are one list. A reported run with a trace_id stands for that " +
          "trace; filters on its cost and errors look at what was reported.",
        querystring: executionListQuerySchema,
        response: { 200: executionListSchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const { limit, cursor, from, to, project: _, ...filter } = request.query;
      const { data, next } = await listExecutions(sources, projectOf(request).id, {
        filter,
        range: parseTimeRange({ from, to }, Date.now()),
        limit,
        after: cursor === undefined ? undefined : decodeCursor(cursor, executionCursorSchema),
        signal: abortSignalOf(reply),
      });
      return { data, next_cursor: next ? encodeCursor(next) : null };
    },
  );

  app.post(
    "/api/v1/executions",
    {
      config: { access: "telemetry:write", rateLimit: false },
      schema: {
        tags: ["executions"],
        summary: "Report that a run began, or a whole run at once",
        description:
          "With an id of your own a request may be sent again: 200 and the run as it is, nothing changes.",
        querystring: projectQuerySchema,
        body: executionInputSchema,
        response: { 200: executionAnswerSchema, 201: executionAnswerSchema, 404: problemSchema },
      },
    },
    async (request, reply) => {
      const projectId = projectOf(request).id;
      const { agent: ref, started_at, ended_at, ...input } = request.body;
      const times = {
        nowMs: Date.now(),
        startedMs: timeOf(started_at, "started_at"),
        endedMs: timeOf(ended_at, "ended_at"),
      };
      const known = input.id === undefined ? undefined : await store.find(projectId, input.id);
      if (known) return reply.code(200).send(answer(known));
      const agent = await registry.appear(projectId, ref, "execution", {
        version: input.version,
        environment: input.environment,
      });
      const row = await store.create(projectId, agent, input, times);
      // Another request with the same id came first.
      if (!row) return reply.code(200).send(answer((await store.find(projectId, input.id!))!));
      noteEnd(row, undefined, times.nowMs);
      events.emit("execution_changed", { projectId, id: row.id });
      return reply.code(201).send(answer(row));
    },
  );

  app.get(
    "/api/v1/executions/:id",
    {
      config: { access: "executions:read" },
      schema: {
        tags: ["executions"],
        summary: "One run, by its id or its trace's",
        params: paramsSchema,
        querystring: projectQuerySchema,
        response: { 200: executionDetailSchema, 404: problemSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const found = await findExecution(sources, projectOf(request).id, id, abortSignalOf(reply));
      if (found) return found;
      throw executionNotFound(id);
    },
  );

  app.patch(
    "/api/v1/executions/:id",
    {
      config: { access: "telemetry:write", rateLimit: false },
      schema: {
        tags: ["executions"],
        summary: "Report progress or the end of a run",
        description:
          "Only runs that were reported can be changed. The last write wins; metadata is added to.",
        params: paramsSchema,
        querystring: projectQuerySchema,
        body: executionPatchSchema,
        response: { 200: executionAnswerSchema, 404: problemSchema },
      },
    },
    async (request) => {
      const projectId = projectOf(request).id;
      const { ended_at, ...patch } = request.body;
      const nowMs = Date.now();
      const times = { nowMs, endedMs: timeOf(ended_at, "ended_at") };
      const row = await store.update(projectId, request.params.id, patch, times);
      if (!row) throw executionNotFound(request.params.id);
      noteEnd(row, row.before, nowMs);
      events.emit("execution_changed", { projectId, id: row.id });
      return answer(row);
    },
  );

  /** The agent lives, and a run that has just ended counts for its error rate. */
  function noteEnd(row: ReportedRow, before: ReportedRow["status"] | undefined, nowMs: number): void {
    if (!row.agent_id) return;
    const atMs = Math.min(nowMs, row.ended_at?.getTime() ?? nowMs);
    // A run that is told of long after it ended says nothing about how the agent is now.
    const hasEnded =
      row.status !== "running" && (before === undefined || before === "running") && nowMs - atMs < RECENT_MS;
    registry.noteWork(row.agent_id, atMs, hasEnded ? 1 : 0, hasEnded && row.status === "failed" ? 1 : 0);
  }
}

const timeOf = (input: string | number | undefined, field: string) =>
  input === undefined ? undefined : parseTime(input, field);

const executionNotFound = (id: string) =>
  new FlightdeckError(
    `There is no run "${id.slice(0, 200)}" in this project. It may not have been reported, or its retention has ended.`,
    { code: "execution_not_found", status: 404 },
  );
