#!/usr/bin/env node
/*
 * The launcher. Plain JavaScript that an old Node can still parse: it makes sure that packages, Node 24 and
 * the built user interface are there, then hands over to src/main.ts.
 */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { planLaunch } from "./lib/arguments.js";
import { LaunchError } from "./lib/launch-error.js";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

launch(planLaunch(process.argv.slice(2))).catch((error) => {
  process.stderr.write(`flightdeck: ${error instanceof LaunchError ? error.message : error.stack}\n`);
  process.exit(1);
});

async function launch(plan) {
  const { ensurePackages, ensureNode } = await import("./lib/packages.js");
  if (plan.installs) await ensurePackages(root);
  const node = await ensureNode(root, plan.installs);
  if (plan.command === "dev") {
    const { runDevelopment } = await import("./lib/development.js");
    return runDevelopment(root, node, plan.args);
  }
  if (plan.buildsWeb) {
    const { ensureWebBuild } = await import("./lib/web-build.js");
    await ensureWebBuild(root, node);
  }
  // Compiled modules are kept between starts: sooner ready, and the stripper of types need not be loaded.
  process.env.NODE_COMPILE_CACHE ??= resolve(root, "node_modules/.cache/node-compile");
  const { handOver } = await import("./lib/hand-over.js");
  return handOver(node, [resolve(root, "src/main.ts"), plan.command, ...plan.args]);
}
