import { resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { ensureWebBuild } from "../../../bin/lib/web-build.js";
import { findChromium } from "../../../scripts/lib/chromium.js";

declare module "vitest" {
  interface ProvidedContext {
    chromiumPath: string;
  }
}

const ROOT = resolve(import.meta.dirname, "../../..");

/** Makes sure that the user interface is built from the sources as they are, and finds the browser. */
export async function setup(project: TestProject): Promise<void> {
  await ensureWebBuild(ROOT, process.execPath);
  const chromiumPath = findChromium(ROOT);
  if (chromiumPath === null) {
    throw new Error("No Chromium: set CHROMIUM_PATH to one, or let `npm test` install it.");
  }
  project.provide("chromiumPath", chromiumPath);
}
