import { COMMANDS } from "./index.ts";

export async function run(): Promise<number> {
  const width = Math.max(...COMMANDS.map((command) => command.name.length));
  const lines = COMMANDS.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  process.stdout.write(
    `flightdeck <command>\n\n${lines.join("\n")}\n\nConfiguration: docs/configuration.md\n`,
  );
  return 0;
}
