/*
 * `npm run test:crash [-- --cycles 50 --seed N --json]`: kills the server, PostgreSQL or ClickHouse at random
 * while clients send every signal, and checks that each acknowledged item is stored exactly once. Exits with 1 if not.
 */
import { parseArgs } from "node:util";
import { keptPromise, runCrashTest } from "#test/support/crash/crash-run.ts";

const { values: options } = parseArgs({
  options: {
    cycles: { type: "string", default: "50" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    json: { type: "boolean", default: false },
  },
});
const cycles = Number(options.cycles);
const seed = Number(options.seed);

process.stderr.write(`seed ${seed}: ${cycles} kills while clients send every signal\n`);
const report = await runCrashTest({
  cycles,
  seed,
  onCycle: ({ number, victim, recoveredMs, acknowledged, retries }) =>
    process.stderr.write(
      `${number}/${cycles} killed ${victim}, back after ${recoveredMs} ms; ${acknowledged} items acknowledged, ${retries} retries\n`,
    ),
});
process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : summary());
process.exitCode = keptPromise(report) ? 0 : 1;

function summary(): string {
  const { kills } = report;
  return [
    `seed ${report.seed}, ${report.cycles} cycles: killed server ${kills.server}, clickhouse ${kills.clickhouse}, postgres ${kills.postgres} times`,
    `acknowledged ${report.acknowledged} items; ${report.retries} requests retried, ${report.repeats} sent again after their acknowledgement`,
    ...Object.entries(report.signals).map(
      ([signal, audit]) =>
        `${signal}: acknowledged ${audit.acknowledged}, lost ${audit.lost}, duplicated ${audit.duplicated}, stored without acknowledgement ${audit.unacknowledgedButStored}, stored but never sent ${audit.unknown}`,
    ),
    `trace summaries that disagree with their spans ${report.summariesThatDisagree}, broken pieces of content ${report.brokenContent}, samples without a series ${report.samplesWithoutSeries}`,
    ...report.surprises.slice(0, 10).map((surprise) => `unexpected answer ${surprise}`),
    keptPromise(report) ? "PASSED" : "FAILED",
    "",
  ].join("\n");
}
