import { randomBytes } from "node:crypto";
import { CLICKHOUSE_USER, type ClickHouseEngine, startClickHouse } from "./clickhouse/clickhouse-engine.ts";
import { openDataFolder } from "./data-folder.ts";
import type { EngineLogger } from "./logger.ts";
import { type PostgresEngine, startPostgres } from "./postgres/postgres-engine.ts";
import type { EngineStatus } from "./supervisor.ts";

export type { EngineLogger } from "./logger.ts";
export type { EngineState, EngineStatus } from "./supervisor.ts";

/** Which engines to start, and where. */
export interface StartEnginesOptions {
  /** `FLIGHTDECK_DATA`; created when absent. */
  dataFolder: string;
  logger: EngineLogger;
  /** False when `DATABASE_URL` names a server. */
  postgres: boolean;
  /** False when `CLICKHOUSE_URL` names a server. */
  clickhouse: boolean;
  /** Memory the ClickHouse child may use for queries, inserts, merges and caches. */
  clickhouseMemoryLimitBytes: number;
  /** Called at every change of state of either engine. */
  onStateChange?: (status: EngineStatus) => void;
}

/** The running engines. URLs stay the same when a child is restarted, so clients just reconnect. */
export interface EmbeddedEngines {
  databaseUrl?: string;
  clickhouseUrl?: string;
  clickhouseUser?: string;
  clickhousePassword?: string;
  status(): EngineStatus[];
  /** Stops the engines cleanly and unlocks the data folder. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Locks the data folder and starts the engines, both at once; resolves when they answer queries.
 * Throws a FlightdeckError that says what to do; nothing is left running then.
 */
export async function startEngines(options: StartEnginesOptions): Promise<EmbeddedEngines> {
  const folder = await openDataFolder(options.dataFolder);
  const common = { dataFolder: folder.path, logger: options.logger, onStateChange: options.onStateChange };
  const clickhousePassword = randomBytes(24).toString("base64url");
  const [postgres, clickhouse] = await Promise.allSettled([
    options.postgres ? startPostgres(common) : undefined,
    options.clickhouse
      ? startClickHouse({
          ...common,
          password: clickhousePassword,
          memoryLimitBytes: options.clickhouseMemoryLimitBytes,
        })
      : undefined,
  ]);
  const started = [fulfilled<PostgresEngine>(postgres), fulfilled<ClickHouseEngine>(clickhouse)];
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= Promise.all(started.map((engine) => engine?.supervisor.stop())).then(() => folder.release());
    return stopped;
  };
  const failed = [postgres, clickhouse].find((outcome) => outcome.status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return {
    databaseUrl: started[0]?.url,
    ...(started[1] && { clickhouseUrl: started[1].url, clickhouseUser: CLICKHOUSE_USER, clickhousePassword }),
    status: () => started.flatMap((engine) => (engine ? [engine.supervisor.status()] : [])),
    stop,
  };
}

function fulfilled<T>(outcome: PromiseSettledResult<T | undefined>): T | undefined {
  return outcome.status === "fulfilled" ? outcome.value : undefined;
}
