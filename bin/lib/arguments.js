const HELP = ["-h", "--help"];
const VERSION = ["-v", "--version"];

/**
 * What the launcher does for a command line. `start` and `dev` may install packages, `start` also sees to
 * the user interface; every other command only runs. Flags without a command mean `start`.
 * @param {string[]} argv arguments after the script's name
 */
export function planLaunch(argv) {
  const { command, args } = splitCommand(argv);
  return {
    command,
    args,
    installs: command === "start" || command === "dev",
    buildsWeb: command === "start",
  };
}

/** @param {string[]} argv */
function splitCommand(argv) {
  const first = argv[0];
  if (first !== undefined && HELP.includes(first)) return { command: "help", args: argv.slice(1) };
  if (first !== undefined && VERSION.includes(first)) return { command: "version", args: argv.slice(1) };
  if (first === undefined || first.startsWith("-")) return { command: "start", args: argv };
  return { command: first, args: argv.slice(1) };
}
