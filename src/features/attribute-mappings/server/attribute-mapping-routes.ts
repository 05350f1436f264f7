import { z } from "zod";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { principalOf, projectOf } from "#platform/http/access.ts";
import { decodeCursor, encodeCursor } from "#platform/http/cursor.ts";
import { pageQuerySchema, problemSchema, projectQuerySchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import {
  attributeMappingInputSchema,
  attributeMappingListSchema,
  createdAttributeMappingSchema,
  mappingPreviewInputSchema,
  mappingPreviewSchema,
} from "../attribute-mapping-contract.ts";
import type { AttributeMappingRow, AttributeMappingStore } from "./attribute-mapping-store.ts";
import { previewMapping } from "./mapping-preview.ts";
import type { ProjectMappings } from "./project-mappings.ts";

const cursorSchema = z.object({ id: z.uuid() });
const MAX_RULES_READ = 500;

const presentMapping = ({ id, attribute, target, mode, created_at }: AttributeMappingRow) => ({
  id,
  attribute,
  target,
  mode,
  created_at: created_at.toISOString(),
});

/** Listing, adding, removing and trying a project's attribute mappings. */
export function registerAttributeMappingRoutes(
  app: HttpServer,
  store: AttributeMappingStore,
  mappings: ProjectMappings,
): void {
  app.addHook("onClose", async () => mappings.stop());

  app.get(
    "/api/v1/attribute-mappings",
    {
      config: { access: "attribute_mappings:read" },
      schema: {
        tags: ["telemetry"],
        summary: "List a project's attribute mappings, oldest first",
        querystring: projectQuerySchema.extend(pageQuerySchema.shape),
        response: { 200: attributeMappingListSchema },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, cursorSchema);
      const rows = await store.list(projectOf(request).id, limit + 1, after?.id);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        data: page.map(presentMapping),
        next_cursor: rows.length > limit && last ? encodeCursor({ id: last.id }) : null,
      };
    },
  );

  app.post(
    "/api/v1/attribute-mappings",
    {
      config: { access: "attribute_mappings:write" },
      schema: {
        tags: ["telemetry"],
        summary: "Map an attribute of your own; spans that arrive from now on are read by it",
        querystring: projectQuerySchema,
        body: attributeMappingInputSchema,
        response: { 201: createdAttributeMappingSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const createdBy = principal.kind === "user" ? principal.id : null;
      const row = await store.create(projectOf(request).id, request.body, createdBy);
      await mappings.refresh();
      return reply.code(201).send(presentMapping(row));
    },
  );

  app.delete(
    "/api/v1/attribute-mappings/:id",
    {
      config: { access: "attribute_mappings:write" },
      schema: {
        tags: ["telemetry"],
        summary: "Remove an attribute mapping; spans stored already stay as they were read",
        params: z.object({ id: z.uuid() }),
        querystring: projectQuerySchema,
        response: { 204: z.null(), 404: problemSchema },
      },
    },
    async (request, reply) => {
      if (!(await store.remove(projectOf(request).id, request.params.id))) {
        throw new FlightdeckError("There is no such attribute mapping.", {
          code: "mapping_not_found",
          status: 404,
        });
      }
      await mappings.refresh();
      return reply.code(204).send(null);
    },
  );

  app.post(
    "/api/v1/attribute-mappings/preview",
    {
      config: { access: "attribute_mappings:read" },
      schema: {
        tags: ["telemetry"],
        summary: "Try mappings on a pasted span; nothing is stored",
        querystring: projectQuerySchema,
        body: mappingPreviewInputSchema,
        response: { 200: mappingPreviewSchema, 422: problemSchema },
      },
    },
    async (request) => {
      const rules = request.body.rules ?? (await store.list(projectOf(request).id, MAX_RULES_READ));
      return previewMapping(request.body.span, rules, Date.now());
    },
  );
}
