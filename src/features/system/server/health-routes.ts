import { z } from "zod";
import type { HttpServer } from "#platform/http/server.ts";

/** A dependency and how to ask whether it works; the promise rejects when it does not. */
export interface HealthCheck {
  name: string;
  check: () => Promise<void>;
}

const CHECK_TIMEOUT_MS = 3000;

const dependencySchema = z.object({
  status: z.enum(["ok", "failed"]),
  latency_ms: z.number(),
  error: z.string().optional(),
});
const healthSchema = z
  .object({
    status: z.enum(["ok", "degraded", "starting", "stopping"]),
    version: z.string(),
    uptime_seconds: z.number(),
    dependencies: z.record(z.string(), dependencySchema),
  })
  .meta({
    examples: [
      {
        status: "ok" as const,
        version: "0.1.0",
        uptime_seconds: 86_400,
        dependencies: {
          postgres: { status: "ok" as const, latency_ms: 0.8 },
          clickhouse: { status: "ok" as const, latency_ms: 2.1 },
        },
      },
    ],
  });
type Dependency = z.infer<typeof dependencySchema>;

/** What the process says of itself; `ready` is false before all is started and while it drains. */
export interface Lifecycle {
  phase: "starting" | "running" | "stopping";
  version: string;
}

/**
 * `/health/live`: the process answers. `/health/ready`: it and all it depends on can serve.
 * `/health`: the same with details, always 200 while the process runs.
 */
export function registerHealthRoutes(
  app: HttpServer,
  lifecycle: Lifecycle,
  checks: readonly HealthCheck[],
): void {
  const startedAtMs = Date.now();
  const report = async () => {
    const dependencies = Object.fromEntries(
      await Promise.all(checks.map(async (one) => [one.name, await run(one)] as const)),
    );
    const failed = Object.values(dependencies).some((dependency) => dependency.status === "failed");
    return {
      status:
        lifecycle.phase === "running" ? (failed ? ("degraded" as const) : ("ok" as const)) : lifecycle.phase,
      version: lifecycle.version,
      uptime_seconds: Math.round((Date.now() - startedAtMs) / 1000),
      dependencies,
    };
  };

  app.get(
    "/health/live",
    {
      config: { access: "public", rateLimit: false },
      schema: {
        tags: ["system"],
        summary: "The process is alive",
        response: {
          200: z.object({ status: z.literal("ok") }).meta({ examples: [{ status: "ok" as const }] }),
        },
      },
    },
    async () => ({ status: "ok" as const }),
  );

  app.get(
    "/health/ready",
    {
      config: { access: "public", rateLimit: false },
      schema: {
        tags: ["system"],
        summary: "The process and everything it depends on can serve",
        response: { 200: healthSchema, 503: healthSchema },
      },
    },
    async (_request, reply) => {
      const health = await report();
      return reply.code(health.status === "ok" ? 200 : 503).send(health);
    },
  );

  app.get(
    "/health",
    {
      config: { access: "public", rateLimit: false },
      schema: {
        tags: ["system"],
        summary: "How the process and its dependencies are",
        response: { 200: healthSchema },
      },
    },
    report,
  );
}

async function run({ check }: HealthCheck): Promise<Dependency> {
  const startMs = performance.now();
  const latency = () => Math.round((performance.now() - startMs) * 10) / 10;
  const timeout = AbortSignal.timeout(CHECK_TIMEOUT_MS);
  try {
    await Promise.race([
      check(),
      new Promise((_, reject) => timeout.addEventListener("abort", () => reject(timeout.reason))),
    ]);
    return { status: "ok", latency_ms: latency() };
  } catch (error) {
    // The reason may name hosts and ports; strangers may ask this route, so they get its kind only.
    const { code, name } = error as { code?: unknown; name?: string };
    // A DOMException's code is a number that says nothing; its name does.
    const kind = typeof code === "string" ? code : name;
    return { status: "failed", latency_ms: latency(), error: kind || "failed" };
  }
}
