import type { FastifyRequest } from "fastify";
import type { ProjectStore } from "#features/access/server/index.ts";
import type { ApiKeyVerifier } from "#features/api-keys/server/index.ts";
import type { Role } from "#platform/authorization/policy.ts";
import type { Permission, Principal } from "#platform/authorization/principal.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { Authenticate } from "#platform/http/access.ts";
import { apiKeyOf, basicPasswordOf, principalOfKey } from "./api-key-credentials.ts";
import { readSessionCookie } from "./session-cookie.ts";
import type { SessionStore } from "./session-store.ts";

/** Header that only our own pages can set: a form on another site cannot, which is what stops CSRF. */
export const CSRF_HEADER = "x-flightdeck-request";
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** What authentication asks. */
export interface AuthenticateParts {
  sessions: SessionStore;
  projects: ProjectStore;
  apiKeys: ApiKeyVerifier;
  permissions: Record<Role, ReadonlySet<Permission>>;
  secureCookies: boolean;
}

/** Recognises a caller by API key, by session cookie, or by an API key as Basic password, in this order. */
export function createAuthenticate(parts: AuthenticateParts): Authenticate {
  return async (request) => {
    const key = apiKeyOf(request.headers);
    if (key !== undefined) return principalOfKey(parts.apiKeys, key);
    const token = readSessionCookie(request, parts.secureCookies);
    if (token !== undefined) return userPrincipal(parts, request, token);
    const password = basicPasswordOf(request.headers);
    return password === undefined ? null : principalOfKey(parts.apiKeys, password);
  };
}

async function userPrincipal(
  parts: AuthenticateParts,
  request: FastifyRequest,
  token: string,
): Promise<Principal | null> {
  const user = await parts.sessions.find(token, new Date());
  if (!user) return null;
  if (!SAFE_METHODS.has(request.method) && request.headers[CSRF_HEADER] === undefined) {
    throw new FlightdeckError(
      `Requests with a session cookie that change something need the header ${CSRF_HEADER}: 1.`,
      {
        code: "csrf_header_missing",
        status: 403,
      },
    );
  }
  const projects = await parts.projects.projectsOfUser(user.id, parts.permissions);
  return { kind: "user", id: user.id, label: user.email, projects };
}
