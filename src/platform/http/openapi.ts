import swagger from "@fastify/swagger";
import scalar from "@scalar/fastify-api-reference";
import { z } from "zod";
import { completeDocument, describeRoute } from "./openapi-operations.ts";
import type { HttpServer } from "./server.ts";

/** Needs more than our own scripts and styles: the reference is a third-party bundle that brings its styles along. */
const DOCS_CSP =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/** The OpenAPI 3.1 document at `/api/openapi.json` and its reader at `/api/docs`. Register before any route. */
export async function registerOpenApi(
  app: HttpServer,
  options: { version: string; publicUrl: string },
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Flightdeck",
        version: options.version,
        description:
          "The control room for AI agents and the servers they run on. Errors are problem+json (RFC 9457).",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: options.publicUrl }],
      tags: [
        { name: "telemetry", description: "Sending telemetry" },
        { name: "traces", description: "Traces, spans and live updates" },
        {
          name: "analytics",
          description: "Measures over time and by dimension, facets, differences, exports",
        },
        { name: "dashboard", description: "What the overview shows" },
        { name: "costs", description: "Prices, budgets and what was spent" },
        { name: "agents", description: "Agents, their heartbeats, events and configuration" },
        { name: "executions", description: "Runs of agents, reported or read from traces" },
        { name: "logs", description: "Log records and their live tail" },
        { name: "metrics", description: "Metrics, their series and what they were over time" },
        { name: "evaluations", description: "Scores: how well something went" },
        { name: "retention", description: "How long data is kept, and deleting it" },
        { name: "identity", description: "Signing in, projects and API keys" },
        { name: "system", description: "Health and metrics" },
      ],
      components: {
        securitySchemes: {
          apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
          bearer: { type: "http", scheme: "bearer" },
          session: { type: "apiKey", in: "cookie", name: "flightdeck_session" },
        },
      },
      security: [{ apiKey: [] }, { bearer: [] }, { session: [] }],
    },
    transform: describeRoute,
    transformObject: completeDocument,
  });
  app.get(
    "/api/openapi.json",
    {
      config: { access: "public" },
      schema: {
        tags: ["system"],
        summary: "This document",
        response: { 200: z.record(z.string(), z.unknown()).meta({ examples: [{ openapi: "3.1.0" }] }) },
      },
    },
    async () => ({ ...app.swagger() }),
  );
  await app.register(async (docs) => {
    docs.addHook("onSend", async (_request, reply) => {
      reply.header("content-security-policy", DOCS_CSP);
    });
    await docs.register(scalar, {
      routePrefix: "/api/docs",
      configuration: {
        url: "/api/openapi.json",
        telemetry: false,
        withDefaultFonts: false,
        hideClientButton: true,
        // What would call out of this installation is left out.
        showDeveloperTools: "never",
        agent: { disabled: true },
        mcp: { disabled: true },
      },
    } as never);
  });
}
