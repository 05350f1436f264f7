import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { findStalePackage } from "./installed-packages.js";
import { LaunchError } from "./launch-error.js";
import { run, say, withoutLocalPrograms } from "./run.js";

const REQUIRED_MAJOR = 24;

/** @param {string} version as in `process.version` */
export function isSupportedNode(version) {
  const major = Number.parseInt(version.replace(/^v/, ""), 10);
  return major >= REQUIRED_MAJOR;
}

/** Where the `node` package puts the pinned Node. @param {string} root */
export function pinnedNodePath(root) {
  const name = process.platform === "win32" ? "node.exe" : "node";
  return resolve(root, "node_modules/node/bin", name);
}

/**
 * Installs what package-lock.json asks for, unless it is there already.
 * @param {string} root
 * @returns {Promise<void>}
 */
export async function ensurePackages(root) {
  const stale = findStalePackage(
    readJson(resolve(root, "package-lock.json")),
    readJson(resolve(root, "node_modules/.package-lock.json")),
  );
  if (stale === null) return;
  const started = Date.now();
  say(`Installing packages (${stale})…`);
  // A production NODE_ENV would leave out Node 24 and the tools that build the user interface.
  const code = await run("npm", ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    env: withoutLocalPrograms(root),
  });
  if (code !== 0) throw new LaunchError("npm ci failed; its message is above. Mend that and start again.");
  say(`Packages are installed (${Math.round((Date.now() - started) / 1000)} s).`);
}

/**
 * The Node to run on: the pinned one, or the running one where it is new enough and the pinned one is missing.
 * @param {string} root
 * @param {boolean} mayInstall whether the pinned Node may be fetched when it is missing
 * @returns {Promise<string>} path of an executable
 */
export async function ensureNode(root, mayInstall) {
  if (!existsSync(resolve(root, "node_modules"))) {
    throw new LaunchError("the packages are not installed. Run `npm start`, or `npm ci` and this again.");
  }
  const pinned = pinnedNodePath(root);
  if (runs(pinned)) return pinned;
  if (isSupportedNode(process.version)) return process.execPath;
  if (mayInstall) await fetchPinnedNode(root);
  if (runs(pinned)) return pinned;
  throw new LaunchError(
    `Node ${REQUIRED_MAJOR} or newer is needed and this is ${process.version}. Install it from https://nodejs.org, or run \`npm ci\`, which brings it along.`,
  );
}

/** npm leaves the pinned Node out when it was told not to run install scripts; this is that package's own. */
async function fetchPinnedNode(root) {
  const cwd = resolve(root, "node_modules/node");
  if (!existsSync(resolve(cwd, "installArchSpecificPackage.js"))) return;
  say(`Fetching Node ${REQUIRED_MAJOR} (its install script was blocked)…`);
  await run(process.execPath, ["installArchSpecificPackage.js"], { cwd, env: withoutLocalPrograms(root) });
}

/** Whether the file is there and runs on this machine (a musl or foreign-architecture system refuses it). */
function runs(path) {
  if (!existsSync(path)) return false;
  if (realpathSync(path) === realpathSync(process.execPath)) return true;
  const answer = spawnSync(path, ["--version"], { encoding: "utf8" });
  return answer.status === 0 && isSupportedNode(answer.stdout.trim());
}

/** The parsed file; null when it is missing or was only half written. */
function readJson(path) {
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
