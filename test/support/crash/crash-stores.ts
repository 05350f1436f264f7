import pg from "pg";
import { startEngines } from "#embedded/index.ts";
import { connectClickHouse, type TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";

/** Both stores of a data folder, without the product around them. */
export interface CrashStores {
  telemetry: TelemetryStore;
  ledger: pg.Client;
  close(): Promise<void>;
}

const MEMORY_BYTES = 1536 * 1024 * 1024;

/** Starts the embedded engines on a data folder that no product uses at the moment. */
export async function openCrashStores(dataFolder: string): Promise<CrashStores> {
  const engines = await startEngines({
    dataFolder,
    logger: { info() {}, warn() {}, error() {} },
    postgres: true,
    clickhouse: true,
    clickhouseMemoryLimitBytes: MEMORY_BYTES,
  });
  const url = new URL(engines.clickhouseUrl!);
  url.username = engines.clickhouseUser!;
  url.password = engines.clickhousePassword!;
  const telemetry = connectClickHouse(url.href);
  const ledger = new pg.Client({ connectionString: engines.databaseUrl! });
  await ledger.connect();
  return {
    telemetry,
    ledger,
    close: async () => {
      await Promise.all([telemetry.close(), ledger.end()]);
      await engines.stop();
    },
  };
}
