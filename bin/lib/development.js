import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { say } from "./run.js";
import { createSignalFilter } from "./signals.js";

/** @type {NodeJS.Signals[]} */
const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs the server, restarted when one of its files changes, and Vite's server for the user interface.
 * When one ends, or a signal arrives, both are stopped.
 * @param {string} root
 * @param {string} node
 * @param {string[]} args passed to `flightdeck dev`
 */
export function runDevelopment(root, node, args) {
  say("The server restarts when its files change; the user interface reloads at http://127.0.0.1:5173.");
  const programs = [
    ["--watch", "--watch-preserve-output", resolve(root, "src/main.ts"), "start", ...args],
    [resolve(root, "node_modules/vite/bin/vite.js"), "--clearScreen", "false"],
  ];
  // Vite ends when its standard input does, so it does not outlive a launcher that was killed.
  const children = programs.map((program) =>
    spawn(node, program, { cwd: root, stdio: ["pipe", "inherit", "inherit"], detached: true }),
  );
  let stopping = false;
  const stop = (signal) => {
    stopping = true;
    for (const child of children) if (isRunning(child)) child.kill(signal);
  };
  const isNew = createSignalFilter();
  for (const signal of FORWARDED) {
    process.on(signal, () => {
      if (isNew(signal, Date.now())) stop(signal);
    });
  }
  for (const child of children) {
    child.on("exit", (code) => {
      if (stopping) return;
      process.exitCode = code === null ? 1 : code;
      stop("SIGTERM");
    });
  }
}

function isRunning(child) {
  return child.exitCode === null && child.signalCode === null;
}
