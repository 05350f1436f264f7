/* Adds to package-lock.json the binary packages of other platforms that npm left out. Run it after `npm install`. */
import { readFileSync, writeFileSync } from "node:fs";
import { missingPlatformPackages } from "./lib/lockfile.js";

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));
const missing = missingPlatformPackages(lock.packages);
const entries = Object.entries({ ...lock.packages, ...missing });
lock.packages = Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b, "en")));
if (Object.keys(missing).length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${Object.keys(missing).length} packages of other platforms were added\n`);
