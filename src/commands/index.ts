/** One word of the command line. `run` returns the exit code: 0 fine, 1 failed, 2 warnings. */
export interface Command {
  name: string;
  summary: string;
  run(args: string[]): Promise<number>;
}

/** A command whose code is loaded only when it is asked for. */
const lazy = (name: string, summary: string, load: () => Promise<{ run: Command["run"] }>): Command => ({
  name,
  summary,
  run: async (args) => (await load()).run(args),
});

export const COMMANDS: readonly Command[] = [
  lazy("start", "start everything and serve", () => import("./start.ts")),
  lazy(
    "migrate",
    "bring both stores to this version; `migrate plan` only tells",
    () => import("./migrate.ts"),
  ),
  lazy(
    "doctor",
    "check this machine and the configuration; --json for programs",
    () => import("./doctor.ts"),
  ),
  lazy("config", "`config docs` writes docs/configuration.md", () => import("./config.ts")),
  lazy("version", "print the version", () => import("./version.ts")),
  { name: "help", summary: "this list", run: printHelp },
];

async function printHelp(): Promise<number> {
  const width = Math.max(...COMMANDS.map((command) => command.name.length));
  const lines = COMMANDS.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  process.stdout.write(
    `flightdeck <command>\n\n${lines.join("\n")}\n\nConfiguration: docs/configuration.md\n`,
  );
  return 0;
}
