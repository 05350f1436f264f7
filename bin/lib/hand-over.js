import { spawn } from "node:child_process";
import { createSignalFilter } from "./signals.js";

/** @type {NodeJS.Signals[]} */
const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Gives the terminal, the environment and the exit code to another Node.
 * Where the system and this Node can, the launcher becomes that process, so nothing of it stays in memory and
 * every signal goes straight to the server. Otherwise it stays as a thin parent.
 * @param {string} node
 * @param {string[]} args
 */
export function handOver(node, args) {
  if (typeof process.execve === "function" && process.platform !== "win32") {
    process.execve(node, [node, ...args], process.env);
  }
  return superviseUntilExit(node, args);
}

/**
 * Runs the server as a child in a session of its own, so that a terminal's Ctrl-C reaches it once, through here.
 * The IPC channel carries no messages: its end tells the server that the launcher is gone.
 */
function superviseUntilExit(node, args) {
  const child = spawn(node, args, {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    detached: process.platform !== "win32",
  });
  const isNew = createSignalFilter();
  for (const signal of FORWARDED) {
    process.on(signal, () => {
      if (isNew(signal, Date.now())) child.kill(signal);
    });
  }
  child.on("error", (error) => {
    process.stderr.write(`flightdeck: ${node} could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code === null ? 1 : code);
    for (const name of FORWARDED) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}
