import { type ChildProcess, fork } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { endLeftover, recordChild } from "../leftover-child.ts";
import type { EngineLogger } from "../logger.ts";
import { type EngineStatus, Supervisor } from "../supervisor.ts";
import { Bridge } from "./bridge.ts";
import type { ChildReport, ChildStart } from "./child-protocol.ts";
import { engineConfigXml, queryDefaults } from "./engine-config.ts";

/** What an embedded ClickHouse needs. */
export interface ClickHouseEngineOptions {
  dataFolder: string;
  logger: EngineLogger;
  password: string;
  memoryLimitBytes: number;
  /** Queries younger than 250 ms that run at once; default 6. */
  sessions?: number;
  onStateChange?: (status: EngineStatus) => void;
}

/** A supervised ClickHouse child. */
export interface ClickHouseEngine {
  /** `http://127.0.0.1:port`; the same for the life of this process. */
  url: string;
  supervisor: Supervisor;
}

/** Name of the one user the bridge knows. */
export const CLICKHOUSE_USER = "default";

const DEFAULT_SESSIONS = 6;

/** Starts chdb behind its HTTP bridge and waits until it answers a query. */
export async function startClickHouse(options: ClickHouseEngineOptions): Promise<ClickHouseEngine> {
  const dataPath = join(options.dataFolder, "clickhouse");
  const backupPath = join(options.dataFolder, "backups");
  const runFolder = join(options.dataFolder, "run");
  const configFile = join(runFolder, "clickhouse-config.xml");
  const pidFile = join(runFolder, "clickhouse.pid");
  const sessions = options.sessions ?? DEFAULT_SESSIONS;
  await Promise.all(
    [dataPath, backupPath, runFolder].map((path) => mkdir(path, { recursive: true, mode: 0o700 })),
  );
  await endLeftover(pidFile, options.logger);
  await writeFile(
    configFile,
    engineConfigXml({ dataPath, backupPath, memoryLimitBytes: options.memoryLimitBytes }),
  );
  const defaults = queryDefaults(options.memoryLimitBytes);
  const settingArgs = Object.entries(defaults).map(([name, value]) => `--${name}=${value}`);

  let port = 0;
  const supervisor: Supervisor = new Supervisor(
    {
      name: "clickhouse",
      stopGraceMs: 6_000,
      startTimeoutMs: 30_000,
      requestStop: (child) => {
        if (child.connected) child.send({ type: "stop" });
        else child.kill("SIGKILL");
      },
      spawn: async () => {
        const child = forkChild(Bridge.threads(sessions));
        capture(child, options.logger, supervisor);
        if (child.pid !== undefined) await recordChild(pidFile, child.pid);
        const start: ChildStart = {
          type: "start",
          dataPath,
          configFile,
          settingArgs,
          user: CLICKHOUSE_USER,
          password: options.password,
          sessions,
          port,
        };
        child.on("message", (message: ChildReport) => {
          if (message.type === "listening") port = message.port;
          else supervisor.noteOutput(`${message.code} ${message.message}`);
        });
        child.send(start, () => {});
        return child;
      },
      checkHealth: () => checkHealth(port, options.password),
    },
    { logger: options.logger, onStateChange: options.onStateChange },
  );
  await supervisor.start();
  return { url: `http://127.0.0.1:${port}`, supervisor };
}

function forkChild(threads: number): ChildProcess {
  return fork(fileURLToPath(new URL("./child.ts", import.meta.url)), [], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // Nothing of ours: the environment may hold secrets that a library need not see.
    env: {
      PATH: process.env.PATH,
      TMPDIR: process.env.TMPDIR,
      UV_THREADPOOL_SIZE: String(threads),
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      TZ: "UTC",
    },
  });
}

function capture(child: ChildProcess, logger: EngineLogger, supervisor: Supervisor): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on("line", (line) => {
      supervisor.noteOutput(line);
      logger.warn({ engine: "clickhouse" }, line);
    });
  }
}

function checkHealth(port: number, password: string): Promise<void> {
  if (port === 0) return Promise.reject(new Error("not listening yet"));
  return new Promise((resolve, reject) => {
    const ping = request(
      {
        host: "127.0.0.1",
        port,
        path: "/health",
        auth: `${CLICKHOUSE_USER}:${password}`,
        agent: false,
        timeout: 5_000,
      },
      (response) => {
        response.resume();
        if (response.statusCode === 200) resolve();
        else reject(new Error(`health answered ${response.statusCode}`));
      },
    );
    ping.once("timeout", () => ping.destroy(new Error("no answer within 5 s")));
    ping.once("error", reject);
    ping.end();
  });
}
