import { z } from "zod";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { abortSignalOf } from "#platform/http/abort-signal.ts";
import { projectOf } from "#platform/http/access.ts";
import { decodeCursor, encodeCursor } from "#platform/http/cursor.ts";
import { pageQuerySchema, problemSchema, projectQuerySchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { parseTimeRange } from "#platform/http/time-input.ts";
import {
  agentConfigHistorySchema,
  agentConfigSchema,
  agentUsageSchema,
  agentVersionsSchema,
  heartbeatAnswerSchema,
  heartbeatInputSchema,
} from "../agent-contract.ts";
import {
  agentEventListQuerySchema,
  agentEventListSchema,
  agentMetricsQuerySchema,
  agentMetricsSchema,
} from "../agent-event-contract.ts";
import type { AgentHistoryReader } from "./agent-history-query.ts";
import type { AgentRegistry } from "./agent-registry.ts";
import { agentParamsSchema } from "./agent-routes.ts";
import { readUsage } from "./agent-usage-query.ts";
import { readVersionFigures } from "./agent-versions-query.ts";
import { readAgentMetrics } from "./events/agent-metrics-query.ts";
import { eventCursorOf, eventCursorSchema, listEvents } from "./events/event-list-query.ts";
import type { HeartbeatSamples } from "./heartbeat-samples.ts";

const configCursorSchema = z.object({ version: z.number().int() });
const rangeQuerySchema = agentMetricsQuerySchema.omit({ step: true });

/** What an agent says and asks itself: heartbeats and its configuration. */
export function registerAgentReportingRoutes(
  app: HttpServer,
  parts: {
    registry: AgentRegistry;
    history: AgentHistoryReader;
    store: TelemetryStore;
    samples: HeartbeatSamples;
  },
): void {
  const { registry, history, store, samples } = parts;

  app.post(
    "/api/v1/agents/:id/heartbeat",
    {
      config: { access: "telemetry:write", rateLimit: false },
      schema: {
        tags: ["agents"],
        summary: "Say that an agent lives, and learn whether it should go on",
        description:
          "An agent that is not known yet appears under the name in the path. A change of status, version, host or environment is " +
          "durable before the answer; the time alone is written within 200 ms. Stop when `directive` says `stop`.",
        params: agentParamsSchema,
        querystring: projectQuerySchema,
        body: heartbeatInputSchema,
        response: { 200: heartbeatAnswerSchema, 404: problemSchema, 409: problemSchema },
      },
    },
    async (request) => {
      const nowMs = Date.now();
      const { body } = request;
      const projectId = projectOf(request).id;
      const { agent, answer } = await registry.heartbeat(projectId, request.params.id, body, nowMs);
      if (body.metrics) samples.take({ ...agent, host: body.host || agent.host }, body.metrics, nowMs);
      return answer;
    },
  );

  app.get(
    "/api/v1/agents/:id/config",
    {
      // Agents read it with the key they send with.
      config: { access: "telemetry:write", rateLimit: false },
      schema: {
        tags: ["agents"],
        summary: "The configuration an agent should run with",
        params: agentParamsSchema,
        querystring: projectQuerySchema,
        response: { 200: agentConfigSchema, 404: problemSchema },
      },
    },
    async (request) => {
      const projectId = projectOf(request).id;
      const agent = await registry.require(projectId, request.params.id);
      const [newest] = await history.configurations(projectId, agent.id, 1);
      return {
        agent_id: agent.id,
        config_version: agent.config_version,
        configuration: agent.configuration,
        updated_at: (newest?.created_at ?? agent.first_seen_at).toISOString(),
      };
    },
  );

  app.get(
    "/api/v1/agents/:id/config/history",
    {
      config: { access: "agents:read" },
      schema: {
        tags: ["agents"],
        summary: "Every configuration an agent was given, newest first",
        params: agentParamsSchema,
        querystring: projectQuerySchema.extend(pageQuerySchema.shape),
        response: { 200: agentConfigHistorySchema, 404: problemSchema },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const projectId = projectOf(request).id;
      const agent = await registry.require(projectId, request.params.id);
      const before = cursor === undefined ? undefined : decodeCursor(cursor, configCursorSchema).version;
      const rows = await history.configurations(projectId, agent.id, limit + 1, before);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        data: page.map((row) => ({ ...row, created_at: row.created_at.toISOString() })),
        next_cursor: rows.length > limit && last ? encodeCursor({ version: last.config_version }) : null,
      };
    },
  );

  app.get(
    "/api/v1/agents/:id/versions",
    {
      config: { access: "agents:read" },
      schema: {
        tags: ["agents"],
        summary: "The versions an agent ran as, with the figures of each in a time range",
        params: agentParamsSchema,
        querystring: rangeQuerySchema,
        response: { 200: agentVersionsSchema, 404: problemSchema },
      },
    },
    async (request, reply) => {
      const projectId = projectOf(request).id;
      const agent = await registry.require(projectId, request.params.id);
      const range = parseTimeRange(request.query, Date.now());
      const [versions, figures] = await Promise.all([
        history.versions(projectId, agent.id),
        readVersionFigures(store, agent, range, abortSignalOf(reply)),
      ]);
      return {
        data: versions.map((row) => ({
          ...NO_FIGURES,
          ...figures.get(row.version),
          version: row.version,
          first_seen_at: row.first_seen_at.toISOString(),
          last_seen_at: (row.version === row.current
            ? row.agent_last_seen_at
            : row.last_seen_at
          ).toISOString(),
        })),
      };
    },
  );

  app.get(
    "/api/v1/agents/:id/usage",
    {
      config: { access: "agents:read" },
      schema: {
        tags: ["agents"],
        summary: "The models and tools an agent used, and how it failed",
        params: agentParamsSchema,
        querystring: rangeQuerySchema,
        response: { 200: agentUsageSchema, 404: problemSchema },
      },
    },
    async (request, reply) => {
      const agent = await registry.require(projectOf(request).id, request.params.id);
      return readUsage(store, agent, parseTimeRange(request.query, Date.now()), abortSignalOf(reply));
    },
  );

  app.get(
    "/api/v1/agents/:id/events",
    {
      config: { access: "agents:read" },
      schema: {
        tags: ["agents"],
        summary: "List what an agent reported, newest first",
        params: agentParamsSchema,
        querystring: agentEventListQuerySchema,
        response: { 200: agentEventListSchema, 404: problemSchema },
      },
    },
    async (request, reply) => {
      const { limit, cursor, from, to, ...filter } = request.query;
      const projectId = projectOf(request).id;
      const agent = await registry.require(projectId, request.params.id);
      const rows = await listEvents(store, projectId, agent.id, {
        filter,
        range: parseTimeRange({ from, to }, Date.now()),
        limit: limit + 1,
        after: cursor === undefined ? undefined : decodeCursor(cursor, eventCursorSchema),
        signal: abortSignalOf(reply),
      });
      const data = rows.slice(0, limit);
      const last = data.at(-1);
      return { data, next_cursor: rows.length > limit && last ? encodeCursor(eventCursorOf(last)) : null };
    },
  );

  app.get(
    "/api/v1/agents/:id/metrics",
    {
      config: { access: "agents:read" },
      schema: {
        tags: ["agents"],
        summary: "An agent's figures per minute, hour or day",
        params: agentParamsSchema,
        querystring: agentMetricsQuerySchema,
        response: { 200: agentMetricsSchema, 404: problemSchema },
      },
    },
    async (request, reply) => {
      const { step } = request.query;
      const agent = await registry.require(projectOf(request).id, request.params.id);
      const range = parseTimeRange(request.query, Date.now());
      const data = await readAgentMetrics(store, agent, { range, step, signal: abortSignalOf(reply) });
      return { agent_id: agent.id, step, data };
    },
  );
}

const NO_FIGURES = {
  executions: 0,
  errors: 0,
  latency_p50_ms: null,
  latency_p95_ms: null,
  total_tokens: 0,
  cost_usd: 0,
};
