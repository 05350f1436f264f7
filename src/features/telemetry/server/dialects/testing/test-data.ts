import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const REPOSITORY = resolve(import.meta.dirname, "../../../../../..");

/** Folder with recorded telemetry, or undefined where it is not at hand (tests then skip). */
export function testDataFolder(): string | undefined {
  const folder = process.env.FLIGHTDECK_TEST_DATA ?? join(REPOSITORY, "../shared/data");
  return existsSync(join(folder, "otlp")) ? folder : undefined;
}

/** Names of a folder's files that end in `suffix`, sorted. */
export function filesIn(folder: string, suffix: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(suffix))
    .sort();
}

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
