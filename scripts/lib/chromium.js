import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, resolve } from "node:path";
import { run, say } from "../../bin/lib/run.js";

const NAMES = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"];

/**
 * Where Chromium may be: CHROMIUM_PATH, then the PATH, then Playwright's own download.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} playwrightPath
 * @returns {string[]} paths in the order to try them
 */
export function chromiumCandidates(env, playwrightPath) {
  const folders = (env.PATH || "").split(delimiter).filter((folder) => folder !== "");
  const onPath = NAMES.flatMap((name) => folders.map((folder) => resolve(folder, name)));
  return [...(env.CHROMIUM_PATH ? [env.CHROMIUM_PATH] : []), ...onPath, playwrightPath];
}

/**
 * Whether Debian's package can be installed: Ubuntu's package of that name is a snap and needs a running snapd.
 * @param {string} osRelease content of /etc/os-release
 * @param {number | undefined} uid
 */
export function canInstallDebianPackage(osRelease, uid) {
  return uid === 0 && /^ID="?debian"?$/m.test(osRelease);
}

/**
 * A Chromium that runs: an existing one, else Debian's package when root, else Playwright's download.
 * @param {string} root
 * @param {string} node
 * @returns {Promise<string | null>} null when none could be had; the reason was printed
 */
export async function ensureChromium(root, node) {
  const present = findChromium(root);
  if (present !== null) return present;
  const uid = process.getuid === undefined ? undefined : process.getuid();
  const osRelease = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  if (canInstallDebianPackage(osRelease, uid)) {
    say("Installing Debian's chromium…");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-q"], { cwd: root, env });
    await run("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], { cwd: root, env });
  }
  if (findChromium(root) === null) {
    say("Downloading Playwright's Chromium…");
    await run(node, ["node_modules/playwright-core/cli.js", "install", "chromium"], { cwd: root });
  }
  return findChromium(root);
}

/**
 * A Chromium that is there and runs, by the order of `chromiumCandidates`.
 * @param {string} root
 * @returns {string | null}
 */
export function findChromium(root) {
  const require = createRequire(resolve(root, "package.json"));
  const playwrightPath = require("playwright-core").chromium.executablePath();
  return chromiumCandidates(process.env, playwrightPath).find(runs) || null;
}

/** Some systems put a script of that name on the PATH which only says how to install the browser. */
function runs(path) {
  return existsSync(path) && spawnSync(path, ["--version"], { stdio: "ignore" }).status === 0;
}
