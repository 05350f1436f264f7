import { z } from "zod";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { abortSignalOf } from "#platform/http/abort-signal.ts";
import { principalOf, projectOf } from "#platform/http/access.ts";
import { decodeCursor, encodeCursor } from "#platform/http/cursor.ts";
import { problemSchema, projectQuerySchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { parseTimeRange } from "#platform/http/time-input.ts";
import {
  agentDetailSchema,
  agentInputSchema,
  agentListQuerySchema,
  agentListSchema,
  agentPatchSchema,
} from "../agent-contract.ts";
import { type ReadReportedRuns, readActivity } from "./agent-activity-query.ts";
import { type AgentListReader, agentCursorSchema } from "./agent-list-query.ts";
import type { AgentRegistry } from "./agent-registry.ts";
import { type AgentRow, presentAgent } from "./agent-row.ts";
import { deleteEvents } from "./events/event-store.ts";

/** Our id, the agent's own id, or its name. */
export const agentParamsSchema = z.object({ id: z.string().min(1).max(200) });

/** Listing, registering, changing and removing agents. */
export function registerAgentRoutes(
  app: HttpServer,
  parts: {
    registry: AgentRegistry;
    list: AgentListReader;
    store: TelemetryStore;
    reportedRuns: ReadReportedRuns;
  },
): void {
  const { registry, list, store } = parts;
  const presentDetail = (row: AgentRow) => ({
    ...presentAgent(row),
    configuration: row.configuration,
    directive: registry.directiveOf(row),
  });

  app.get(
    "/api/v1/agents",
    {
      config: { access: "agents:read", shared: true },
      schema: {
        tags: ["agents"],
        summary: "List agents, with counts by status and, where asked for, what each did lately",
        querystring: agentListQuerySchema,
        response: { 200: agentListSchema },
      },
    },
    async (request, reply) => {
      const { limit, cursor, sort, include, from, to, ...filter } = request.query;
      const projectId = projectOf(request).id;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, agentCursorSchema);
      const [rows, counts, facets] = await Promise.all([
        list.page(projectId, { filter, sort, limit: limit + 1, after }),
        list.counts(projectId, filter),
        list.facets(projectId),
      ]);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const activity =
        include === "activity"
          ? await readActivity(
              parts,
              projectId,
              page,
              parseTimeRange({ from, to }, Date.now()),
              abortSignalOf(reply),
            )
          : undefined;
      return {
        data: page.map((row) => ({
          ...presentAgent(row),
          ...(activity ? { activity: activity.get(row.id) } : {}),
        })),
        next_cursor: rows.length > limit && last ? encodeCursor({ key: last.sort_key, id: last.id }) : null,
        counts,
        facets,
      };
    },
  );

  app.post(
    "/api/v1/agents",
    {
      config: { access: "telemetry:write" },
      schema: {
        tags: ["agents"],
        summary: "Register an agent, or renew the description of one that is known",
        description:
          "200 when an agent with this name or id was known: its description is renewed, its configuration kept.",
        querystring: projectQuerySchema,
        body: agentInputSchema,
        response: { 200: agentDetailSchema, 201: agentDetailSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      const { row, created } = await registry.register(
        projectOf(request).id,
        request.body,
        principalOf(request).label,
      );
      return reply.code(created ? 201 : 200).send(presentDetail(row));
    },
  );

  app.get(
    "/api/v1/agents/:id",
    {
      config: { access: "agents:read" },
      schema: {
        tags: ["agents"],
        summary: "One agent by our id, its own id or its name",
        params: agentParamsSchema,
        querystring: projectQuerySchema,
        response: { 200: agentDetailSchema, 404: problemSchema },
      },
    },
    async (request) => presentDetail(await registry.require(projectOf(request).id, request.params.id)),
  );

  app.patch(
    "/api/v1/agents/:id",
    {
      config: { access: "agents:write" },
      schema: {
        tags: ["agents"],
        summary: "Change an agent's description or configuration, or take its deletion back",
        params: agentParamsSchema,
        querystring: projectQuerySchema,
        body: agentPatchSchema,
        response: { 200: agentDetailSchema, 404: problemSchema, 409: problemSchema },
      },
    },
    async (request) =>
      presentDetail(
        await registry.change(
          projectOf(request).id,
          request.params.id,
          request.body,
          principalOf(request).label,
        ),
      ),
  );

  app.delete(
    "/api/v1/agents/:id",
    {
      config: { access: "agents:write" },
      schema: {
        tags: ["agents"],
        summary: "Archive an agent; with purge=true remove it with its events for good",
        description:
          "An archived agent is listed no more and comes back by PATCH {archived: false} or a new registration. Traces are " +
          "not touched by either.",
        params: agentParamsSchema,
        querystring: projectQuerySchema.extend({ purge: z.enum(["true", "false"]).default("false") }),
        response: { 204: z.null(), 404: problemSchema },
      },
    },
    async (request, reply) => {
      const projectId = projectOf(request).id;
      const { id } = request.params;
      if (request.query.purge === "true") {
        const agent = await registry.require(projectId, id);
        // Events first: when this fails half-way, the agent is still there to be purged again.
        await deleteEvents(store, projectId, agent.id);
        await registry.purge(projectId, agent.id);
      } else {
        await registry.change(projectId, id, { archived: true }, principalOf(request).label);
      }
      return reply.code(204).send(null);
    },
  );
}
