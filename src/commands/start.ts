import { otlpEndpoint, otlpGrpcEndpoint, reachableUrl } from "#config/config.ts";
import { startDemo } from "#features/demo/server/index.ts";
import type { OtlpGrpcServer } from "#features/ingest/server/index.ts";
import type { Lifecycle } from "#features/system/server/index.ts";
import { assertPortFree, BACKLOG } from "#platform/http/listen.ts";
import type { HttpServer } from "#platform/http/server.ts";
import type { Logger } from "#platform/observability/logger.ts";
import { createApp, createOtlpApp, startGrpc } from "../app.ts";
import { type Context, createContext, openStores } from "../context.ts";
import { prepareFirstStart } from "../first-start.ts";
import { VERSION } from "../version.ts";
import { loadConfig } from "./load-config.ts";
import { welcomeText } from "./welcome-text.ts";

/** Time for requests under way when the process is asked to stop. */
const DRAIN_MS = 10_000;

/** Serves until a signal comes. */
export async function run(args: string[]): Promise<number> {
  const stopRequested = waitForStop();
  const { config, logger } = loadConfig();
  const { host, port, otlpPort, otlpGrpcPort } = config.http;
  await assertPortFree(host, port, "FLIGHTDECK_PORT");
  await assertPortFree(host, otlpPort, "FLIGHTDECK_OTLP_PORT");
  await assertPortFree(host, otlpGrpcPort, "FLIGHTDECK_OTLP_GRPC_PORT");

  const stores = await openStores(config, logger);
  const lifecycle: Lifecycle = { phase: "starting", version: VERSION };
  const listeners: Listener[] = [];
  let demo: { stop(): Promise<void> } | undefined;
  let context: Context | undefined;
  try {
    context = await createContext(config, logger, stores);
    const welcome = await prepareFirstStart(context);
    const app = await createApp(context, lifecycle);
    listeners.push(httpListener(app));
    await app.listen({ host, port, backlog: BACKLOG });
    if (otlpPort !== 0) {
      const otlpApp = await createOtlpApp(context);
      listeners.push(httpListener(otlpApp));
      await otlpApp.listen({ host, port: otlpPort, backlog: BACKLOG });
    }
    if (otlpGrpcPort !== 0) listeners.push(await startGrpc(context, { host, port: otlpGrpcPort }));
    await context.jobs.start();
    await context.agents.start();
    context.costs.watch.start();
    lifecycle.phase = "running";
    process.stdout.write(
      welcomeText({
        config,
        welcome,
        otlpEndpoint: otlpEndpoint(config),
        otlpGrpcEndpoint: otlpGrpcEndpoint(config),
      }),
    );
    if (args.includes("--demo")) demo = await beginDemo(context, logger);
    logger.info(`stopping: ${await stopRequested}`);
    return 0;
  } finally {
    lifecycle.phase = "stopping";
    await demo?.stop();
    await closeListeners(listeners, logger);
    await context?.jobs.stop();
    await context?.ingest.drain();
    await context?.agents.stop();
    await stores.close();
  }
}

/** npm forwards a Ctrl-C that the terminal has sent too: within this time the second is the same one. */
const SAME_SIGNAL_MS = 500;

/** Resolves when the process is asked to stop; asked a second time, it ends at once. */
function waitForStop(): Promise<string> {
  return new Promise((resolve) => {
    let askedAtMs: number | undefined;
    const stop = (reason: string) => {
      const nowMs = Date.now();
      if (askedAtMs === undefined) askedAtMs = nowMs;
      else if (nowMs - askedAtMs > SAME_SIGNAL_MS) process.exit(130);
      resolve(reason);
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop(signal));
    // The launcher went away without a signal, as when it was killed: do not run on unseen.
    process.on("disconnect", () => stop("the launcher has gone"));
  });
}

/** Something that takes requests: an HTTP server or the gRPC one. */
type Listener = Pick<OtlpGrpcServer, "close" | "cutOff">;

function httpListener(server: HttpServer): Listener {
  return {
    close: async () => {
      await server.close();
    },
    cutOff: () => server.server.closeAllConnections(),
  };
}

/** Lets requests under way finish, but not for ever. */
async function closeListeners(listeners: readonly Listener[], logger: Logger): Promise<void> {
  const closing = Promise.all(listeners.map((listener) => listener.close()));
  const deadline = setTimeout(() => {
    logger.warn("requests under way did not finish in time and are cut off");
    for (const listener of listeners) listener.cutOff();
  }, DRAIN_MS);
  await closing;
  clearTimeout(deadline);
}

const DEMO_KEY_NAME = "Demo agents";

/** The demo sends through the front door, with a key of its own. */
async function beginDemo(context: Context, logger: Logger): Promise<{ stop(): Promise<void> }> {
  const project = await context.projects.firstProject();
  // A demo that was killed could not revoke its key.
  for (const old of await context.apiKeys.list(project!.id, 500)) {
    if (old.name === DEMO_KEY_NAME) await context.apiKeys.revoke(project!.id, old.id);
  }
  const key = await context.apiKeys.create({
    projectId: project!.id,
    name: DEMO_KEY_NAME,
    scope: "ingest",
    createdBy: null,
  });
  const { host, port } = context.config.http;
  const demo = startDemo({
    otlpEndpoint: otlpEndpoint(context.config),
    apiUrl: reachableUrl(host, port),
    apiKey: key.key,
    logger,
  });
  return {
    async stop() {
      await demo.stop();
      await context.apiKeys.revoke(project!.id, key.id);
    },
  };
}
