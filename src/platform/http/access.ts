import type { FastifyInstance, FastifyRequest, RouteOptions } from "fastify";
import { authorizeProject } from "#platform/authorization/authorize.ts";
import type { Permission, Principal, ProjectAccess } from "#platform/authorization/principal.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";

/**
 * What a route asks of its caller. Every route names one; a route without it does not start.
 * - `public`: anyone.
 * - `signed_in`: any principal, no project.
 * - a permission: a principal that holds it in the project the request is about.
 */
export type RouteAccess = "public" | "signed_in" | Permission;

declare module "fastify" {
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
  interface FastifyRequest {
    principal: Principal | null;
    /** The project the caller was authorized for. Read it by `projectOf`. */
    project: ProjectAccess | null;
  }
}

/** Finds who makes a request; null when it carries no credentials. Throws `invalid_credentials` (401) for bad ones. */
export type Authenticate = (request: FastifyRequest) => Promise<Principal | null>;

/** Checks access before any body is read, so that a stranger cannot make the server do work. */
export function registerAccess(app: FastifyInstance, authenticate: Authenticate): void {
  app.decorateRequest("principal", null);
  app.decorateRequest("project", null);
  app.addHook("onRoute", (route: RouteOptions) => {
    if (route.config?.access === undefined && !route.schema?.hide) {
      throw new Error(`${String(route.method)} ${route.url} does not say who may call it (config.access).`);
    }
  });
  app.addHook("onRequest", async (request) => {
    const access = request.routeOptions.config.access;
    if (access === undefined || access === "public") return;
    request.principal = await authenticate(request);
    if (!request.principal) {
      throw new FlightdeckError("Sign in, or send an API key as Authorization: Bearer or X-API-Key.", {
        code: "not_authenticated",
        status: 401,
      });
    }
    if (access === "signed_in") return;
    const wanted = (request.query as { project?: unknown }).project;
    request.project = authorizeProject(
      request.principal,
      typeof wanted === "string" ? wanted : undefined,
      access,
    );
  });
}

/** The project a request was authorized for. */
export function projectOf(request: FastifyRequest): ProjectAccess {
  if (!request.project) throw new Error("projectOf is only for routes whose access is a permission.");
  return request.project;
}

/** Who makes the request. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new Error("principalOf is only for routes that are not public.");
  return request.principal;
}
