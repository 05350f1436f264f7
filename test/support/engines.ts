import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import type { TestProject } from "vitest/node";
import { startEngines } from "#embedded/index.ts";

declare module "vitest" {
  interface ProvidedContext {
    databaseUrl: string;
    clickhouseUrl: string;
  }
}

/** Starts both engines once for a whole run; each test file makes databases of its own in them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataFolder = await mkdtemp(join(tmpdir(), "flightdeck-test-"));
  // PostgreSQL runs as another user when the tests run as root.
  await chmod(dataFolder, 0o755);
  const engines = await startEngines({
    dataFolder,
    logger: pino({ level: "error" }),
    postgres: true,
    clickhouse: true,
    clickhouseMemoryLimitBytes: 1024 * 1024 * 1024,
  });
  const clickhouseUrl = new URL(engines.clickhouseUrl!);
  clickhouseUrl.username = engines.clickhouseUser!;
  clickhouseUrl.password = engines.clickhousePassword!;
  project.provide("databaseUrl", engines.databaseUrl!);
  project.provide("clickhouseUrl", clickhouseUrl.href);
  return async () => {
    await engines.stop();
    await rm(dataFolder, { recursive: true, force: true });
  };
}
