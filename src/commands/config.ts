import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { configurationDocs } from "#config/config-docs.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";

export async function run([what]: string[]): Promise<number> {
  if (what !== "docs") throw new FlightdeckError("Usage: flightdeck config docs", { code: "usage" });
  await writeFile(join(import.meta.dirname, "../../docs/configuration.md"), configurationDocs());
  return 0;
}
