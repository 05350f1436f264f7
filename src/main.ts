import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { COMMANDS } from "./commands/index.ts";

const [name = "start", ...args] = process.argv.slice(2);
const command = COMMANDS.find((candidate) => candidate.name === name);

if (!command) {
  process.stderr.write(
    `flightdeck: there is no command "${name}". Try: ${COMMANDS.map((c) => c.name).join(", ")}\n`,
  );
  process.exit(2);
}

try {
  // Whatever still holds the event loop, such as the launcher's channel, must not keep a finished command alive.
  process.exit(await command.run(args));
} catch (error) {
  // A FlightdeckError says in one sentence what to do; anything else is a fault of ours and shows its stack.
  const text = error instanceof FlightdeckError ? error.message : String((error as Error).stack ?? error);
  process.stderr.write(`flightdeck: ${text}\n`);
  process.exit(1);
}
