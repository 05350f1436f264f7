import { startEngines } from "#embedded/index.ts";
import { connectClickHouse, type TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";

/** A ClickHouse child of this process, without the product around it. */
export interface TelemetryEngine {
  store: TelemetryStore;
  close(): Promise<void>;
}

const MEMORY_BYTES = 1536 * 1024 * 1024;

/** Starts the embedded ClickHouse alone on a data folder that no product uses at the moment. */
export async function openTelemetryEngine(dataFolder: string): Promise<TelemetryEngine> {
  const engines = await startEngines({
    dataFolder,
    logger: { info() {}, warn() {}, error() {} },
    postgres: false,
    clickhouse: true,
    clickhouseMemoryLimitBytes: MEMORY_BYTES,
  });
  const url = new URL(engines.clickhouseUrl!);
  url.username = engines.clickhouseUser!;
  url.password = engines.clickhousePassword!;
  const store = connectClickHouse(url.href);
  return {
    store,
    close: async () => {
      await store.close();
      await engines.stop();
    },
  };
}
