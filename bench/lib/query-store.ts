import { startEngines } from "#embedded/index.ts";
import { Rollups } from "#features/rollups/server/index.ts";
import { connectClickHouse } from "#platform/clickhouse/telemetry-store.ts";
import { connectPostgres } from "#platform/postgres/database.ts";
import { generateSpans } from "./generated-spans.ts";

const MEMORY_BYTES = 1536 * 1024 * 1024;

/** What filling a store took. */
export interface FilledStore {
  spans: number;
  generateSeconds: number;
  settleSeconds: number;
  bytesOnDisk: number;
}

/**
 * Fills the data folder of a product that has started once and is stopped: generated spans for its first project,
 * every hour that is over summed up. The engines run for as long as that takes.
 */
export async function fillStore(
  dataFolder: string,
  options: { spans: number; days: number; seed: number; onProgress?: (spans: number) => void },
): Promise<FilledStore> {
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
  const store = connectClickHouse(url.href);
  const { pool } = connectPostgres(engines.databaseUrl!, () => {});
  try {
    const { rows } = await pool.query<{ id: string }>("SELECT id FROM projects ORDER BY created_at LIMIT 1");
    const projectId = rows[0]!.id;
    const startedAt = performance.now();
    const spans = await generateSpans(store, { ...options, projectId, endMs: Date.now() });
    const generatedAt = performance.now();
    const { settler } = new Rollups(pool, store);
    await settler.settleProject(projectId, Date.now(), new AbortController().signal);
    const settledAt = performance.now();
    const [size] = await store.queryAll<{ bytes: number }>(
      "SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active",
    );
    return {
      spans,
      generateSeconds: (generatedAt - startedAt) / 1000,
      settleSeconds: (settledAt - generatedAt) / 1000,
      bytesOnDisk: size!.bytes,
    };
  } finally {
    await store.close();
    await pool.end();
    await engines.stop();
  }
}
