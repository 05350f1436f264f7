import { pino } from "pino";
import type { Principal, ProjectAccess } from "#platform/authorization/principal.ts";
import { createMetrics } from "#platform/observability/metrics.ts";
import { createHttpServer, type HttpServer, type HttpServerOptions } from "../server.ts";

/** A server without routes whose callers name themselves in the header `x-principal`; and what it logs. */
export async function createTestServer(
  principals: Record<string, Principal> = {},
  options: Partial<HttpServerOptions> = {},
): Promise<{ app: HttpServer; logged: Record<string, unknown>[] }> {
  const logged: Record<string, unknown>[] = [];
  const logger = pino({ level: "warn" }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const app = await createHttpServer({
    logger,
    metrics: createMetrics(),
    trustProxy: false,
    secure: false,
    authenticate: async (request) => principals[String(request.headers["x-principal"])] ?? null,
    ...options,
  });
  return { app, logged };
}

/** A signed-in person with these projects. */
export function testUser(id: string, projects: readonly ProjectAccess[]): Principal {
  return { kind: "user", id, label: `${id}@example.com`, projects };
}

/** A project in which a principal holds these permissions. */
export function testProject(slug: string, permissions: ProjectAccess["permissions"]): ProjectAccess {
  return { id: `id-of-${slug}`, slug, name: slug, role: "viewer", permissions };
}
