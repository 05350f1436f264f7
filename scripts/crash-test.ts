/*
 * `npm run test:crash [-- --cycles 50 --seed N --json]`: kills the server, PostgreSQL or ClickHouse at random
 * while clients send, and checks that every acknowledged span is stored exactly once. Exits with 1 if not.
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

process.stderr.write(`seed ${seed}: ${cycles} kills while 8 clients send\n`);
const report = await runCrashTest({
  cycles,
  seed,
  onCycle: ({ number, victim, recoveredMs, acknowledged, retries }) =>
    process.stderr.write(
      `${number}/${cycles} killed ${victim}, back after ${recoveredMs} ms; ${acknowledged} spans acknowledged, ${retries} retries\n`,
    ),
});
process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : summary());
process.exitCode = keptPromise(report) ? 0 : 1;

function summary(): string {
  const { kills } = report;
  return [
    `seed ${report.seed}, ${report.cycles} cycles: killed server ${kills.server}, clickhouse ${kills.clickhouse}, postgres ${kills.postgres} times`,
    `acknowledged ${report.acknowledged} spans; ${report.retries} requests retried, ${report.repeats} sent again after their acknowledgement`,
    `lost ${report.lost}, duplicated ${report.duplicated}, stored without acknowledgement ${report.unacknowledgedButStored}, stored but never sent ${report.unknown}`,
    `trace summaries that disagree with their spans ${report.summariesThatDisagree}`,
    ...report.surprises.slice(0, 10).map((surprise) => `unexpected answer ${surprise}`),
    keptPromise(report) ? "PASSED" : "FAILED",
    "",
  ].join("\n");
}
