import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { LaunchError } from "./launch-error.js";
import { run, say } from "./run.js";

const EXTRA_SOURCES = ["vite.config.ts", "package-lock.json"];

/**
 * Builds the user interface when it is missing or was built from other sources.
 * An installation without its sources (an image) is served as it is.
 * @param {string} root
 * @param {string} node executable to run Vite with
 */
export async function ensureWebBuild(root, node) {
  if (!existsSync(resolve(root, "src/web/index.html"))) return;
  const hash = hashWebSources(root);
  if (readStamp(root) === hash && existsSync(resolve(root, "dist/web/index.html"))) return;
  const started = Date.now();
  say("Building the user interface…");
  const code = await buildWeb(root, node);
  if (code !== 0) throw new LaunchError("the user interface could not be built; the reason is above.");
  say(`The user interface is built (${((Date.now() - started) / 1000).toFixed(1)} s).`);
}

/**
 * Runs `vite build` and remembers the sources it was built from.
 * @param {string} root
 * @param {string} node
 * @returns {Promise<number>} exit code
 */
export async function buildWeb(root, node) {
  const hash = hashWebSources(root);
  const code = await run(node, ["node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"], {
    cwd: root,
    env: { ...process.env, NODE_ENV: "production" },
  });
  if (code === 0) {
    mkdirSync(resolve(root, "dist"), { recursive: true });
    writeFileSync(stampPath(root), hash);
  }
  return code;
}

/**
 * A hash over the names and contents of all files the user interface is built from.
 * @param {string} root
 */
export function hashWebSources(root) {
  const hash = createHash("sha256");
  const files = [...listFiles(resolve(root, "src"))]
    .map((file) => relative(root, file).split(sep).join("/"))
    .filter(isWebSource)
    .concat(EXTRA_SOURCES.filter((file) => existsSync(resolve(root, file))))
    .sort();
  for (const file of files) {
    const content = readFileSync(resolve(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** @param {string} path relative to the repository, with forward slashes */
export function isWebSource(path) {
  return (
    path.startsWith("src/web/") || /^src\/features\/[^/]+\/ui\//.test(path) || /-contract\.ts$/.test(path)
  );
}

function* listFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = resolve(folder, entry.name);
    if (entry.isDirectory()) yield* listFiles(path);
    else yield path;
  }
}

function readStamp(root) {
  return existsSync(stampPath(root)) ? readFileSync(stampPath(root), "utf8") : null;
}

function stampPath(root) {
  return resolve(root, "dist/.web-sources");
}
