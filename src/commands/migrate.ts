import { migrate } from "#platform/migrations/migrate.ts";
import { MIGRATIONS_FOLDER, openStores } from "../context.ts";
import { loadConfig } from "./load-config.ts";

export async function run([mode]: string[]): Promise<number> {
  const { config, logger } = loadConfig();
  const stores = await openStores(config, logger);
  try {
    const planOnly = mode === "plan";
    const report = await migrate(stores, MIGRATIONS_FOLDER, { planOnly });
    const names = [
      ...report.postgres.map((n) => `postgres ${n}`),
      ...report.clickhouse.map((n) => `clickhouse ${n}`),
    ];
    const verb = planOnly ? "would be applied" : "applied";
    process.stdout.write(
      names.length === 0
        ? "Both stores are up to date.\n"
        : `${names.map((n) => `${n} ${verb}`).join("\n")}\n`,
    );
    return 0;
  } finally {
    await stores.close();
  }
}
