import { z } from "zod";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { principalOf, projectOf } from "#platform/http/access.ts";
import { decodeCursor, encodeCursor } from "#platform/http/cursor.ts";
import { pageQuerySchema, problemSchema, projectQuerySchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import {
  apiKeyInputSchema,
  apiKeyListSchema,
  apiKeyPauseSchema,
  changedApiKeySchema,
  createdApiKeySchema,
} from "../api-key-contract.ts";
import type { ApiKeyRow, ApiKeyStore } from "./api-key-store.ts";
import type { ApiKeyVerifier } from "./api-key-verifier.ts";

const cursorSchema = z.object({ id: z.uuid() });

/** A pause that has ended by itself is none. */
const presentKey = (row: ApiKeyRow) => {
  const paused = row.paused_at !== null && (row.paused_until === null || row.paused_until > new Date());
  return {
    id: row.id,
    name: row.name,
    scope: row.scope,
    prefix: row.prefix,
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
    paused_at: (paused && row.paused_at?.toISOString()) || null,
    paused_until: (paused && row.paused_until?.toISOString()) || null,
    paused_reason: paused ? row.paused_reason : "",
  };
};

const keyNotFound = () =>
  new FlightdeckError("There is no such API key in this project, or it was revoked already.", {
    code: "api_key_not_found",
    status: 404,
  });

/** Listing, making, pausing and revoking a project's keys. */
export function registerApiKeyRoutes(app: HttpServer, store: ApiKeyStore, verifier: ApiKeyVerifier): void {
  app.get(
    "/api/v1/api-keys",
    {
      config: { access: "api_keys:read" },
      schema: {
        tags: ["identity"],
        summary: "List a project's API keys, newest first",
        querystring: projectQuerySchema.extend(pageQuerySchema.shape),
        response: { 200: apiKeyListSchema },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, cursorSchema);
      const rows = await store.list(projectOf(request).id, limit + 1, after?.id);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        data: page.map(presentKey),
        next_cursor: rows.length > limit && last ? encodeCursor({ id: last.id }) : null,
      };
    },
  );

  app.post(
    "/api/v1/api-keys",
    {
      config: { access: "api_keys:write" },
      schema: {
        tags: ["identity"],
        summary: "Make an API key; the answer tells it for the only time",
        querystring: projectQuerySchema,
        body: apiKeyInputSchema,
        response: { 201: createdApiKeySchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const created = await store.create({
        projectId: projectOf(request).id,
        ...request.body,
        createdBy: principal.kind === "user" ? principal.id : null,
      });
      return reply.code(201).send({ ...presentKey(created), key: created.key });
    },
  );

  app.delete(
    "/api/v1/api-keys/:id",
    {
      config: { access: "api_keys:write" },
      schema: {
        tags: ["identity"],
        summary: "Revoke an API key; senders that use it are refused from now on",
        params: z.object({ id: z.uuid() }),
        querystring: projectQuerySchema,
        response: { 204: z.null(), 404: problemSchema },
      },
    },
    async (request, reply) => {
      const hash = await store.revoke(projectOf(request).id, request.params.id);
      if (!hash) throw keyNotFound();
      verifier.forget(hash);
      return reply.code(204).send(null);
    },
  );

  app.post(
    "/api/v1/api-keys/:id/pause",
    {
      config: { access: "api_keys:write" },
      schema: {
        tags: ["identity"],
        summary: "Pause an API key; senders that use it are refused until it is resumed",
        params: z.object({ id: z.uuid() }),
        querystring: projectQuerySchema,
        body: apiKeyPauseSchema,
        response: { 200: changedApiKeySchema, 404: problemSchema },
      },
    },
    async (request) => {
      const row = await store.pause(projectOf(request).id, request.params.id, {
        reason: request.body.reason,
        until: null,
        violationId: null,
      });
      if (!row) throw keyNotFound();
      verifier.forget(row.key_hash);
      return presentKey(row);
    },
  );

  app.post(
    "/api/v1/api-keys/:id/resume",
    {
      config: { access: "api_keys:write" },
      schema: {
        tags: ["identity"],
        summary: "Let a paused API key be used again",
        params: z.object({ id: z.uuid() }),
        querystring: projectQuerySchema,
        response: { 200: changedApiKeySchema, 404: problemSchema },
      },
    },
    async (request) => {
      const row = await store.resume(projectOf(request).id, request.params.id);
      if (!row) throw keyNotFound();
      verifier.forget(row.key_hash);
      return presentKey(row);
    },
  );
}
