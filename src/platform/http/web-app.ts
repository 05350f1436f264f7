import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import { sendNotFound } from "./problem.ts";
import type { HttpServer } from "./server.ts";

/** The built user interface. */
const WEB_FOLDER = join(import.meta.dirname, "../../../dist/web");

const NOT_BUILT = "The user interface is not built. Run npm run build.";

/** Paths that belong to programs: an unknown one is answered by problem+json, never by the page. */
const API_PATH = /^\/(api|v1|health|metrics|ws|assets)(\/|$)/;

/**
 * Serves the user interface, and its page for every path that only the browser knows, such as
 * `/p/default/traces`. Register last.
 */
export async function registerWebApp(app: HttpServer): Promise<void> {
  const isBuilt = existsSync(join(WEB_FOLDER, "index.html"));
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: WEB_FOLDER,
      schemaHide: true,
      setHeaders: (reply, path) => {
        // Built files carry a hash in their name; the page itself must be asked for each time.
        reply.header(
          "cache-control",
          path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
        );
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0]!;
    const wantsPage = request.method === "GET" && (request.headers.accept ?? "").includes("text/html");
    if (wantsPage && isBuilt && !API_PATH.test(path)) return reply.sendFile("index.html");
    return sendNotFound(request, reply, isBuilt || API_PATH.test(path) ? undefined : NOT_BUILT);
  });
}
