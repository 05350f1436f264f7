import type { FastifyRequest } from "fastify";
import type { ProjectStore } from "#features/access/server/index.ts";
import type { ApiKeyVerifier } from "#features/api-keys/server/index.ts";
import type { Role } from "#platform/authorization/policy.ts";
import type { Permission, Principal } from "#platform/authorization/principal.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { Authenticate } from "#platform/http/access.ts";
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

/** Recognises a caller by API key (`Authorization: Bearer`, `X-API-Key`) or by session cookie, in this order. */
export function createAuthenticate(parts: AuthenticateParts): Authenticate {
  return async (request) => {
    const key = apiKeyOf(request);
    if (key !== undefined) {
      const principal = await parts.apiKeys.verify(key, Date.now());
      if (principal) return principal;
      throw new FlightdeckError(
        "The API key is unknown or was revoked. Make a new one on the Connect page.",
        {
          code: "invalid_credentials",
          status: 401,
        },
      );
    }
    const token = readSessionCookie(request, parts.secureCookies);
    return token === undefined ? null : userPrincipal(parts, request, token);
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

/** The API key a request carries, if any. */
function apiKeyOf(request: FastifyRequest): string | undefined {
  const header = request.headers["x-api-key"];
  if (typeof header === "string" && header !== "") return header.trim();
  const [scheme, value] = (request.headers.authorization ?? "").split(/\s+/, 2);
  return scheme?.toLowerCase() === "bearer" && value ? value : undefined;
}
