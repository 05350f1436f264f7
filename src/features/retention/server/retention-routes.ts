import type { FastifyRequest } from "fastify";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { abortSignalOf } from "#platform/http/abort-signal.ts";
import { principalOf, projectOf } from "#platform/http/access.ts";
import { projectQuerySchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import type { JobRunner } from "#platform/jobs/job-runner.ts";
import {
  type Retention,
  retentionInputSchema,
  retentionPreviewSchema,
  retentionSchema,
} from "../retention-contract.ts";
import type { RetentionStore } from "./retention-store.ts";
import { previewSampling } from "./sampling-preview-query.ts";
import { daysOf, SIGNAL_TABLES } from "./signals.ts";
import { countOlder, readStoredData, readTableSizes } from "./stored-data-query.ts";

const DAY_MS = 86_400_000;

/** How long a project keeps what, and what it has. */
export function registerRetentionRoutes(
  app: HttpServer,
  parts: { store: TelemetryStore; settings: RetentionStore; jobs: JobRunner },
): void {
  const { store, settings, jobs } = parts;

  app.get(
    "/api/v1/retention",
    {
      config: { access: "retention:read" },
      schema: {
        tags: ["retention"],
        summary: "How long the project keeps each signal, and what is stored of it",
        querystring: projectQuerySchema,
        response: { 200: retentionSchema },
      },
    },
    async (request, reply) => readRetention(store, settings, projectOf(request).id, abortSignalOf(reply)),
  );

  app.put(
    "/api/v1/retention",
    {
      config: { access: "retention:write" },
      schema: {
        tags: ["retention"],
        summary: "Change how long data is kept; what is past it is removed in the background",
        querystring: projectQuerySchema,
        body: retentionInputSchema,
        response: { 200: retentionSchema },
      },
    },
    async (request, reply) => {
      const projectId = projectOf(request).id;
      const { body } = request;
      const before = await settings.find(projectId);
      await settings.save(
        projectId,
        {
          days: { ...before?.days, ...body.days },
          sampling: body.sampling === undefined ? (before?.sampling ?? null) : body.sampling,
        },
        { userId: userIdOf(request), now: new Date() },
      );
      await jobs.send("retention.enforce", {}, { key: "enforce" });
      return readRetention(store, settings, projectId, abortSignalOf(reply));
    },
  );

  app.post(
    "/api/v1/retention/preview",
    {
      config: { access: "retention:read" },
      schema: {
        tags: ["retention"],
        summary: "What a change would remove; nothing is changed",
        querystring: projectQuerySchema,
        body: retentionInputSchema,
        response: { 200: retentionPreviewSchema },
      },
    },
    async (request, reply) => {
      const projectId = projectOf(request).id;
      const { body } = request;
      const signal = abortSignalOf(reply);
      const nowMs = Date.now();
      const wanted = SIGNAL_TABLES.filter(({ name }) => body.days?.[name] !== undefined);
      return {
        signals: await Promise.all(
          wanted.map(async ({ name, tables }) => ({
            signal: name,
            rows: await countOlder(store, projectId, tables[0]!, nowMs - body.days![name]! * DAY_MS),
          })),
        ),
        sampling: body.sampling
          ? await previewSampling(store, projectId, body.sampling, nowMs, signal)
          : null,
      };
    },
  );
}

function userIdOf(request: FastifyRequest): string | null {
  const principal = principalOf(request);
  return principal.kind === "user" ? principal.id : null;
}

async function readRetention(
  store: TelemetryStore,
  settings: RetentionStore,
  projectId: string,
  signal: AbortSignal,
): Promise<Retention> {
  const [row, tables] = await Promise.all([settings.find(projectId), readTableSizes(store)]);
  const days = daysOf(row?.days ?? {});
  return {
    signals: await Promise.all(
      SIGNAL_TABLES.filter((each) => tables.has(each.tables[0]!.name)).map(async (each) => {
        const stored = await readStoredData(store, projectId, each, tables, signal);
        return {
          signal: each.name,
          days: days[each.name],
          rows: stored.rows,
          bytes: stored.bytes,
          oldest: stored.oldestMs === undefined ? null : new Date(stored.oldestMs).toISOString(),
          rows_per_day: stored.rowsLastWeek / 7,
        };
      }),
    ),
    sampling: row?.sampling ?? null,
    updated_at: row?.updated_at.toISOString() ?? null,
  };
}
