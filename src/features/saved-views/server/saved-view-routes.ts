import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { principalOf, projectOf } from "#platform/http/access.ts";
import { problemSchema, projectQuerySchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import {
  type SavedView,
  savedViewAnswerSchema,
  savedViewInputSchema,
  savedViewListQuerySchema,
  savedViewListSchema,
  savedViewPatchSchema,
} from "../saved-view-contract.ts";
import type { SavedViewRow, SavedViewStore, Viewer } from "./saved-view-store.ts";

const paramsSchema = z.object({ id: z.uuid() });

function viewerOf(request: FastifyRequest): Viewer {
  const principal = principalOf(request);
  return { projectId: projectOf(request).id, userId: principal.kind === "user" ? principal.id : null };
}

/** Keys may not write, so whoever may is a user; this tells the compiler. */
function ownerOf(request: FastifyRequest): Viewer & { userId: string } {
  const { projectId, userId } = viewerOf(request);
  if (userId !== null) return { projectId, userId };
  throw new FlightdeckError("Views belong to people. Sign in to save one.", {
    code: "not_a_user",
    status: 403,
  });
}

const present = ({ user_id, updated_at, ...row }: SavedViewRow, viewer: Viewer): SavedView => ({
  ...row,
  own: user_id === viewer.userId,
  updated_at: updated_at.toISOString(),
});

const notFound = () =>
  new FlightdeckError("There is no such view, or it is not yours to change.", {
    code: "saved_view_not_found",
    status: 404,
  });

/** Listing, saving, changing, deleting and bringing back views of pages. */
export function registerSavedViewRoutes(app: HttpServer, store: SavedViewStore): void {
  const answer = async (request: FastifyRequest, id: string): Promise<SavedView> => {
    const viewer = viewerOf(request);
    const row = await store.find(viewer, id);
    if (!row) throw notFound();
    return present(row, viewer);
  };

  app.get(
    "/api/v1/saved-views",
    {
      config: { access: "saved_views:read" },
      schema: {
        tags: ["identity"],
        summary: "List your saved views and those shared with the project",
        querystring: savedViewListQuerySchema,
        response: { 200: savedViewListSchema },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const rows = await store.list(viewer, request.query.page);
      return { data: rows.map((row) => present(row, viewer)), next_cursor: null };
    },
  );

  app.post(
    "/api/v1/saved-views",
    {
      config: { access: "saved_views:write" },
      schema: {
        tags: ["identity"],
        summary: "Save a view of a page",
        querystring: projectQuerySchema,
        body: savedViewInputSchema,
        response: { 201: savedViewAnswerSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      const owner = ownerOf(request);
      const { starred, is_default, ...input } = request.body;
      const id = await store.create(owner, input);
      if (starred || is_default) await store.mark(owner, { id, page: input.page }, { starred, is_default });
      return reply.code(201).send(await answer(request, id));
    },
  );

  app.patch(
    "/api/v1/saved-views/:id",
    {
      config: { access: "saved_views:write" },
      schema: {
        tags: ["identity"],
        summary: "Change a saved view, star it, or open its page with it",
        params: paramsSchema,
        querystring: projectQuerySchema,
        body: savedViewPatchSchema,
        response: { 200: savedViewAnswerSchema, 404: problemSchema },
      },
    },
    async (request) => {
      const owner = ownerOf(request);
      const { id } = request.params;
      const view = await store.find(owner, id);
      if (!view) throw notFound();
      const { starred, is_default, ...change } = request.body;
      if (!(await store.update(owner, id, change))) throw notFound();
      await store.mark(owner, view, { starred, is_default });
      return answer(request, id);
    },
  );

  app.delete(
    "/api/v1/saved-views/:id",
    {
      config: { access: "saved_views:write" },
      schema: {
        tags: ["identity"],
        summary: "Delete one of your saved views; it can be restored for 30 days",
        params: paramsSchema,
        querystring: projectQuerySchema,
        response: { 204: z.null(), 404: problemSchema },
      },
    },
    async (request, reply) => {
      if (!(await store.remove(ownerOf(request), request.params.id))) throw notFound();
      return reply.code(204).send(null);
    },
  );

  app.post(
    "/api/v1/saved-views/:id/restore",
    {
      config: { access: "saved_views:write" },
      schema: {
        tags: ["identity"],
        summary: "Bring back a view you deleted",
        params: paramsSchema,
        querystring: projectQuerySchema,
        response: { 200: savedViewAnswerSchema, 404: problemSchema },
      },
    },
    async (request) => {
      if (!(await store.restore(ownerOf(request), request.params.id))) throw notFound();
      return answer(request, request.params.id);
    },
  );
}
