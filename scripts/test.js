/*
 * `npm test`: installs what is missing, runs every check and test on Node 24 and closes with one plain line.
 * Arguments name the phases to run (see lib/phases.js); a failed phase does not stop the later ones.
 * Plain JavaScript because it starts on whatever Node the machine has.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { LaunchError } from "../bin/lib/launch-error.js";
import { ensureNode, ensurePackages } from "../bin/lib/packages.js";
import { run, say, withLocalPrograms } from "../bin/lib/run.js";
import { buildWeb } from "../bin/lib/web-build.js";
import { ensureChromium } from "./lib/chromium.js";
import { choosePhases } from "./lib/phases.js";
import { addTallies, closingLine, tallyCheck, tallyVitest } from "./lib/tally.js";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const reports = mkdtempSync(join(tmpdir(), "flightdeck-test-"));
process.on("exit", () => rmSync(reports, { recursive: true, force: true }));

runAll(process.argv.slice(2)).then(finish, (error) => {
  say(error instanceof LaunchError ? error.message : error.stack);
  finish([tallyCheck(1)]);
});

async function runAll(names) {
  const phases = choosePhases(names);
  await ensurePackages(root);
  const node = await ensureNode(root, true);
  const env = withLocalPrograms(root);
  env.PATH = dirname(node) + delimiter + env.PATH;
  const tallies = [];
  for (const phase of phases) {
    const started = Date.now();
    process.stdout.write(`\n=== ${phase.title}\n`);
    const tally = await runPhase(phase, node, env);
    tallies.push(tally);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    process.stdout.write(`--- ${phase.title}: ${tally.failed === 0 ? "passed" : "FAILED"} in ${seconds} s\n`);
  }
  return tallies;
}

async function runPhase(phase, node, env) {
  if ("command" in phase) {
    const [program, ...args] = phase.command;
    return tallyCheck(await run(program, args, { cwd: root, env }));
  }
  if ("build" in phase) return tallyCheck(await buildWeb(root, node));
  const chromium = phase.needsChromium ? await ensureChromium(root, node) : undefined;
  if (chromium === null) {
    say("No Chromium: set CHROMIUM_PATH to one, or install it (Debian: apt-get install chromium).");
    return tallyCheck(1);
  }
  return runVitest(phase.project, node, chromium === undefined ? env : { ...env, CHROMIUM_PATH: chromium });
}

async function runVitest(project, node, env) {
  const report = join(reports, `${project}.json`);
  const args = [
    "run",
    "--project",
    project,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ];
  const exitCode = await run(node, ["node_modules/vitest/vitest.mjs", ...args], { cwd: root, env });
  return tallyVitest(readReport(report), exitCode);
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

function finish(tallies) {
  const total = addTallies(tallies);
  process.exitCode = total.failed === 0 ? 0 : 1;
  process.stdout.write(`\n${closingLine(total)}\n`);
}
