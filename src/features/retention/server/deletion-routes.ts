import { z } from "zod";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { principalOf, projectOf } from "#platform/http/access.ts";
import { decodeCursor, encodeCursor } from "#platform/http/cursor.ts";
import { pageQuerySchema, problemSchema, projectQuerySchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import type { JobRunner } from "#platform/jobs/job-runner.ts";
import {
  type Deletion,
  type DeletionInput,
  deletionAnswerSchema,
  deletionInputSchema,
  deletionListSchema,
} from "../retention-contract.ts";
import type { DeletionRow, DeletionStore } from "./deletion-store.ts";

const cursorSchema = z.object({ id: z.uuid() });
const TRACE_ID = /^[0-9a-f]{32}$/i;

/** Asking for deletions, following them, and taking them back while there is time. */
export function registerDeletionRoutes(app: HttpServer, deletions: DeletionStore, jobs: JobRunner): void {
  app.post(
    "/api/v1/deletions",
    {
      config: { access: "deletions:write" },
      schema: {
        tags: ["retention"],
        summary: "Delete all that is stored of a trace, a session, a user, or the project's telemetry",
        description:
          "Removes rows physically, from every table, when the grace period is over. Until then it can be cancelled. " +
          "Telemetry that agents send again afterwards counts as new.",
        querystring: projectQuerySchema,
        body: deletionInputSchema,
        response: { 202: deletionAnswerSchema, 422: problemSchema },
      },
    },
    async (request, reply) => {
      const project = projectOf(request);
      const principal = principalOf(request);
      const { kind, target, grace_seconds } = checkTarget(request.body, project.slug);
      const now = new Date();
      const row = await deletions.create({
        projectId: project.id,
        kind,
        target,
        requestedBy: principal.kind === "user" ? principal.id : null,
        now,
        runAfter: new Date(now.getTime() + grace_seconds * 1000),
      });
      if (grace_seconds === 0) await jobs.send("retention.delete", {}, { key: "due" });
      return reply.code(202).send(presentDeletion((await deletions.find(project.id, row.id)) ?? row));
    },
  );

  app.get(
    "/api/v1/deletions",
    {
      config: { access: "deletions:read" },
      schema: {
        tags: ["retention"],
        summary: "List deletions, newest first",
        querystring: projectQuerySchema.extend(pageQuerySchema.shape),
        response: { 200: deletionListSchema },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, cursorSchema);
      const rows = await deletions.list(projectOf(request).id, limit + 1, after?.id);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        data: page.map(presentDeletion),
        next_cursor: rows.length > limit && last ? encodeCursor({ id: last.id }) : null,
      };
    },
  );

  app.get(
    "/api/v1/deletions/:id",
    {
      config: { access: "deletions:read" },
      schema: {
        tags: ["retention"],
        summary: "One deletion and how far it is",
        params: z.object({ id: z.uuid() }),
        querystring: projectQuerySchema,
        response: { 200: deletionAnswerSchema, 404: problemSchema },
      },
    },
    async (request) => {
      const row = await deletions.find(projectOf(request).id, request.params.id);
      if (!row) throw notFound();
      return presentDeletion(row);
    },
  );

  app.delete(
    "/api/v1/deletions/:id",
    {
      config: { access: "deletions:write" },
      schema: {
        tags: ["retention"],
        summary: "Cancel a deletion that has not begun",
        params: z.object({ id: z.uuid() }),
        querystring: projectQuerySchema,
        response: { 200: deletionAnswerSchema, 404: problemSchema, 409: problemSchema },
      },
    },
    async (request) => {
      const projectId = projectOf(request).id;
      const cancelled = await deletions.cancel(projectId, request.params.id, new Date());
      const row = await deletions.find(projectId, request.params.id);
      if (!row) throw notFound();
      if (!cancelled) {
        throw new FlightdeckError(`This deletion is ${row.state} and can no longer be cancelled.`, {
          code: "deletion_has_begun",
          status: 409,
        });
      }
      return presentDeletion(row);
    },
  );
}

/** The input with its target in the form the store knows. Throws `invalid_target` (422). */
function checkTarget(input: DeletionInput, slug: string): DeletionInput {
  if (input.kind === "trace" && !TRACE_ID.test(input.target)) throw invalid("A trace id has 32 hex digits.");
  if (input.kind === "project_data" && input.target !== slug) {
    throw invalid(`To delete all telemetry of the project, give its slug "${slug}" as the target.`);
  }
  return input;
}

const invalid = (detail: string) => new FlightdeckError(detail, { code: "invalid_target", status: 422 });

const notFound = () =>
  new FlightdeckError("There is no such deletion.", { code: "deletion_not_found", status: 404 });

function presentDeletion(row: DeletionRow): Deletion {
  const { id, kind, target, state, step, progress, deleted, error } = row;
  return {
    id,
    kind,
    target,
    state,
    step,
    progress,
    deleted,
    error,
    requested_at: row.requested_at.toISOString(),
    run_after: row.run_after.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
  };
}
