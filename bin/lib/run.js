import { spawn } from "node:child_process";
import { delimiter, resolve } from "node:path";

/**
 * Runs a program to its end with the terminal's streams.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>} the exit code; 127 when the program could not be started, 1 when a signal ended it
 */
export function run(program, args, options) {
  return new Promise((done) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env || process.env,
      stdio: ["ignore", "inherit", "inherit"],
      shell: process.platform === "win32",
    });
    // Without this the program would outlive a caller that is told to stop.
    const stop = () => {
      child.kill("SIGTERM");
      process.exitCode = 143;
      child.once("exit", () => process.exit());
    };
    process.once("SIGTERM", stop);
    child.on("error", (error) => {
      process.removeListener("SIGTERM", stop);
      process.stderr.write(`${program}: ${error.message}\n`);
      done(127);
    });
    child.on("exit", (code) => {
      process.removeListener("SIGTERM", stop);
      done(code === null ? 1 : code);
    });
  });
}

/**
 * The environment with the repository's own programs first on the PATH.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function withLocalPrograms(root, env = process.env) {
  return { ...env, PATH: resolve(root, "node_modules/.bin") + delimiter + (env.PATH || "") };
}

/**
 * The environment without the repository's own programs on the PATH: what reinstalls them must not run on them.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function withoutLocalPrograms(root, env = process.env) {
  const own = resolve(root, "node_modules/.bin");
  const path = (env.PATH || "").split(delimiter).filter((entry) => resolve(entry) !== own);
  return { ...env, PATH: path.join(delimiter) };
}

/**
 * Tells the person at the terminal what happens, apart from the output of commands.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}
