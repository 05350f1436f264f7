import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import { makeFolderFor } from "../data-folder.ts";
import { keptPort } from "../free-port.ts";
import { keptSecret } from "../kept-secret.ts";
import type { EngineLogger } from "../logger.ts";
import { type EngineStatus, Supervisor } from "../supervisor.ts";
import { findPostgresBinaries } from "./postgres-binaries.ts";
import { endLeftoverPostmaster, ensureCluster, POSTGRES_ENV, POSTGRES_USER } from "./postgres-cluster.ts";
import { postgresSettings } from "./postgres-settings.ts";
import { chooseRunAs, commandLine } from "./run-as.ts";

/** What an embedded PostgreSQL needs. */
export interface PostgresEngineOptions {
  /** An opened data folder, which holds `secrets/` and `run/`. */
  dataFolder: string;
  logger: EngineLogger;
  onStateChange?: (status: EngineStatus) => void;
}

/** A supervised PostgreSQL. */
export interface PostgresEngine {
  /** Of the database `flightdeck`; the same for the life of this process. */
  url: string;
  supervisor: Supervisor;
}

const DATABASE = "flightdeck";

/** Starts PostgreSQL on a loopback port, with a database `flightdeck`, and waits until it answers a query. */
export async function startPostgres(options: PostgresEngineOptions): Promise<PostgresEngine> {
  const { dataFolder, logger } = options;
  const home = join(dataFolder, "postgres");
  const runAs = await chooseRunAs(dataFolder, home);
  const { user } = runAs;
  await makeFolderFor(home, user);
  const [binaries, password] = await Promise.all([
    findPostgresBinaries(user, join(dataFolder, "postgres-programs")),
    keptSecret(join(dataFolder, "secrets", "postgres-password")),
  ]);
  const cluster = await ensureCluster(home, binaries, runAs, password);
  await endLeftoverPostmaster(cluster, logger);
  const port = await keptPort(join(dataFolder, "run", "postgres.port"));
  const settings = Object.entries(postgresSettings(port)).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const url = (database: string) => `postgres://${POSTGRES_USER}:${password}@127.0.0.1:${port}/${database}`;

  const supervisor: Supervisor = new Supervisor(
    {
      name: "postgres",
      stopGraceMs: 10_000,
      // Recovery after a crash replays up to max_wal_size.
      startTimeoutMs: 120_000,
      // SIGINT is PostgreSQL's fast shutdown: sessions are ended, a checkpoint is written.
      requestStop: (child) => child.kill("SIGINT"),
      spawn: async () => {
        await endLeftoverPostmaster(cluster, logger);
        const [program, args] = commandLine(runAs, binaries.postgres, ["-D", cluster, ...settings]);
        const child = spawn(program, args, {
          ...user,
          cwd: cluster,
          env: POSTGRES_ENV,
          // A process group of its own: Ctrl-C in a terminal must not stop it before our last writes.
          detached: true,
          stdio: ["ignore", "ignore", "pipe"],
        });
        capture(child, logger, supervisor);
        return child;
      },
      checkHealth: () => selectOne(url("postgres")),
    },
    { logger, onStateChange: options.onStateChange },
  );
  await supervisor.start();
  await ensureDatabase(url("postgres"));
  return { url: url(DATABASE), supervisor };
}

async function selectOne(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("SELECT 1");
  } finally {
    await client.end().catch(() => {});
  }
}

async function ensureDatabase(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** What PostgreSQL calls fatal but says at every start and stop. */
const ROUTINE =
  /the database system is (starting up|shutting down|in recovery mode|not yet accepting)|terminating connection due to administrator command/;

function capture(child: ChildProcess, logger: EngineLogger, supervisor: Supervisor): void {
  if (!child.stderr) return;
  createInterface({ input: child.stderr }).on("line", (line) => {
    supervisor.noteOutput(line);
    const [, level, text] =
      /^(?:.*?)(DEBUG\d?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC):\s+(.*)$/.exec(line) ?? [];
    const details = { engine: "postgres" };
    if (ROUTINE.test(line)) return;
    if (level === "FATAL" || level === "PANIC") logger.error(details, text ?? line);
    else if (level === "WARNING" || level === "ERROR") logger.warn(details, text ?? line);
    else logger.info(details, text ?? line);
  });
}
