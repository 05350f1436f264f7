import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";

export { buildTestTrace } from "./test-trace.ts";

/** How to run the demo. */
export interface DemoOptions {
  /** Base of the OTLP/HTTP endpoint, such as `http://127.0.0.1:4318`. */
  otlpEndpoint: string;
  /** A project's ingest key. */
  apiKey: string;
  /** Base of the product's API, such as `http://127.0.0.1:8000`; agents send heartbeats there. */
  apiUrl?: string;
  logger: Pick<Logger, "info" | "warn">;
  /** 1, the default, is about one trace every two seconds; 2 is twice as many. */
  intensity?: number;
  /** Whether to fill the past 24 hours at start; true unless told. */
  backfill?: boolean;
}

/** What the demo's process is told. */
export type DemoOrder = Required<Omit<DemoOptions, "logger" | "apiUrl">> & Pick<DemoOptions, "apiUrl">;

/** A running demo. */
export interface Demo {
  /** Id of the demo's process, `undefined` while it is being restarted. */
  readonly pid: number | undefined;
  /** Sends the last spans and ends the process; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Inside the installation, where nobody else writes; Node does without when it cannot write there. */
const COMPILE_CACHE = fileURLToPath(new URL("../../../../node_modules/.cache/node-compile", import.meta.url));
const RESTART_AFTER_MS = 5_000;
const KILL_AFTER_MS = 4_000;

/**
 * Keeps a handful of demo agents talking to a stub model and exporting what they do to `otlpEndpoint`, in a
 * process of its own. At once it also fills the last 24 hours with about 150 traces. Never throws: a demo
 * that cannot run must not stop the product.
 */
export function startDemo(options: DemoOptions): Demo {
  const { logger } = options;
  const order: DemoOrder = {
    otlpEndpoint: options.otlpEndpoint,
    apiKey: options.apiKey,
    ...(options.apiUrl === undefined ? {} : { apiUrl: options.apiUrl }),
    intensity: options.intensity ?? 1,
    backfill: options.backfill ?? true,
  };
  let stopped = false;
  let child: ChildProcess | undefined;
  let restart: NodeJS.Timeout | undefined;

  function launch(): void {
    const started = fork(fileURLToPath(new URL("demo-process.ts", import.meta.url)), {
      // Small heaps: the demo holds little, and shares a small machine with the product.
      execArgv: ["--max-semi-space-size=1", "--max-old-space-size=96"],
      // Nothing of the product's environment, where OTEL_* or secrets may be set.
      env: {
        PATH: process.env.PATH,
        // Compiled modules are kept between starts: the first trace comes sooner, and the stripper of types,
        // 10 MB, stays unloaded.
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? COMPILE_CACHE,
        MALLOC_ARENA_MAX: "1",
      },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    child = started;
    started.stderr?.on("data", (chunk: Buffer) => logger.warn({ demo: chunk.toString().trimEnd() }, "demo"));
    started.once("error", (error) => logger.warn({ err: error }, "the demo cannot start"));
    started.once("exit", (code, signal) => {
      child = undefined;
      if (stopped) return;
      logger.warn({ code, signal }, "the demo ended by itself; it starts again in 5 s");
      restart = setTimeout(launch, RESTART_AFTER_MS).unref();
    });
    started.send(order, () => {});
    logger.info({ pid: started.pid }, "demo agents are running");
  }

  launch();
  return {
    get pid() {
      return child?.pid;
    },
    stop: () => {
      stopped = true;
      clearTimeout(restart);
      return new Promise((resolve) => {
        if (!child) return resolve();
        const ending = child;
        const kill = setTimeout(() => ending.kill("SIGKILL"), KILL_AFTER_MS);
        ending.once("exit", () => {
          clearTimeout(kill);
          resolve();
        });
        if (ending.connected) ending.disconnect();
      });
    },
  };
}
