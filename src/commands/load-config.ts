import { type Config, decideConfig } from "#config/config.ts";
import { readEnv } from "#config/env.ts";
import { createLogger, type Logger } from "#platform/observability/logger.ts";

/** Reads the environment once, and warns about variables that nobody reads. */
export function loadConfig(): { config: Config; logger: Logger } {
  const { env, unknown } = readEnv(process.env);
  const config = decideConfig(env, process.stdout.isTTY === true);
  const logger = createLogger(config.log);
  for (const { name, nearest } of unknown) {
    logger.warn(`${name} is not a variable Flightdeck knows${nearest ? `; did you mean ${nearest}?` : "."}`);
  }
  return { config, logger };
}
