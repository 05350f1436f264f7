/* `npm run build`: builds the user interface into dist/web. */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureNode } from "../bin/lib/packages.js";
import { buildWeb } from "../bin/lib/web-build.js";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
process.exitCode = await buildWeb(root, await ensureNode(root, false));
